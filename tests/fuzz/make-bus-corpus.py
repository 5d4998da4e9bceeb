#!/usr/bin/env python3
"""Replies of a session bus and of keyrings on it, as tests/unit/bus_replies.c plays them: corpus/bus.

A name that begins with `good` is read and advanced; with `read`, read only; all others are for the whole way.
AES is openssl's, all else is written out here, from the specifications alone.
"""
import base64, hashlib, hmac, pathlib, struct, subprocess

OUT = pathlib.Path(__file__).parent / "corpus/bus"
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF", 16)
OURS = int.from_bytes(bytes([0xC2]) + b"\x42" * 31, "big")  # the private number that the test gives
THEIRS = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF
IV = b"\x17" * 16
SERVICE = "/org/freedesktop/secrets"
ITEMS = [f"{SERVICE}/collection/login/{n}" for n in (1, 2)]
SESSION = f"{SERVICE}/session/s1"


class Body:
    """Little-endian marshalling, D-Bus specification, "Message Protocol"."""

    def __init__(self):
        self.data = b""

    def align(self, n):
        self.data += b"\0" * (-len(self.data) % n)
        return self

    def u32(self, value):
        self.align(4).data += struct.pack("<I", value)
        return self

    def byte(self, value):
        self.data += bytes([value])
        return self

    def string(self, text):
        text = text if isinstance(text, bytes) else text.encode()
        self.u32(len(text)).data += text + b"\0"
        return self

    def signature(self, text):
        self.data += bytes([len(text)]) + text.encode() + b"\0"
        return self

    def array(self, align, fill, count=None):
        self.u32(0)
        at = len(self.data)
        self.align(align)
        start = len(self.data)
        fill(self)
        length = len(self.data) - start if count is None else count
        self.data = self.data[: at - 4] + struct.pack("<I", length) + self.data[at:]
        return self

    def bytes_(self, value):
        return self.array(1, lambda b: setattr(b, "data", b.data + value))

    def paths(self, paths):
        return self.array(4, lambda b: [b.string(p) for p in paths])


def message(serial, to, signature="", body=b"", kind=2, sender="org.freedesktop.DBus", error=None, length=None):
    head = Body()
    head.data = b"l" + bytes([kind, 1, 1])
    head.u32(len(body) if length is None else length).u32(serial)

    def fields(b):
        def field(code, sig, put):
            b.align(8).byte(code).signature(sig)
            put(b)

        field(5, "u", lambda x: x.u32(to))
        field(6, "s", lambda x: x.string(":1.7"))
        field(7, "s", lambda x: x.string(sender))
        if error:
            field(4, "s", lambda x: x.string(error))
        if signature:
            field(8, "g", lambda x: x.signature(signature))

    head.array(8, fields)
    head.align(8)
    return head.data + body


def welcome():
    return message(1, 1, "s", Body().string(":1.7").data)


def failure(serial, to, name, text="no"):
    return message(serial, to, "s", Body().string(text).data, kind=3, error=name)


def variant_paths(serial, to, paths):
    return message(serial, to, "v", Body().signature("ao").paths(paths).data, sender=":1.3")


def locked(serial, to, value):
    return message(serial, to, "v", Body().signature("b").u32(value).data, sender=":1.3")


def found(serial, to, open_, locked_=()):
    return message(serial, to, "aoao", Body().paths(open_).paths(locked_).data, sender=":1.3")


def session(serial, to, public=None, path=SESSION, signature="ay"):
    public = pow(2, THEIRS, PRIME).to_bytes(128, "big") if public is None else public
    return message(serial, to, "vo", Body().signature(signature).bytes_(public).string(path).data, sender=":1.3")


def key():
    shared = pow(pow(2, THEIRS, PRIME), OURS, PRIME).to_bytes(128, "big")
    extracted = hmac.new(b"\0" * 32, shared, hashlib.sha256).digest()
    return hmac.new(extracted, b"\x01", hashlib.sha256).digest()[:16]


def seal(text, pad=True):
    command = ["openssl", "enc", "-aes-128-cbc", "-K", key().hex(), "-iv", IV.hex()] + ([] if pad else ["-nopad"])
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True).stdout


def checked(data):
    return base64.b64encode(data + hashlib.sha256(data).digest()[:4])


PUBLIC = b"\x33" * 32
KEY = checked(b"\x01" + b"\x11" * 32 + b"\x22" * 32 + PUBLIC)
OTHER = checked(b"\x01" + b"\x11" * 32 + b"\x22" * 32 + b"\x44" * 32)
HEAD = checked(b"\x01\x00" + (7).to_bytes(8, "big") + b"\x55" * 32)


def secrets(serial, to, values, iv=IV):
    def fill(b):
        for path, sealed in values:
            b.align(8).string(path).align(8).string(SESSION).bytes_(iv).bytes_(sealed).string("text/plain")

    return message(serial, to, "a{o(oayays)}", Body().array(8, fill).data, sender=":1.3")


def done(serial, to):
    return message(serial, to, sender=":1.3")


GNOME = [f"{SERVICE}/collection/login", f"{SERVICE}/collection/session"]
BOTH = list(zip(ITEMS, (seal(KEY), seal(HEAD))))


def gnome(items=None, heads=None, successors=None, agreed=None, values=None, last=None):
    """Calls: 1 Hello, 2 Collections, 3 to 5 SearchItems (the path's, the key's head, a successor), 6 OpenSession, 7 GetSecrets, 8 SetSecret."""
    return (welcome() + variant_paths(2, 2, GNOME) + (items or found(3, 3, ITEMS)) + (heads or found(4, 4, ITEMS[1:]))
            + (successors or found(5, 5, [])) + (agreed or session(6, 6)) + (values or secrets(7, 7, BOTH))
            + (done(8, 8) if last is None else last))


def other(*locks):
    """The same with calls for each collection's lock between: of a keyring that is not gnome-keyring."""
    paths = [f"{SERVICE}/collection/c{n}" for n in range(len(locks))]
    n = 3 + len(locks)
    return (welcome() + variant_paths(2, 2, paths) + b"".join(locked(3 + i, 3 + i, v) for i, v in enumerate(locks))
            + found(n, n, ITEMS) + found(n + 1, n + 1, ITEMS[1:]) + found(n + 2, n + 2, []) + session(n + 3, n + 3)
            + secrets(n + 4, n + 4, BOTH) + done(n + 5, n + 5))


DENIED = "org.freedesktop.DBus.Error.AccessDenied"
CASES = {
    "good-gnome": gnome(),
    "good-other-order": gnome(values=secrets(7, 7, BOTH[::-1])),
    "good-one-open-collection": other(1, 0),
    "good-short-public": gnome(agreed=session(6, 6, public=pow(2, THEIRS, PRIME).to_bytes(128, "big").lstrip(b"\0"))),
    "read-refused": gnome(last=failure(8, 8, "org.freedesktop.Secret.Error.IsLocked")),
    "read-closed": gnome(last=b""),
    "no-words": b"",
    "no-name": failure(1, 1, DENIED),
    "no-service": welcome() + failure(2, 2, "org.freedesktop.DBus.Error.ServiceUnknown"),
    "no-collection": other(),
    "all-locked": other(1, 1),
    "many-collections": welcome() + variant_paths(2, 2, [f"{SERVICE}/collection/c{n}" for n in range(17)]),
    "long-path": welcome() + variant_paths(2, 2, [f"{SERVICE}/{'c' * 600}", *GNOME]),
    "collections-of-another-type": welcome() + message(2, 2, "v", Body().signature("s").string("none").data),
    "nothing-found": gnome(items=found(3, 3, [])),
    "one-found": gnome(items=found(3, 3, ITEMS[:1])),
    "three-found": gnome(items=found(3, 3, [*ITEMS, ITEMS[0] + "0"])),
    "one-locked": gnome(items=found(3, 3, ITEMS, [ITEMS[0] + "0"])),
    "no-head-of-the-key": gnome(heads=found(4, 4, [])),
    "two-heads-of-the-key": gnome(heads=found(4, 4, [ITEMS[1], ITEMS[1] + "0"])),
    "head-of-the-key-elsewhere": gnome(heads=found(4, 4, [ITEMS[1] + "0"])),
    "head-of-the-key-locked": gnome(heads=found(4, 4, ITEMS[1:], [ITEMS[1] + "0"])),
    "another-log-in-its-place": gnome(successors=found(5, 5, [ITEMS[0] + "0"])),
    "another-log-in-its-place-locked": gnome(successors=found(5, 5, [], [ITEMS[0] + "0"])),
    "search-refused": gnome(items=failure(3, 3, DENIED)),
    "session-refused": gnome(agreed=failure(6, 6, "org.freedesktop.DBus.Error.NotSupported")),
    "session-plain": gnome(agreed=session(6, 6, public=b"")),
    "public-zero": gnome(agreed=session(6, 6, public=b"\0" * 128)),
    "public-one": gnome(agreed=session(6, 6, public=b"\1")),
    "public-last": gnome(agreed=session(6, 6, public=(PRIME - 1).to_bytes(128, "big"))),
    "public-prime": gnome(agreed=session(6, 6, public=PRIME.to_bytes(128, "big"))),
    "public-long": gnome(agreed=session(6, 6, public=b"\0" + (9).to_bytes(128, "big"))),
    "public-of-another-type": gnome(agreed=session(6, 6, signature="as")),
    "value-missing": gnome(values=secrets(7, 7, BOTH[:1])),
    "value-twice": gnome(values=secrets(7, 7, [BOTH[0], BOTH[0]])),
    "value-of-another": gnome(values=secrets(7, 7, [(ITEMS[0] + "0", BOTH[0][1]), BOTH[1]])),
    "two-heads": gnome(values=secrets(7, 7, [(ITEMS[0], seal(HEAD)), BOTH[1]])),
    "another-key": gnome(values=secrets(7, 7, [(ITEMS[0], seal(OTHER)), BOTH[1]])),
    "value-damaged": gnome(values=secrets(7, 7, [(ITEMS[0], seal(KEY[:-4] + b"AAA=")), BOTH[1]])),
    "value-of-another-session": gnome(values=secrets(7, 7, BOTH, iv=b"\x18" * 16)),
    "value-without-padding": gnome(values=secrets(7, 7, [(ITEMS[0], seal(b"\0" * 144, pad=False)), BOTH[1]])),
    "value-cut": gnome(values=secrets(7, 7, [(ITEMS[0], BOTH[0][1][:-1]), BOTH[1]])),
    "value-empty": gnome(values=secrets(7, 7, [(ITEMS[0], b""), BOTH[1]])),
    "value-long": gnome(values=secrets(7, 7, [(ITEMS[0], b"\0" * 528), BOTH[1]])),
    "iv-short": gnome(values=secrets(7, 7, BOTH, iv=b"\x17" * 15)),
    "answer-to-nothing": welcome() + variant_paths(2, 77, GNOME),
    "length-of-a-gigabyte": welcome() + message(2, 2, "v", b"", length=1 << 30),
    "no-message": welcome() + b"\0" * 64,
}

if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, data in CASES.items():
        (OUT / name).write_bytes(data)
    print(hashlib.sha256(PUBLIC).hexdigest()[:16])
