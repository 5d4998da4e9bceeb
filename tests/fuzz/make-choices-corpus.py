#!/usr/bin/env python3
"""Write the first inputs of the targets that are made of choices (cursor.h): fork, export,
options. Run from tests/fuzz."""
from pathlib import Path


def text(words):
    words = words.encode() if isinstance(words, str) else words
    return bytes([len(words)]) + words


def write(noun, inputs):
    folder = Path("corpus") / noun
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in inputs.items():
        (folder / name).write_bytes(data)


def fork(before, more, at, block=(0,), stretches=0, hidden=(0, 0, 0, 0) * 2, changes=()):
    return bytes([before - 1, more, at - 1, *block, stretches, *hidden, *changes])


def observation(state, who=0, title="", label="", pending=None, reason=0, picture=None):
    out = bytes([state, who])
    if state == 3:
        out += bytes([reason])
    if state in (0, 1):
        out += bytes([3 if pending is not None else 0])
    out += text(title) + text(label)
    if pending is not None:
        out += bytes([pending])
    return out + (bytes([7]) + text(picture) + b"\0" if picture else b"\0")


def record(hours, kind, body):
    return bytes([hours, kind]) + body


def document(which, words, title="", effective=0, effective_text="", change=0):
    return bytes([which]) + text(title) + bytes([effective]) + text(effective_text) + text(words) + bytes([0, change])


def exhibit(name, note, content):
    return text(name) + text(note) + text(content) + b"\0"


def token(size):
    return bytes([size - 1]) + text("CN=Time") + bytes([5]) + b"".join(text(part) + b"\0" for part in ("a", "b", "c", "d"))


PLAIN = bytes(9)
MAIL = "From: a@linkedin.com\r\nDate: Wed, 18 Sep 2024 10:00:00 +0000\r\nSubject: =?utf-8?B?w6k=?=\r\n\r\nHello"
SHOWN = record(24, 0, observation(0)) + record(24, 0, observation(1)) + record(24, 0, observation(0, pending=1))
write("fork", {
    "same": fork(6, 0, 40),
    "grown": fork(6, 19, 40),
    "first-entry": fork(6, 3, 1),
    "last-entry": fork(20, 9, 19, stretches=0),
    "withheld": fork(20, 9, 7, hidden=(0xAA, 0, 0x0F, 1, 0x55, 0, 0xF0, 2)),
    "threads": fork(20, 9, 40, block=(1, 3)),
    "changed": fork(20, 9, 7, changes=(0, 90, 3, 1, 200, 9)),
})
write("export", {
    "empty": PLAIN,
    "observations": PLAIN + SHOWN,
    "withheld": bytes([0, 6, 0, 0, 0, 0, 0, 0, 0]) + SHOWN,
    "lost": bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]) + SHOWN,
    "documents": PLAIN + record(1, 3, document(0, "We use your data.", "Policy", 1, "21 November 2026"))
    + record(1, 3, document(0, "We use all of your data.", change=2)),
    "exhibits": PLAIN + record(1, 4, exhibit("mail.eml", "what they wrote", MAIL)) + record(1, 4, exhibit("a.txt", "", "text")),
    "timestamps": PLAIN + SHOWN + record(1, 5, token(2)) + record(1, 5, token(2)),
    "strange-line": PLAIN + record(1, 6, text('{"v":2,"seq":1}')) + record(1, 0, observation(3, reason=2)),
    "damaged": PLAIN + SHOWN + record(1, 7, bytes([3, 9, 2, 1, 1])),
    "picture": PLAIN + record(1, 0, observation(0, picture=b"\x89PNG\r\n\x1a\n")),
    "two-accounts": bytes([32, 0, 0, 0, 0, 0, 0, 0, 0]) + record(1, 0, observation(0)) + record(1, 1, observation(1, who=1)) + text("Erika"),
    "nothing-with-it": bytes([1 | 16, 0, 0, 0, 0, 0, 0, 0, 0]) + SHOWN,
})

COMMANDS = ["export", "verify", "history", "keep", "status", "timestamp", "acknowledge", "unlock"]
KNOWN = """--json --csv --since --until --withhold --owner --language --output -o --request --key --tsa-roots --report --note --yes --help -- -
2026-11-21 1970-01-01 2026-11-21T18:00:00.5+01:00 account:3f2a 7-12 pictures documents exhibits 0 1 en de fr request store accept package.zip
own.zip letter letter.txt out.html . SHA256:x 18446744073709551616 http://time.example/tsr""".split()
WITHHOLD, OTHER = 0xFC, 0xFD


def options(command, *words, given=b""):
    out = bytes([COMMANDS.index(command), len(words)])
    for word in words:
        if word in KNOWN:
            out += bytes([KNOWN.index(word)])
        elif word.startswith("--withhold="):
            out += bytes([WITHHOLD]) + text(word[len("--withhold="):])
        else:
            out += bytes([OTHER]) + text(word)
    return out + given


ASKED = b'{"since":null,"until":"2026-11-21","withhold":{"accounts":[],"pictures":false,"documents":true,"entries":[1,2]},' \
    b'"language":"de","owner":"Erika","folder":null}'
write("options", {
    "export": options("export", "-o", "package.zip"),
    "export-parts": options("export", "--since", "2026-11-21", "--withhold", "1", "--withhold=1-2", "--owner", "Erika", "--json"),
    "export-asked": options("export", "--json", "--request", given=ASKED),
    "export-name": options("export", "--output", "\u202egnp.\x1b[2J\n.zip"),
    "export-owner": options("export", "--owner", "two\nlines", "--language", "fr"),
    "export-time": options("export", "--since", "2026-02-30", "--until", "1970-01-01"),
    "verify": options("verify", "--json"),
    "verify-report": options("verify", "--report", "out.html", "--language", "de", "letter"),
    "verify-folder": options("verify", "--key", "SHA256:x", "."),
    "verify-none": options("verify", "\x1b]0;x\x07", "--tsa-roots", "letter"),
    "history": options("history", "--csv", "--since", "2026-11-21T18:00:00.5+01:00"),
    "history-json": options("history", "--json"),
    "history-text": options("history", "--until", "2026-11-21"),
    "keep": options("keep", "letter", "--note", "what they wrote"),
    "keep-note": options("keep", "letter", "--note", "\u2066hidden\u2069"),
    "keep-none": options("keep", "a\nb"),
    "status": options("status", "--json"),
    "status-text": options("status"),
    "request": options("timestamp", "request", "--json"),
    "store": options("timestamp", "store", "--json", given=b'{"size":1,"checkpoint":"x","query":"","reply":"","authority":"http://a/"}'),
    "accept": options("timestamp", "accept", "http://time.example/tsr", "0"),
    "acknowledge": options("acknowledge", "--yes"),
    "unlock": options("unlock"),
})
