#!/usr/bin/env python3
"""Write tests/vectors/recovery.inc: the recovery code of a known key, from docs/evidence-format.md and not from the code."""
import hashlib
import pathlib

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def times(a, b):
    """In GF(32) with x^5 + x^2 + 1."""
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(9, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product


def power(n):
    result = 1
    for _ in range(n):
        result = times(result, 2)
    return result


def check(number, line):
    total = times(number, power(20))
    for i, value in enumerate(line):
        total ^= times(value, power(19 - i))
    return total


key = bytes([1]) + bytes(range(32)) + bytes(255 - i for i in range(32))
code = key + hashlib.sha256(key).digest()[:6]
bits = "".join(f"{byte:08b}" for byte in code) + "00"
values = [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
lines = []
for number in range(1, 7):
    line = values[19 * (number - 1):19 * number]
    text = "".join(DIGITS[v] for v in line + [check(number, line)])
    lines.append("-".join(text[i:i + 5] for i in range(0, 20, 5)))
out = pathlib.Path(__file__).parent / "recovery.inc"
out.write_text("/* Made by make_recovery.py. */\n" + "".join(f'"{line}",\n' for line in lines))
