#!/usr/bin/env python3
"""Packs extension/: pack-extension.py OUT [UPDATE_URL]. The same files give the same bytes, whoever packs them and when.

Who signs the package gives the extension its id, so the `key` that fixes the id of the unpacked one is left out. UPDATE_URL
is where the browser is to look for a newer one; without it, a Chromium would ask its store about an id that is nobody's
business. The time of every member is SOURCE_DATE_EPOCH.
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


def for_signing(manifest, update_url, version):
    tree = json.loads(manifest)
    tree.pop("key", None)
    if update_url:
        tree["update_url"] = update_url
    if version:
        tree["version"] = version
    return (json.dumps(tree, indent=2, ensure_ascii=False) + "\n").encode()


def pack(out, when, update_url=None, version=None):
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in members():
            member = zipfile.ZipInfo(name, when)
            member.create_system = UNIX
            member.external_attr = REGULAR_FILE << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, for_signing(data, update_url, version) if name == "manifest.json" else data, compresslevel=9)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3 or "SOURCE_DATE_EPOCH" not in os.environ:
        sys.exit("Usage: SOURCE_DATE_EPOCH=SECONDS pack-extension.py OUT [UPDATE_URL]")
    pack(sys.argv[1], time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6], *sys.argv[2:])
