#!/usr/bin/env python3
"""Packs extension/ for a store: pack-extension.py OUT. The same files give the same bytes, whoever packs them and when.

The stores give the extension its id, so the `key` that fixes the id of the unpacked one is left out. The time of every
member is SOURCE_DATE_EPOCH.
"""
import json
import os
import pathlib
import sys
import time
import zipfile

EXTENSION = pathlib.Path(__file__).resolve().parent.parent / "extension"
REGULAR_FILE = 0o100644
UNIX = 3
FOR_NODE = "package.json"  # tells Node.js, which runs the tests, what a browser knows: that these are modules


def members():
    """Name in the package and bytes of each file, in the order of the names; hidden files are nobody's business, and one is for Node.js."""
    for path in sorted(EXTENSION.rglob("*"), key=lambda p: p.relative_to(EXTENSION).as_posix()):
        name = path.relative_to(EXTENSION)
        if path.is_symlink():
            sys.exit(f"pack-extension.py: {name} is a link; a package holds files.")
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and not hidden and name.as_posix() != FOR_NODE:
            yield name.as_posix(), path.read_bytes()


def without_key(manifest):
    tree = json.loads(manifest)
    tree.pop("key", None)
    return (json.dumps(tree, indent=2, ensure_ascii=False) + "\n").encode()


def pack(out, when):
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in members():
            member = zipfile.ZipInfo(name, when)
            member.create_system = UNIX
            member.external_attr = REGULAR_FILE << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, without_key(data) if name == "manifest.json" else data, compresslevel=9)


if __name__ == "__main__":
    if len(sys.argv) != 2 or "SOURCE_DATE_EPOCH" not in os.environ:
        sys.exit("Usage: SOURCE_DATE_EPOCH=SECONDS pack-extension.py OUT")
    pack(sys.argv[1], time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6])
