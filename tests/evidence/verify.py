#!/usr/bin/env python3
"""A second verifier of evidence packages, written from docs/evidence-format.md alone. It shares no code with the first one.

    verify.py PACKAGE|FOLDER [ROOTS.pem]      exit 0: good; 1: not, and why on stderr
    verify.py --each [ROOTS.pem]              of each whose path is a line of the input, a line of JSON

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

import contradictions
import exhibit
import stamp

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
FIXED = {"VERIFY.txt", "bag-info.txt", "bagit.txt", "data/allowed_signers", "data/checkpoint", "data/entries.jsonl",
         "data/public-key.pem", "data/vkey", "manifest-sha256.txt", "tagmanifest-sha256.txt",
         "tagmanifest-sha256.txt.sig"}
OPTIONAL = {"data/certification.txt", "data/consent-records.jsonld", "data/history.csv", "data/report.html"}
NUMBER = r"(0|[1-9][0-9]*)"
PATTERNS = [rf"data/proofs/{NUMBER}\.tlog-proof", rf"data/timestamps/{NUMBER}-{NUMBER}\.(chain\.pem|checkpoint|tsq|tsr)",
            r"data/attachments/[0-9a-f]{64}\.(png|txt)", r"data/exhibits/[0-9a-f]{64}\.(png|jpg|webp|pdf|eml|txt|bin)"]


class Bad(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Bad(why)


def sha(data):
    return hashlib.sha256(data).digest()


def parts_of(text):
    return re.fullmatch(r"[A-Za-z0-9._/-]{1,160}", text) and all(
        part and part[0] != "." and part[-1] != "." for part in text.split("/"))


def apart(names):
    """No two alike whatever the case, and none both a file and a folder."""
    lower = [name.lower() for name in names]
    need(len(set(lower)) == len(lower), "a name twice")
    need(not any("/".join(name.split("/")[:n]) in lower for name in lower for n in range(1, name.count("/") + 1)),
         "a file and a folder")


MARK = b"CL\2\0v1"


def unpack_own(raw):
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
        need(parts_of(text), f"name {text}")
        need((made, version, flags, method) == (0x30A, 10, 0, 0) and packed == size and extra == MARK, text)
        need((c, d, internal, external) == (0, 0, 0, 0o100644 << 16) and offset == following, text)
        local = raw[offset:offset + 30]
        need(len(local) == 30 and struct.unpack("<IHHHIIIIHH", local) == (
            0x04034B50, version, flags, method, time, crc, packed, size, n, x), text)
        body = offset + 30 + n + x
        need(raw[offset + 30:body] == name + extra, text)
        moments.add(time)
        following = body + size
        data = raw[body:following]
        need(len(data) == size and zlib.crc32(data) == crc and text not in files, text)
        files[text] = data
    need(at == len(raw) - 22 and following == directory and len(moments) == 1, "directory")
    apart(files)
    folders = {name.split("/", 1)[0] for name in files}
    need(len(folders) == 1 and all("/" in name for name in files), "not one folder")
    return {name.split("/", 1)[1]: data for name, data in files.items()}


def is_own(raw):
    """By the first header of either kind."""
    def marked(head, begin, fixed):
        version, flags, method, n, x = struct.unpack("<HHH16xHH", head[begin:begin + 26])
        return (version, flags, method, x) == (10, 0, 0, 6) and head[fixed + n:fixed + n + 6] == MARK
    at = struct.unpack("<I", raw[-6:-2])[0] if raw[-22:-18] == b"PK\5\6" else len(raw)
    return (raw[:4] == b"PK\3\4" and len(raw) >= 30 and marked(raw, 4, 30)) or (
        raw[at:at + 4] == b"PK\1\2" and len(raw) >= at + 46 and marked(raw[at:], 6, 46))


def sane(name):
    return name and name[:1] not in b"/\\" and not re.search(rb"[\0-\x1f\x7f]", name) and b".." not in re.split(rb"[/\\]", name)


def alike(name, other):
    """The same, but for parts that the header could not spell."""
    parts, others = re.split(rb"([/\\])", name), re.split(rb"([/\\])", other)
    return sane(other) and len(other) <= 1024 and len(parts) == len(others) and all(
        a == b or (re.search(rb"[^A-Za-z0-9._/\\-]", a) and re.search(rb"[\x80-\xff]", b)) for a, b in zip(parts, others))


def extras(extra):
    found = []
    while len(extra) >= 4:
        kind, n = struct.unpack("<HH", extra[:4])
        need(len(extra) >= 4 + n and kind != 0x9901, "extra field")
        need(kind != 1 or all(other != 1 for other, _ in found), "extra field")
        found.append((kind, extra[4:4 + n]))
        extra = extra[4 + n:]
    return found


def widen(values, extra, name):
    """Sizes and offset of eight bytes, where four are all ones."""
    found = extras(extra)
    need(all(kind != 0x7075 or alike(name, data[5:]) for kind, data in found), "two names")
    wide = dict(found).get(1, b"")
    for i, value in enumerate(values):
        if value == 0xFFFFFFFF:
            need(len(wide) >= 8, "a size is missing")
            values[i], wide = struct.unpack("<Q", wide[:8])[0], wide[8:]
    return values


def end_of(raw):
    """Where the directory begins, where what follows it does, and how many records it has."""
    tail = max(0, len(raw) - 65557)
    ends = [i for i in range(tail, len(raw) - 21)
            if raw[i:i + 4] == b"PK\5\6" and i + 22 + struct.unpack("<H", raw[i + 20:i + 22])[0] == len(raw)]
    need(len(ends) == 1, "not a ZIP, or something follows it")
    disk, start, here, count, size, at = struct.unpack("<HHHHII", raw[ends[0] + 4:ends[0] + 20])
    follows, locator = ends[0], raw[max(0, ends[0] - 20):ends[0]]
    if locator[:4] == b"PK\6\7":
        first, follows, disks = struct.unpack("<IQI", locator[4:])
        record = raw[follows:follows + 56]
        need(first == 0 and disks <= 1 and record[:4] == b"PK\6\6", "two ends")
        need(follows + 56 == ends[0] - 20 and record[4:12] == struct.pack("<Q", 44) and record[16:24] == bytes(8), "two ends")
        wide_here, wide, wide_size, wide_at = struct.unpack("<QQQQ", record[24:])
        need(wide_here == wide and here == count in (wide, 0xFFFF) and size in (wide_size, 0xFFFFFFFF) and
             at in (wide_at, 0xFFFFFFFF), "two ends")
        here, count, size, at = wide, wide, wide_size, wide_at
        disk, start = (0 if part == 0xFFFF else part for part in (disk, start))
    need((disk, start) == (0, 0) and here == count, "several parts")
    need(0 < count <= 4 * 65535 and size <= 24 << 20 and at + size == follows, "directory")
    return at, follows, count


def central(raw, at):
    head = raw[at:at + 46]
    need(len(head) == 46 and head[:4] == b"PK\1\2", "directory")
    (made, _, flags, method, _, crc, packed, size, n, x, c, disk, _, external, offset) = struct.unpack(
        "<HHHHIIIIHHHHHII", head[4:])
    name = raw[at + 46:at + 46 + n]
    need(0 < n <= 1024 and len(name) == n and disk == 0, "directory")
    need(sane(name) and x <= 64512, "a name")
    folder = name[-1:] in b"/\\"
    kind = external >> 28
    need(made >> 8 not in (3, 19) or kind in (0, 4 if folder else 8), "a link")
    need(not flags & ~0x080E and method in (0, 8), "packed otherwise")
    size, packed, offset = widen([size, packed, offset], raw[at + 46 + n:at + 46 + n + x], name)
    need(method == 8 or size == packed, "sizes")
    need(not folder or (size == crc == 0 and packed in (0, 2)), "a folder with contents")
    return (name, flags, method, crc, packed, size, offset), at + 46 + n + x + c


def contents(raw, record, following):
    """One file, which reaches exactly to the one that follows."""
    name, flags, method, crc, packed, size, offset = record
    head = raw[offset:offset + 30]
    need(len(head) == 30 and head[:4] == b"PK\3\4", "a header")
    flags2, method2, _, crc2, packed2, size2, n, x = struct.unpack("<HHIIIIHH", head[6:])
    body = offset + 30 + n + x
    need(raw[offset + 30:offset + 30 + n] == name and (flags2, method2) == (flags, method), "a header")
    size2, packed2 = widen([size2, packed2], raw[offset + 30 + n:body], name)
    for ours, theirs in ((crc, crc2), (packed, packed2), (size, size2)):
        need(ours == theirs or (flags & 8 and theirs == 0), "a header")
    data, rest = raw[body:body + packed], raw[body + packed:following]
    need(len(data) == packed and body + packed <= following, "a file is cut")
    if flags & 8:
        said = rest[4:] if len(rest) in (16, 24) and rest[:4] == b"PK\7\x08" else rest
        need(said in (struct.pack("<III", crc, packed & 0xFFFFFFFF, size & 0xFFFFFFFF), struct.pack("<IQQ", crc, packed, size)),
             "a descriptor")
        need(method == 8 or not re.search(rb"PK(\x03\x04|\x07\x08|\x01\x02)", data), "another file in a file")
    else:
        need(rest == b"", "something hides between")
    if method == 8:
        stream = zlib.decompressobj(-15)
        data = stream.decompress(data, size + 1)
        need(stream.eof and stream.unused_data == b"", "a stream")
    need(len(data) == size and zlib.crc32(data) == crc, "a checksum")
    return data


def is_foreign(name):
    last = name.split("/")[-1]
    return bool({"__MACOSX", "@eaDir", ".AppleDouble"} & set(name.split("/")[:-1])) or last.startswith(("._", "~$")) or (
        last in (".DS_Store", ".directory", ".localized", "Icon\r", "check.py", "ROOT.pem")) or (
        last.lower() in ("thumbs.db", "ehthumbs.db", "desktop.ini")) or bool(
        re.fullmatch(r"\.~lock\..*#|\..*\.swp|.+:Zone\.Identifier", last))


def root_of(files):
    """What is left of other programs' files, below the one folder that has a bagit.txt."""
    files = {name: data for name, data in files.items() if not is_foreign(name)}
    roots = [name[:-9] for name in files if name.split("/")[-1] == "bagit.txt"]
    need(len(roots) == 1 and all(name.startswith(roots[0]) for name in files), "not one package")
    files = {name[len(roots[0]):]: data for name, data in files.items()}
    need(all(parts_of(name) for name in files), "a name")
    apart(files)
    return files


def unpack_other(raw, nested=False):
    """Section 2, containers of other programs."""
    at, follows, count = end_of(raw)
    directory, records = at, []
    for _ in range(count):
        record, at = central(raw, at)
        records.append(record)
    need(at == follows, "directory")
    need(sum(record[5] for record in records) <= (16 << 20) + 64 * len(raw), "it opens to too much")
    records.sort(key=lambda record: record[6])
    need(records[0][6] == 0, "something stands before")
    need(not all(any(slash in record[0] for record in records) for slash in (b"/", b"\\")), "two kinds of slashes")
    files = {}
    for record, following in zip(records, [r[6] for r in records[1:]] + [directory]):
        data = contents(raw, record, following)
        name = record[0].decode("utf-8", "surrogateescape").replace("\\", "/")
        need(name not in files or is_foreign(name), "a name twice")
        if name[-1] != "/":
            files[name] = data
    inner = [name for name in files if not is_foreign(name)]
    if not nested and len(inner) == 1 and inner[0].lower().endswith(".zip") and len(inner[0]) > 4:
        return unpack(files[inner[0]], True)
    return root_of(files)


def unpack(raw, nested=False):
    try:
        return unpack_own(raw)
    except (Bad, struct.error):
        if is_own(raw):
            raise
        return unpack_other(raw, nested)


def read_folder(path):
    found = list(path.rglob("*"))
    need(not any(p.is_symlink() or not (p.is_file() or p.is_dir()) for p in found), "neither a file nor a folder")
    return root_of({p.relative_to(path).as_posix(): p.read_bytes() for p in found if p.is_file()})


MOST = {"VERIFY.txt": 65536, "bag-info.txt": 4096, "bagit.txt": 256, "data/allowed_signers": 1024,
        "data/public-key.pem": 1024, "data/vkey": 1024, "manifest-sha256.txt": 65535 * 226, "tagmanifest-sha256.txt": 4096,
        "tagmanifest-sha256.txt.sig": 4096, ".checkpoint": 16384, ".tlog-proof": 19392, ".tsq": 65536, ".tsr": 65536,
        ".chain.pem": 131072}


def check_bag(files):
    for name, data in files.items():
        most = MOST.get(name) or next((MOST[end] for end in MOST if end[0] == "." and name.endswith(end)), len(data))
        need(len(data) <= most, f"{name} is larger than it may be")
    need(FIXED <= set(files), f"missing: {sorted(FIXED - set(files))}")
    for name in set(files) - FIXED - OPTIONAL:
        need(any(re.fullmatch(p, name) for p in PATTERNS), f"{name} does not belong")
    need(files["bagit.txt"] == BAGIT, "bagit.txt")
    payload = sorted(name for name in files if name.startswith("data/"))
    tags = sorted(set(files) - set(payload) - {"tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"})
    for manifest, names in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", tags)):
        expected = "".join(f"{sha(files[name]).hex()}  {name}\n" for name in names)
        need(files[manifest].decode("ascii") == expected, f"{manifest} or one of its files")
    info = clean(files["bag-info.txt"]).split("\n")
    need(info.pop() == "" and f"Payload-Oxum: {sum(len(files[n]) for n in payload)}.{len(payload)}" in info, "bag-info.txt")
    for label in ("Payload-Oxum: ", "Bag-Software-Agent: ", "Bagging-Date: ", "External-Identifier: "):
        need(sum(line.startswith(label) for line in info) < 2, "bag-info.txt: a label twice")


def clean(data):
    text = data.decode("utf-8")
    need(not re.search("[\0-\x09\x0b-\x1f\x7f]", text), "control characters")
    return text


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def check_png(data):
    """Chunks that fit their checksums, and as many pixels as the header says."""
    need(data[:16] == b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" and len(data) >= 67, "no PNG")
    at, kinds, packed = 8, [], b""
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        body, at = data[at + 8:at + 8 + n], at + 12 + n
        need(at <= len(data) and zlib.crc32(kind + body) == struct.unpack(">I", data[at - 4:at])[0], "PNG checksum")
        need(kind in (b"IHDR", b"PLTE", b"IDAT", b"IEND") or kind[0] & 0x20, "PNG chunk")
        need(kind != b"IEND" or n == 0, "PNG end")
        need(kind != b"PLTE" or (0 < n <= 768 and n % 3 == 0), "PNG palette")
        packed += body if kind == b"IDAT" else b""
        if kinds[-1:] != [b"IDAT"] or kind != b"IDAT":
            kinds.append(kind)
    need(kinds[-1] == b"IEND" and all(kinds.count(k) == 1 for k in (b"IHDR", b"IDAT", b"IEND")), "PNG order")
    width, height, depth, colour, method, filters, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    need(0 < width <= 8192 and 0 < height <= 8192 and method == filters == 0 and interlaced < 2, "PNG header")
    need(depth in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}[colour], "PNG depth")
    palettes = kinds.count(b"PLTE")
    need(palettes <= 1 and (colour != 3 or palettes) and (colour not in (0, 4) or not palettes), "PNG palette")
    need(not palettes or kinds.index(b"PLTE") < kinds.index(b"IDAT"), "PNG palette")
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = []
    for x, y, dx, dy in passes if interlaced else [(0, 0, 1, 1)]:
        w, h = -(-(width - x) // dx), -(-(height - y) // dy)
        rows += [1 + (w * bits + 7) // 8] * h if w > 0 and h > 0 else []
    stream = zlib.decompressobj()
    pixels = stream.decompress(packed, sum(rows) + 1)
    need(stream.eof and stream.unused_data == b"" and len(pixels) == sum(rows) <= 4 * 8192 * 8192 + 8192, "PNG pixels")
    at = 0
    for n in rows:
        need(pixels[at] < 5, "PNG filter")
        at += n


def openssl_verifies(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("key", "message", "signature")]
        for path, data in zip(paths, (key, message, signature)):
            path.write_bytes(data)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", paths[0], "-in", paths[1],
                               "-sigfile", paths[2]], capture_output=True, check=False).returncode == 0


P = 2 ** 255 - 19
SMALL = {0, 1, P - 1} | {int.from_bytes(bytes.fromhex(y), "little") for y in (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")}


def sound(point):
    """Spelled as RFC 8032 spells it, and not of small order."""
    y = int.from_bytes(point, "little") & (1 << 255) - 1
    return y < P and y not in SMALL


def check_key(files):
    match = re.fullmatch(r"(consentlog/[0-9a-f]{16})\+([0-9a-f]{8})\+(\S+)\n", files["data/vkey"].decode("ascii"))
    need(match, "data/vkey")
    name, key_id, typed = match[1], bytes.fromhex(match[2]), unbase64(match[3])
    need(len(typed) == 33 and typed[0] == 1 and sha(name.encode() + b"\n" + typed)[:4] == key_id, "data/vkey")
    need(sound(typed[1:]), "data/vkey: a key for which everybody can sign")
    blob = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + typed[1:]
    line = f'consentlog namespaces="consentlog-evidence@v1" ssh-ed25519 {base64.b64encode(blob).decode()}\n'
    need(files["data/allowed_signers"].decode() == line, "data/allowed_signers")
    spki = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + typed[1:]).decode()
    need(files["data/public-key.pem"].decode() == f"-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n",
         "data/public-key.pem")
    need(re.fullmatch(r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=]+\n)+-----END SSH SIGNATURE-----\n",
                      files["tagmanifest-sha256.txt.sig"].decode("ascii")), "tagmanifest-sha256.txt.sig")
    armoured = base64.b64decode("".join(files["tagmanifest-sha256.txt.sig"].decode().split("\n")[1:-2]), validate=True)
    head = [struct.pack(">I", len(part)) + part for part in (blob, b"consentlog-evidence@v1", b"", b"sha512")]
    need(armoured.startswith(b"SSHSIG\0\0\0\1" + b"".join(head)), "tagmanifest-sha256.txt.sig")
    need(sound(armoured[-64:-32]), "tagmanifest-sha256.txt.sig")
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
    need(len(note) <= 16384, where)
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    good, lines = False, clean(signatures).split("\n")
    need(lines.pop() == "" and len(lines) <= 100, where)
    for line in lines:
        signed = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        need(signed, where)
        signer, signature = signed[1], unbase64(signed[2])
        need(4 < len(signature) <= 8192, where)
        if signer == name and signature[:4] == key_id:
            need(not good, where)
            need(sound(signature[4:36]) and openssl_verifies(pem, text, signature[4:]), where)
            good = True
    need(good, where)
    origin, size, root, *more = clean(text).split("\n")[:-1]
    need(origin == name and re.fullmatch(NUMBER, size) and all(more), where)
    return int(size), unbase64(root)


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
    for value in flat([list(pair) for pair in pairs]):
        need(not isinstance(value, str) or ("\0" not in value and value.encode() is not None), "a text")
        need(type(value) is not int or abs(value) < 2**53, "a number")
    return dict(pairs)


def flat(value):
    return [one for inner in value for one in flat(inner)] if isinstance(value, list) else [value]


def number(text):
    need(text == str(int(text)), "a number in another spelling")
    return int(text)


def values_of(value, depth):
    """How many there are, itself included."""
    if not isinstance(value, (dict, list)):
        return 1
    need(depth <= 8 and (isinstance(value, list) or len(value) <= 64), "a bound of JSON")
    return 1 + sum(values_of(inner, depth + 1) for inner in (value.values() if isinstance(value, dict) else value))


def no_number(text):
    raise Bad(f"{text} is no number of an entry")


def check_entries(files, key):
    size, root = open_note(files["data/checkpoint"], key, "data/checkpoint")
    lines = files["data/entries.jsonl"].split(b"\n")
    need(lines.pop() == b"" and len(lines) == size > 0, "data/entries.jsonl")
    leaves, named, said, enclosed, exhibits = [], {}, {}, {}, []
    judge = contradictions.Contradictions(lambda n: merkle_root(leaves[:n]))
    for i, line in enumerate(lines):
        withheld = re.fullmatch(rb'\{"withheld":"([0-9a-f]{64})"\}', line)
        if withheld and i > 0:
            leaves.append(bytes.fromhex(withheld[1].decode()))
            judge.hide()
            continue
        need(line[:1] == b"{" and line[-1:] == b"}", f"entry {i}: an object and nothing else")
        entry = json.loads(line, object_pairs_hook=once, parse_int=number, parse_float=no_number, parse_constant=no_number)
        need(values_of(entry, 1) <= 16384, f"entry {i}: values")
        need(entry["v"] == 1 and type(entry["seq"]) is int and entry["seq"] == i and len(line) <= 65535, f"entry {i}")
        need(entry["kind"] in ("genesis", "observation", "document", "timestamp", "discontinuity", "exhibit"), f"entry {i}")
        need(contradictions.time(entry["time"]), f"entry {i}: time")
        need(contradictions.has_head(entry) and (i or contradictions.is_read(entry)), f"entry {i}: head")
        for a in entry.get("attachments", []):
            (enclosed if entry["kind"] == "exhibit" else named).setdefault(a["sha256"], set()).add((a["size"], a["media_type"]))
        if entry["kind"] == "timestamp":
            said[i] = {a["sha256"]: entry for a in entry.get("attachments", [])}
        if judge.take(entry) and entry["kind"] == "exhibit":
            exhibits.append(entry)
        leaves.append(sha(b"\0" + line))
    first = json.loads(lines[0])
    need(first["kind"] == "genesis" and first["public_key"] == key[3].hex(), "entry 0")
    need(key[0] == "consentlog/" + sha(lines[0]).hex()[:16], "entry 0")
    need(merkle_root(leaves) == root, "data/entries.jsonl: root")
    return leaves, named, said, judge, enclosed, exhibits


def check_exhibits(files, named, enclosed, exhibits, judge):
    """Files of the member's own: section 8."""
    contents = {}
    for name, data in files.items():
        if name.startswith("data/exhibits/"):
            digest, ending = name.split("/")[2].split(".")
            need(digest == sha(data).hex() and digest in enclosed and len(data) <= 26214400, name)
            need({a[1] for a in enclosed[digest]} == {contradictions.EXHIBITS[ending]}, name)
            contents[digest] = exhibit.content(data)
    for name, data in files.items():
        digest = sha(data).hex()
        need(all(size == len(data) for size, _ in named.get(digest, set()) | enclosed.get(digest, set())), f"{name}: another size")
    for entry in exhibits:
        stated = entry["attachments"][0]
        if stated["sha256"] in contents and stated["media_type"] in contradictions.EXHIBITS.values():
            media_type, mail = contents[stated["sha256"]]
            if stated["media_type"] != media_type or (mail and entry["mail"] and mail != entry["mail"]):
                judge.say(entry["seq"], "its file says otherwise")


def check_single(files, leaves, named):
    for name, data in files.items():
        if name.startswith("data/proofs/"):
            index = int(name.split("/")[2].split(".")[0])
            need(index < len(leaves), name)
            path = "".join(base64.b64encode(h).decode() + "\n" for h in inclusion_path(index, leaves))
            need(data == f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n".encode() + files["data/checkpoint"], name)
        if name.startswith("data/attachments/"):
            digest = sha(data).hex()
            need(name.split("/")[2].startswith(digest) and digest in named and len(data) <= 4194304, name)
            picture = name.endswith(".png")
            need(named[digest] == {(len(data), "image/png" if picture else "text/plain; charset=utf-8")}, name)
            check_png(data) if picture else clean(data)


def check_stamps(files, leaves, key, roots, said, judge):
    counted, lies = {}, []
    stems = {re.sub(r"\.(chain\.pem|checkpoint|tsq|tsr)$", "", n) for n in files if n.startswith("data/timestamps/")}
    answers = {sha(data).hex() for name, data in files.items() if name.endswith(".tsr")}
    need(all(answers & hashes.keys() for hashes in said.values()), "a timestamp's answer is not there")
    for stem in sorted(stems, key=lambda stem: [int(n) for n in stem.split("/")[2].split("-")]):
        parts = {suffix: files.get(f"{stem}.{suffix}") for suffix in ("chain.pem", "checkpoint", "tsq", "tsr")}
        need(all(part is not None for part in parts.values()), f"{stem} lacks a file")
        size, root = open_note(parts["checkpoint"], key, stem)
        need(size == int(stem.split("/")[2].split("-")[0]) <= len(leaves) and merkle_root(leaves[:size]) == root, stem)
        stamp.certificates(parts["chain.pem"])
        stamp.query(parts["tsq"], sha(parts["checkpoint"]))
        stamp.whole(parts["tsr"])
        if roots:
            answer = sha(parts["tsr"]).hex()
            entries = {seq: hashes[answer] for seq, hashes in said.items() if answer in hashes}
            counts = check_token(parts, roots, stem, entries.values())
            if counts is None or counted.get(counts["id"]):
                judge.remarks.append(f"{stem} is not counted")
                continue
            counted[counts["id"]] = {**counts, "size": size, "seq": min(entries, default=None)}
            for seq, entry in list(entries.items())[:1]:
                if contradictions.is_read(entry) and (entry["tsa"] != counts["signer"] or entry["root"] != root.hex()):
                    lies.append(seq)
    if not contradict(counted.values(), len(leaves), judge):
        for seq in lies:
            judge.say(seq, "its authority")


def contradict(stamps, size, judge):
    """Would an entry be after one time and before an earlier one?"""
    for seq in range(size):
        before = [s["earliest"] for s in stamps if s["seq"] is not None and s["seq"] < seq]
        after = [s["latest"] for s in stamps if s["size"] > seq]
        if before and after and max(before) > min(after):
            judge.remarks.append(f"authorities contradict each other at entry {seq}")
            return True
    return False


def check_token(parts, roots, stem, said):
    """What a token says that counts; None of one whose authority is not trusted."""
    try:
        trusted, signer, time, more, accuracy, what = stamp.token(parts, roots)
    except (ValueError, IndexError, TypeError) as why:
        raise Bad(f"{stem}: {why}") from why
    need(contradictions.time(time), f"{stem}: no time")
    need(all((e["size"], e["gen_time"]) == (int(stem.split("/")[2].split("-")[0]), time) for e in said), f"{stem}: an entry says otherwise")
    if not trusted:
        return None
    first = contradictions.ms(time)
    second = first - first % 1000
    return {"id": what, "signer": signer, "earliest": second if accuracy is None else first - accuracy,
            "latest": second + 999 if accuracy is None else first + any(c != "0" for c in more) + accuracy}


def verify(path, roots=None):
    path = pathlib.Path(path)
    files = read_folder(path) if path.is_dir() else unpack(path.read_bytes())
    check_bag(files)
    key = check_key(files)
    leaves, named, said, judge, enclosed, exhibits = check_entries(files, key)
    check_single(files, leaves, named)
    check_exhibits(files, named, enclosed, exhibits, judge)
    check_stamps(files, leaves, key, roots, said, judge)
    return judge


def opinion(path, roots=None):
    try:
        told = verify(path, roots)
    except (Bad, ValueError, KeyError, TypeError, AttributeError, struct.error, zlib.error, RecursionError, IndexError, OverflowError) as why:
        return {"good": False, "why": str(why)}
    return {"good": True, "entries": {str(seq): why for seq, why in sorted(told.found.items())}, "remarks": told.remarks}


if __name__ == "__main__":
    if sys.argv[1] == "--each":
        for one in sys.stdin.read().splitlines():
            print(json.dumps(opinion(one, *sys.argv[2:3])))
        sys.exit()
    said = opinion(*sys.argv[1:3])
    if not said.pop("good"):
        sys.exit(f"not good: {said['why']}")
    print(json.dumps(said))
