#!/usr/bin/env python3
"""Turn published test vectors into the line files beside this script.

    make_vectors.py MERKLE WYCHEPROOF JSONTESTSUITE

takes clones (with or without a work tree) of github.com/transparency-dev/merkle, github.com/C2SP/wycheproof and
github.com/nst/JSONTestSuite. Each output line is one case: a verdict, then fields in hexadecimal ("-" for none).
Nothing here asks consentlog: verdicts are those of the publisher, and for JSON those of the reading below.
"""

import base64
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
CL_INT_MAX = 2**53 - 1
DEPTH_MAX, MEMBERS_MAX = 8, 64


class Repo:
    def __init__(self, path):
        self.path = path
        self.commit = self.git("rev-parse", "HEAD").decode().strip()

    def git(self, *args):
        return subprocess.run(["git", "-C", self.path, *args], check=True, capture_output=True).stdout

    def files(self, folder):
        return self.git("ls-tree", "-r", "-z", "--name-only", "HEAD", folder).decode().rstrip("\0").split("\0")

    def read(self, path):
        return self.git("show", f"HEAD:{path}")


def hexed(data):
    return data.hex() if data else "-"


def save(name, head, lines):
    text = "".join(f"# {line}\n" for line in head) + "".join(line + "\n" for line in lines)
    (HERE / name).write_text(text, encoding="ascii")
    print(f"{name}: {len(lines)} cases")


# The publisher leaves out what is zero.
INCLUSION = (("leafIdx", "treeSize"), ("root", "leafHash"))


def merkle_lines(repo, folder, numbers, roots):
    lines = []
    for path in sorted(repo.files(folder)):
        case = json.loads(repo.read(path))
        hashes = [base64.b64decode(item) for item in case.get("proof") or []]
        ends = [base64.b64decode(case.get(key) or "") for key in roots]
        if any(len(item) != 32 for item in hashes + ends):  # cannot be said in a struct of hashes
            continue
        fields = [str(case.get(key, 0) % 2**64) for key in numbers] + [end.hex() for end in ends]
        lines.append(" ".join(["bad" if case["wantErr"] else "good", *fields, hexed(b"".join(hashes))]))
    return lines


def merkle(repo):
    source = [f"Source: github.com/transparency-dev/merkle, testdata/, commit {repo.commit} (Apache-2.0)."]
    save("merkle-inclusion.txt", source + ["verdict index size root leaf proof"],
         merkle_lines(repo, "testdata/inclusion", *INCLUSION))


def wycheproof(repo):
    def groups(name):
        return json.loads(repo.read(f"testvectors_v1/{name}"))["testGroups"]

    def source(name):
        return [f"Source: github.com/C2SP/wycheproof, testvectors_v1/{name}, commit {repo.commit} (Apache-2.0)."]

    def verdict(test):
        return "good" if test["result"] == "valid" else "bad"

    def field(text):
        return text or "-"

    name = "aes_gcm_test.json"
    lines = [
        " ".join([verdict(t), *(field(t[k]) for k in ("key", "iv", "aad", "msg", "ct", "tag"))])
        for group in groups(name)
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128)
        for t in group["tests"]
    ]
    only = "AES-256, 96-bit nonce, 128-bit tag only."
    save("aes-gcm-wycheproof.txt", source(name) + [only, "verdict key nonce ad plain sealed tag"], lines)

    name = "ed25519_test.json"
    lines = [
        " ".join([verdict(t), group["publicKey"]["pk"], field(t["msg"]), t["sig"]])
        for group in groups(name)
        for t in group["tests"]
        if len(t["sig"]) == 128
    ]
    save("ed25519-wycheproof.txt", source(name) + ["Signatures of 64 bytes only.", "verdict public msg signature"], lines)

    name = "hmac_sha256_test.json"
    lines = [
        " ".join([verdict(t), field(t["key"]), field(t["msg"]), t["tag"]])
        for group in groups(name)
        if group["tagSize"] == 256
        for t in group["tests"]
    ]
    save("hmac-wycheproof.txt", source(name) + ["verdict key msg mac"], lines)


class Refused(Exception):
    pass


def refuse(*_):
    raise Refused


def strict_int(text):
    value = int(text)
    if text == "-0" or abs(value) > CL_INT_MAX:
        raise Refused
    return value


def strict_object(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or len(names) > MEMBERS_MAX:
        raise Refused
    return dict(pairs)


def check_strings(value, depth=0):
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate raises
        if "\0" in value:
            raise Refused
    elif isinstance(value, (dict, list)):
        if depth == DEPTH_MAX:
            raise Refused
        for item in value if isinstance(value, list) else [*value.keys(), *value.values()]:
            check_strings(item, depth + 1)


def is_strict(data):
    try:
        text = data.decode("utf-8")
        if text != text.strip(" \t\r\n"):
            return False
        check_strings(json.loads(text, object_pairs_hook=strict_object, parse_float=refuse,
                                 parse_int=strict_int, parse_constant=refuse))
    except (Refused, ValueError, RecursionError):
        return False
    return True


def json_suite(repo):
    lines = []
    for path in sorted(repo.files("test_parsing")):
        data = repo.read(path)
        if len(data) > 10000:  # two towers of brackets; the unit test builds its own
            continue
        name = pathlib.Path(path).stem
        verdict = "good" if not name.startswith("n_") and is_strict(data) else "bad"
        safe = "".join(c if c.isalnum() or c in "_-+." else "?" for c in name.encode("ascii", "replace").decode())
        lines.append(f"{verdict} {safe} {hexed(data)}")
    save("json-testsuite.txt", [
        f"Source: github.com/nst/JSONTestSuite, test_parsing/, commit {repo.commit} (MIT).",
        "n_ must be refused by every parser. Of y_ and i_ the gate takes what make_vectors.py calls strict.",
        "verdict name bytes",
    ], lines)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    merkle(Repo(sys.argv[1]))
    wycheproof(Repo(sys.argv[2]))
    json_suite(Repo(sys.argv[3]))


main()
