"""A time authority's answer (RFC 3161), taken apart: docs/evidence-format.md, section 10. For verify.py. Signatures and chains are
checked by openssl."""
import base64
import hashlib
import pathlib
import re
import subprocess
import tempfile

SEQUENCE, SET, INTEGER, OCTETS, OBJECT, TIME, BOOLEAN = 0x30, 0x31, 2, 4, 6, 0x18, 1
HASHES = {bytes.fromhex("608648016503040201"): "sha256", bytes.fromhex("608648016503040202"): "sha384",
          bytes.fromhex("608648016503040203"): "sha512"}
PSS = bytes.fromhex("2a864886f70d01010a")
CURVES = ("prime256v1", "secp384r1", "secp521r1")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
NAMES_SIGNER = {bytes.fromhex("2a864886f70d010910020c"): "sha1", bytes.fromhex("2a864886f70d010910022f"): "sha256"}
ARMOUR = rb"-----BEGIN ((?:X509 )?CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----"


class Wrong(ValueError):
    pass


def need(condition, why):
    if not condition:
        raise Wrong(why)


def element(data, at=0):
    """Tag, content and where it ends; its length as BER may have it."""
    tag, n = data[at], data[at + 1]
    at += 2
    if n == 0x80:
        begin = at
        while data[at:at + 2] != b"\0\0":
            at = element(data, at)[2]
        return tag, data[begin:at], at + 2
    if n & 0x80:
        at, n = at + (n & 0x7f), int.from_bytes(data[at:at + (n & 0x7f)], "big")
    need(at + n <= len(data), "ASN.1 that is cut")
    return tag, data[at:at + n], at + n


def inside(data):
    found, at = [], 0
    while at < len(data):
        tag, content, end = element(data, at)
        found.append((tag, content, data[at:end]))
        at = end
    return found


def whole(data):
    """The members of what is one sequence and nothing more."""
    tag, content, end = element(data)
    need(tag == SEQUENCE and end == len(data), "something follows the DER")
    return inside(content)


def number(content):
    return int.from_bytes(content, "big", signed=True)


def members(data, *tags):
    """In their order, those that may be there; None of one that is not."""
    left = list(data)
    found = [left.pop(0)[1] if left and left[0][0] == tag else None for tag in tags]
    need(not left, "more than there may be")
    return found


def is_about(imprint, digest):
    algorithm, value = inside(imprint)
    return HASHES.get(inside(algorithm[1])[0][1]) == "sha256" and value[:2] == (OCTETS, digest)


def extensions_are_known(extensions):
    return not any(tag == BOOLEAN and content != b"\0" for one in inside(extensions or b"") for tag, content, _ in inside(one[1]))


def query(data, digest):
    """The policy that it asks for, if any, and its nonce."""
    version, imprint, policy, nonce, _, _ = members(whole(data), INTEGER, SEQUENCE, OBJECT, INTEGER, BOOLEAN, 0xA0)
    need(version == b"\1" and imprint and nonce and is_about(imprint, digest), "a query about something else, or without a nonce")
    return policy, nonce


def accuracy(content):
    """Milliseconds, rounded outwards; None where none is stated."""
    if content is None:
        return None
    seconds, millis, micros = (0 if part is None else number(part) for part in members(inside(content), INTEGER, 0x80, 0x81))
    need(0 <= seconds <= 10**9 and 0 <= millis <= 999 and 0 <= micros <= 999, "an accuracy beyond its unit")
    return seconds * 1000 + millis + -(-micros // 1000)


def info(data, digest, policy, nonce):
    """What the token says: its time as text, the digits beyond milliseconds, its accuracy, and whom it names."""
    version, said_policy, imprint, _, time, wide, _, said_nonce, tsa, extensions = members(
        whole(data), INTEGER, OBJECT, SEQUENCE, INTEGER, TIME, SEQUENCE, BOOLEAN, INTEGER, 0xA0, 0xA1)
    need(version == b"\1" and is_about(imprint, digest), "a token about something else")
    need(said_nonce == nonce and policy in (None, said_policy), "an answer to another question")
    need(extensions_are_known(extensions), "an extension that is not understood")
    at = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,10}))?Z", time.decode("ascii"))
    need(at, "no time")
    digits = at[7] or ""
    return "{}-{}-{}T{}:{}:{}.{}Z".format(*at.groups()[:6], digits[:3].ljust(3, "0")), digits[3:], accuracy(wide), tsa


def signer_of(token):
    """The one signer's info: digest, algorithm of the signature, and signed attributes."""
    content = inside(whole(token)[1][1])[0][1]
    infos = inside(inside(content)[-1][1])
    need(len(infos) == 1, "not one signer")
    fields = inside(infos[0][1])
    digest, attributes, algorithm = fields[2], fields[3], fields[4]
    need(attributes[0] == 0xA0, "no attributes")
    return inside(digest[1])[0][1], inside(algorithm[1]), inside(attributes[1])


def one_hash(digest, algorithm):
    """Of the signature by RSA-PSS and of its mask."""
    if algorithm[0][1] != PSS:
        return True
    parts = {tag: inside(content)[0][1] for tag, content, _ in inside(algorithm[1][1])}
    mask = inside(inside(parts[0xA1])[1][1])[0][1] if 0xA1 in parts else None
    return mask == inside(parts[0xA0])[0][1] == digest if 0xA0 in parts else False


def names(attributes, certificate):
    """RFC 5035: the first certificate that the signature names is this one."""
    for tag, content, _ in attributes:
        kind, values = inside(content)
        if kind[1] in NAMES_SIGNER:
            first = inside(inside(inside(inside(values[1])[0][1])[0][1])[0][1])
            stated = HASHES.get(inside(first[0][1])[0][1]) if first[0][0] == SEQUENCE else NAMES_SIGNER[kind[1]]
            if stated is None or first[int(first[0][0] == SEQUENCE)][1] != hashlib.new(stated, certificate).digest():
                return False
    return any(inside(content)[0][1] in NAMES_SIGNER for _, content, _ in attributes)


def certificates(pem):
    begun = re.findall(rb"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----", pem)
    found = [base64.b64decode(body) for _, body in re.findall(ARMOUR, pem)]
    need(begun and len(begun) == len(found) and all(found), "a certificate that cannot be read")
    for one in found:
        need(element(one)[0] == SEQUENCE, "a certificate that cannot be read")
    return found


def armoured(der):
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def enclosed(token):
    """The certificates in a token."""
    content = inside(whole(token)[1][1])[0][1]
    return [one for tag, held, _ in inside(content) if tag == 0xA0 for kind, _, one in inside(held) if kind == SEQUENCE]


def key_is_taken(text):
    kind = re.search(r"Public Key Algorithm: (\S+)", text)[1]
    bits = re.search(r"Public-Key: \((\d+) bit", text)
    if kind in ("rsaEncryption", "rsassaPss"):
        return int(bits[1]) <= 8192  # one that is too short leads to no root
    return kind == "ED25519" or any(f"ASN1 OID: {curve}\n" in text for curve in CURVES)


def its_name(tsa, certificate):
    """Where the token names its authority, it is the one that signed: by its subject, or by another of its names."""
    return tsa is None or (tsa[:1] == b"\xa4" and element(tsa)[1] in certificate) or tsa in certificate


def token(parts, roots):
    """The signer's name, the time, what is beyond its milliseconds, its accuracy and the hash of what was said; the name is None of
    one whose authority is not trusted."""
    certificates(parts["chain.pem"])
    digest = hashlib.sha256(parts["checkpoint"]).digest()
    policy, nonce = query(parts["tsq"], digest)
    (_, status, _), (_, _, signed) = whole(parts["tsr"])
    need(number(inside(status)[0][1]) in (0, 1), "refused")
    hash_, algorithm, attributes = signer_of(signed)
    need(hash_ in HASHES and one_hash(hash_, algorithm), "a hash that is not strong")
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)

        for name, data in (("token", signed), ("chain.pem", parts["chain.pem"]),
                           ("all.pem", b"".join(map(armoured, enclosed(signed))) + parts["chain.pem"])):
            pathlib.Path(folder, name).write_bytes(data)
        ran = run("cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", "token", "-certfile", "chain.pem", "-out", "info",
                  "-signer", "signer")
        need(ran.returncode == 0, ran.stderr.strip()[-200:])
        content = pathlib.Path(folder, "info").read_bytes()
        time, more, wide, tsa = info(content, digest, policy, nonce)
        [certificate] = certificates(pathlib.Path(folder, "signer").read_bytes())
        need(names(attributes, certificate) and its_name(tsa, certificate), "another certificate than it names")
        need(key_is_taken(run("x509", "-in", "signer", "-noout", "-text").stdout), "a key of another kind")
        at = run("x509", "-in", "signer", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb").stdout
        return trusted(run, time, roots), at.strip().removeprefix("subject="), time, more, wide, hashlib.sha256(content).hexdigest()


def trusted(run, time, roots):
    """Is it, at its time? Of a certificate for something else, or not valid then, there is nothing to trust."""
    import contradictions
    how = ["verify", "-attime", str(contradictions.ms(time) // 1000), "-purpose", "timestampsign", "-auth_level", "2", "-no-CApath", "-no-CAstore"]
    ran = run(*how, "-untrusted", "all.pem", "-CAfile", str(pathlib.Path(roots).resolve()), "signer")
    need(not re.search("error (9|10) ", ran.stderr), "not valid then")
    if ran.returncode == 0:
        return True
    alone = run(*how, "-partial_chain", "-CAfile", "signer", "signer")
    need(alone.returncode == 0 or "error 66 " in alone.stderr or "error 68 " in alone.stderr, alone.stderr.strip()[-200:])
    return False
