#!/usr/bin/env python3
"""A second verifier of evidence packages, written from docs/evidence-format.md alone. It shares no code with the first one.

    verify.py PACKAGE [ROOTS.pem]      exit 0: good; 1: not, and why on stderr

Needs python3, ssh-keygen and openssl. Times by authorities are checked only when roots are given."""
import base64
import datetime
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
FIXED = {"VERIFY.txt", "bag-info.txt", "bagit.txt", "data/allowed_signers", "data/checkpoint", "data/entries.jsonl",
         "data/public-key.pem", "data/vkey", "manifest-sha256.txt", "tagmanifest-sha256.txt",
         "tagmanifest-sha256.txt.sig"}
OPTIONAL = {"data/certification.txt", "data/consent-records.jsonld", "data/history.csv", "data/report.html"}
NUMBER = r"(0|[1-9][0-9]*)"
PATTERNS = [rf"data/proofs/{NUMBER}\.tlog-proof", rf"data/timestamps/{NUMBER}-{NUMBER}\.(chain\.pem|checkpoint|tsq|tsr)",
            r"data/attachments/[0-9a-f]{64}\.[a-z0-9]{1,8}"]


class Bad(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Bad(why)


def sha(data):
    return hashlib.sha256(data).digest()


def unpack(raw):
    """The container, section 2: stored files end to end, said alike in both places."""
    need(len(raw) >= 22 and raw[-22:-18] == b"PK\5\6", "not a ZIP, or something follows it")
    disk, start, count, total, length, at, comment = struct.unpack("<HHHHIIH", raw[-18:])
    need((disk, start, comment) == (0, 0, 0) and count == total > 0 and at + length == len(raw) - 22, "end record")
    files, moments, following = {}, set(), 0
    directory = at
    for _ in range(count):
        head = raw[at:at + 46]
        need(len(head) == 46 and head[:4] == b"PK\1\2", "directory")
        (made, version, flags, method, time, crc, packed, size, n, x, c, d, internal, external,
         offset) = struct.unpack("<HHHHIIIIHHHHHII", head[4:])
        name, extra = raw[at + 46:at + 46 + n], raw[at + 46 + n:at + 46 + n + x]
        at += 46 + n + x
        text = name.decode("ascii", "replace")
        need(re.fullmatch(r"[A-Za-z0-9._/-]{1,160}", text) and all(
            part and part[0] != "." and part[-1] != "." for part in text.split("/")), f"name {text}")
        need(flags == 8 and method == 0 and packed == size and version in (10, 20) and made == 0x300 | version, text)
        need((c, d, internal, external) == (0, 0, 0, 0o100644 << 16) and offset == following, text)
        local = raw[offset:offset + 30]
        need(len(local) == 30 and struct.unpack("<IHHHIIIIHH", local) == (
            0x04034B50, version, flags, method, time, 0, packed, size, n, x), text)
        body = offset + 30 + n + x
        need(raw[offset + 30:body] == name + extra, text)
        need(len(extra) == 24 and extra[:5] == b"UT\5\0\1" and extra[9:] == b"ux\x0b\0\1\4" + bytes(4) + b"\4" + bytes(4), text)
        moments.add((time, extra[5:9]))
        data = raw[body:body + size]
        following = body + size + 16
        need(raw[body + size:following] == struct.pack("<IIII", 0x08074B50, crc, size, size), text)
        need(len(data) == size and zlib.crc32(data) == crc, text)
        need(text.lower() not in {other.lower() for other in files}, f"{text} twice")
        files[text] = data
    need(at == len(raw) - 22 and following == directory and len(moments) == 1, "directory")
    folders = {name.split("/", 1)[0] for name in files}
    need(len(folders) == 1 and all("/" in name for name in files), "not one folder")
    return {name.split("/", 1)[1]: data for name, data in files.items()}


def check_bag(files):
    need(FIXED <= set(files), f"missing: {sorted(FIXED - set(files))}")
    for name in set(files) - FIXED - OPTIONAL:
        need(any(re.fullmatch(p, name) for p in PATTERNS), f"{name} does not belong")
    need(files["bagit.txt"] == BAGIT, "bagit.txt")
    payload = sorted(name for name in files if name.startswith("data/"))
    tags = sorted(set(files) - set(payload) - {"tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"})
    for manifest, names in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", tags)):
        expected = "".join(f"{sha(files[name]).hex()}  {name}\n" for name in names)
        need(files[manifest].decode("ascii") == expected, f"{manifest} or one of its files")
    oxum = f"Payload-Oxum: {sum(len(files[n]) for n in payload)}.{len(payload)}"
    need(oxum in files["bag-info.txt"].decode().split("\n"), "bag-info.txt")


def openssl_verifies(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("key", "message", "signature")]
        for path, data in zip(paths, (key, message, signature)):
            path.write_bytes(data)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", paths[0], "-in", paths[1],
                               "-sigfile", paths[2]], capture_output=True, check=False).returncode == 0


def check_key(files):
    match = re.fullmatch(r"(consentlog/[0-9a-f]{16})\+([0-9a-f]{8})\+(\S+)\n", files["data/vkey"].decode("ascii"))
    need(match, "data/vkey")
    name, key_id, typed = match[1], bytes.fromhex(match[2]), base64.b64decode(match[3], validate=True)
    need(len(typed) == 33 and typed[0] == 1 and sha(name.encode() + b"\n" + typed)[:4] == key_id, "data/vkey")
    blob = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + typed[1:]
    line = f'consentlog namespaces="consentlog-evidence@v1" ssh-ed25519 {base64.b64encode(blob).decode()}\n'
    need(files["data/allowed_signers"].decode() == line, "data/allowed_signers")
    spki = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + typed[1:]).decode()
    need(files["data/public-key.pem"].decode() == f"-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n",
         "data/public-key.pem")
    need(re.fullmatch(r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=]+\n)+-----END SSH SIGNATURE-----\n",
                      files["tagmanifest-sha256.txt.sig"].decode("ascii")), "tagmanifest-sha256.txt.sig")
    with tempfile.TemporaryDirectory() as folder:
        for file in ("data/allowed_signers", "tagmanifest-sha256.txt.sig"):
            pathlib.Path(folder, file.split("/")[-1]).write_bytes(files[file])
        ran = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", f"{folder}/allowed_signers", "-I", "consentlog", "-n",
                              "consentlog-evidence@v1", "-s", f"{folder}/tagmanifest-sha256.txt.sig"],
                             input=files["tagmanifest-sha256.txt"], capture_output=True, check=False)
        need(ran.returncode == 0, "tagmanifest-sha256.txt.sig")
    return name, key_id, files["data/public-key.pem"], typed[1:]


def open_note(note, key, where):
    name, key_id, pem, _ = key
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    good = False
    for line in signatures.decode().split("\n")[:-1]:
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        need(dash == "—", where)
        if signer == name and signature[:4] == key_id:
            need(openssl_verifies(pem, text, signature[4:]), where)
            good = True
    need(good, where)
    origin, size, root = text.decode().split("\n")[:3]
    need(origin == name and re.fullmatch(NUMBER, size), where)
    return int(size), base64.b64decode(root, validate=True)


def merkle_root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1" + merkle_root(hashes[:k]) + merkle_root(hashes[k:]))


def inclusion_path(index, hashes):
    if len(hashes) == 1:
        return []
    k = 1 << (len(hashes) - 1).bit_length() - 1
    if index < k:
        return inclusion_path(index, hashes[:k]) + [merkle_root(hashes[k:])]
    return inclusion_path(index - k, hashes[k:]) + [merkle_root(hashes[:k])]


def once(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "a member twice")
    return dict(pairs)


def check_entries(files, key):
    size, root = open_note(files["data/checkpoint"], key, "data/checkpoint")
    lines = files["data/entries.jsonl"].split(b"\n")
    need(lines.pop() == b"" and len(lines) == size > 0, "data/entries.jsonl")
    leaves, named, said = [], set(), {}
    for i, line in enumerate(lines):
        withheld = re.fullmatch(rb'\{"withheld":"([0-9a-f]{64})"\}', line)
        if withheld and i > 0:
            leaves.append(bytes.fromhex(withheld[1].decode()))
            continue
        entry = json.loads(line, object_pairs_hook=once)
        need(entry["v"] == 1 and entry["seq"] == i and len(line) <= 65535, f"entry {i}")
        need(entry["kind"] in ("genesis", "observation", "document", "timestamp", "discontinuity"), f"entry {i}")
        datetime.datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
        named |= {a["sha256"] for a in entry.get("attachments", [])}
        if entry["kind"] == "timestamp":
            said[i] = {a["sha256"]: (entry["size"], entry["gen_time"]) for a in entry.get("attachments", [])}
        leaves.append(sha(b"\0" + line))
    first = json.loads(lines[0])
    need(first["kind"] == "genesis" and first["public_key"] == key[3].hex(), "entry 0")
    need(key[0] == "consentlog/" + sha(lines[0]).hex()[:16], "entry 0")
    need(merkle_root(leaves) == root, "data/entries.jsonl: root")
    return leaves, named, said


def check_single(files, leaves, named):
    for name, data in files.items():
        if name.startswith("data/proofs/"):
            index = int(name.split("/")[2].split(".")[0])
            need(index < len(leaves), name)
            path = "".join(base64.b64encode(h).decode() + "\n" for h in inclusion_path(index, leaves))
            need(data == f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n".encode() + files["data/checkpoint"], name)
        if name.startswith("data/attachments/"):
            digest = sha(data).hex()
            need(name.split("/")[2].startswith(digest) and digest in named, name)


def check_stamps(files, leaves, key, roots, said):
    stems = {re.sub(r"\.(chain\.pem|checkpoint|tsq|tsr)$", "", n) for n in files if n.startswith("data/timestamps/")}
    answers = {sha(data).hex() for name, data in files.items() if name.endswith(".tsr")}
    need(all(answers & hashes.keys() for hashes in said.values()), "a timestamp's answer is not there")
    for stem in sorted(stems):
        parts = {suffix: files.get(f"{stem}.{suffix}") for suffix in ("chain.pem", "checkpoint", "tsq", "tsr")}
        need(all(part is not None for part in parts.values()), f"{stem} lacks a file")
        size, root = open_note(parts["checkpoint"], key, stem)
        need(size == int(stem.split("/")[2].split("-")[0]) <= len(leaves) and merkle_root(leaves[:size]) == root, stem)
        need(parts["tsq"].count(sha(parts["checkpoint"])) == 1, f"{stem}: the query is about something else")
        if roots:
            answer = sha(parts["tsr"]).hex()
            check_token(parts, roots, stem, [hashes[answer] for hashes in said.values() if answer in hashes])


def check_token(parts, roots, stem, said):
    with tempfile.TemporaryDirectory() as folder:
        for suffix, data in parts.items():
            pathlib.Path(folder, suffix).write_bytes(data)
        text = subprocess.run(["openssl", "ts", "-reply", "-in", f"{folder}/tsr", "-text"], capture_output=True, text=True,
                              check=False).stdout
        stamp = re.search(r"Time stamp: (\w+ +\d+ \d+:\d+:\d+)(\.\d+)? (\d+) GMT", text)
        need(stamp, f"{stem}: no time")
        at = datetime.datetime.strptime(f"{stamp[1]} {stamp[3]} +0000", "%b %d %H:%M:%S %Y %z")
        time = at.strftime("%Y-%m-%dT%H:%M:%S.") + (stamp[2] or ".0")[1:4].ljust(3, "0") + "Z"
        need(all(s == (int(stem.split("/")[2].split("-")[0]), time) for s in said), f"{stem}: an entry says otherwise")
        ran = subprocess.run(["openssl", "ts", "-verify", "-queryfile", f"{folder}/tsq", "-in", f"{folder}/tsr", "-CAfile",
                              roots, "-untrusted", f"{folder}/chain.pem", "-attime", str(int(at.timestamp()))],
                             capture_output=True, text=True, check=False)
        need(ran.returncode == 0, f"{stem}: {ran.stderr.strip()[-200:]}")


def verify(path, roots=None):
    files = unpack(pathlib.Path(path).read_bytes())
    check_bag(files)
    key = check_key(files)
    leaves, named, said = check_entries(files, key)
    check_single(files, leaves, named)
    check_stamps(files, leaves, key, roots, said)


if __name__ == "__main__":
    try:
        verify(*sys.argv[1:3])
    except (Bad, ValueError, KeyError, TypeError, AttributeError) as why:
        print(f"not good: {why}", file=sys.stderr)
        sys.exit(1)
