#!/usr/bin/env python3
"""Wraps a packed extension for Chromium: pack-crx.py KEY.pem EXTENSION.zip OUT.crx, and prints the id that the key gives.

The key is RSA; openssl signs with it. The same key and the same zip give the same bytes. The format is Chromium's CRX3
(components/crx_file/crx3.proto): a magic, a header with one proof by SHA-256 and RSA, and the zip as it is.
"""
import hashlib
import pathlib
import struct
import subprocess
import sys

MAGIC, VERSION = b"Cr24", 3
CONTEXT = b"CRX3 SignedData\0"
ID_BYTES = 16
# Numbers of the protocol buffer's fields, each of which holds bytes.
PROOF, SIGNED_DATA = 2, 10000  # CrxFileHeader: sha256_with_rsa, signed_header_data
PUBLIC_KEY, SIGNATURE = 1, 2  # AsymmetricKeyProof
CRX_ID = 1  # SignedData


def openssl(*words, given=None):
    return subprocess.run(["openssl", *words], input=given, check=True, stdout=subprocess.PIPE).stdout


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def letters(crx_id):
    """The id as Chromium writes it: hexadecimal digits, of which 0 is an a."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in crx_id.hex())


def wrap(key, archive):
    """The CRX and its id."""
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
    crx_id = hashlib.sha256(public).digest()[:ID_BYTES]
    signed = field(CRX_ID, crx_id)
    covered = CONTEXT + struct.pack("<I", len(signed)) + signed + archive
    signature = openssl("dgst", "-sha256", "-sign", key, given=covered)
    header = field(PROOF, field(PUBLIC_KEY, public) + field(SIGNATURE, signature)) + field(SIGNED_DATA, signed)
    return MAGIC + struct.pack("<II", VERSION, len(header)) + header + archive, letters(crx_id)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Usage: pack-crx.py KEY.pem EXTENSION.zip OUT.crx")
    crx, name = wrap(sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes())
    pathlib.Path(sys.argv[3]).write_bytes(crx)
    print(name)
