#!/usr/bin/env python3
"""Encoded words (RFC 2047) and what people read: python3 make_encoded_words.py > encoded-words.txt

What is decoded is checked against Python's own reader of mail headers; None: shown as it stands."""

from email.header import decode_header, make_header

# The examples of RFC 2047, section 8, are those with a and b.
CASES = [
    ("nothing encoded", "Neue Bedingungen", None),
    ("UTF-8, B", "=?utf-8?B?w6k=?=", "é"),
    ("UTF-8, Q", "=?UTF-8?Q?=C3=84nderung_der_Nutzungsbedingungen?=", "Änderung der Nutzungsbedingungen"),
    ("ISO-8859-1, Q", "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>", "Keld Jørn Simonsen <keld@dkuug.dk>"),
    ("ISO-8859-1, B", "=?iso-8859-1?b?5Pb8?=", "äöü"),
    ("US-ASCII", "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
    ("alone in parentheses", "(=?ISO-8859-1?Q?a?=)", "(a)"),
    ("a word and a text", "(=?ISO-8859-1?Q?a?= b)", "(a b)"),
    ("blanks between two words go", "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
    ("a blank of their own stays", "=?ISO-8859-1?Q?a_b?=", "a b"),
    ("blanks before the first stay", "x  =?utf-8?q?y?=", "x  y"),
    ("a text between two words keeps its blanks", "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
    ("two charsets", "=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E9?=", "éé"),
    ("a character cut in two", "=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
    ("a language behind the charset", "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
    ("lower-case digits", "=?utf-8?q?=c3=a9?=", "é"),
    ("an emoji", "=?UTF-8?B?8J+UkiBMaW5rZWRJbg==?=", "🔒 LinkedIn"),
    ("no word: without its end", "=?utf-8?q?abc", None),
    ("no word: a blank in it", "=?utf-8?q?a b?=", None),
    ("no word: another encoding", "=?utf-8?x?abc?=", None),
    ("another charset", "=?koi8-r?B?8NLJ18XU?=", None),
    ("another charset, and nothing in it", "=?utf-8?q?a?= =?koi8-r?b??=", None),
    ("nothing in a word, beside one", "=?utf-8?q?a?= =?iso-8859-1?q??=", "a"),
    ("without a charset", "=??q?abc?=", None),
    ("base64 without its end", "=?utf-8?B?w6k?=", None),
    ("half of a byte", "=?utf-8?q?=C?=", None),
    ("no digits", "=?utf-8?q?=GG?=", None),
    ("not UTF-8", "=?utf-8?q?=E9?=", None),
    ("a line break", "=?utf-8?q?a=0D=0Ab?=", None),
    ("it turns the direction", "=?utf-8?q?=E2=80=AE?= x", None),
    ("a NUL", "=?utf-8?q?a=00b?=", None),
    ("nothing", "=?utf-8?q??=", None),
    ("one good, one broken", "=?utf-8?q?a?= =?utf-8?B?*?=", None),
    ("the longest of ISO-8859-1", "=?iso-8859-1?q?" + "=E9" * 164 + "?=", "é" * 164),
    ("raw UTF-8 beside a word", "é =?utf-8?q?=C3=A8?=", "é è"),
    ("the sign of a word in a text", "1+1=?", None),
]
# Python's reader wants words apart from what is not, and takes no such neighbours.
OWN = {"alone in parentheses", "a word and a text", "blanks between two words go", "raw UTF-8 beside a word",
       "a character cut in two", "a language behind the charset", "blanks before the first stay", "US-ASCII",
       "ISO-8859-1, Q", "a text between two words keeps its blanks"}

print("# Values of header fields and what people read, in hexadecimal. From make_encoded_words.py; those of RFC 2047, section 8, are among them.")
for name, value, shown in CASES:
    if shown is not None and name not in OWN:
        theirs = str(make_header(decode_header(value)))
        assert theirs == shown, (name, theirs)
    print(f"# {name}")
    print(value.encode().hex(), (value if shown is None else shown).encode().hex())
