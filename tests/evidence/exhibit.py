"""What a member's own file is, and what a mail says of itself: docs/evidence-format.md, section 8. For verify.py."""
import re

from contradictions import HIDDEN


def shown(raw, most):
    """A value as an entry may state it, or None."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if not text or len(raw) > most or HIDDEN.search(text) else text


def fields(data):
    """Names and values of the header block, folds and all; None where there is no such block."""
    found, head = [], data[:65536]
    while True:
        line, end, head = head.partition(b"\n")
        if not end or b"\0" in line:
            return None
        line = line.removesuffix(b"\r")
        if not line:
            return found
        if found and line[:1] in b" \t":
            found[-1][1].append(line)
            continue
        match = re.match(rb"([!-9;-~]+):", line)
        if not match:
            return None
        found.append((match[1].lower(), [line[match.end():]]))


def unfold(lines):
    return b" ".join([lines[0]] + [line.lstrip(b" \t") for line in lines[1:]]).strip(b" \t")


def of_linkedin(lines):
    """Is a signature's first tag d LinkedIn's?"""
    tags = [part.split(b"=", 1) for part in unfold(lines).split(b";") if b"=" in part]
    named = [value for name, value in tags if name.strip(b" \t") == b"d"]
    domain = named[0].strip(b" \t").lower() if named else b""
    return domain == b"linkedin.com" or domain.endswith(b".linkedin.com")


def mail_of(data):
    block = fields(data)
    names = [name for name, _ in block or []]
    if b"from" not in names or b"date" not in names:
        return None
    first = {name: unfold(lines) for name, lines in reversed(block)}
    return {"from": shown(first[b"from"], 512), "date": shown(first[b"date"], 128),
            "subject": shown(first.get(b"subject", b""), 512),
            "linkedin_signature": any(of_linkedin(lines) for name, lines in block if name == b"dkim-signature")}


def is_text(data):
    try:
        return not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def content(data):
    """The media type, and of a mail what it says."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png", None
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg", None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", None
    if data[:5] == b"%PDF-":
        return "application/pdf", None
    mail = mail_of(data)
    if mail:
        return "message/rfc822", mail
    return "text/plain; charset=utf-8" if is_text(data) else "application/octet-stream", None
