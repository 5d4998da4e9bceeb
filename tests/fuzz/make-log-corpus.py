#!/usr/bin/env python3
"""Write tests/fuzz/corpus/log: an input for each place that fuzz_log.c reads from. Run it anywhere."""
import json
import pathlib
import re
import sqlite3
import tempfile

HERE = pathlib.Path(__file__).parent
CORPUS = HERE / "corpus" / "log"
STORE = (HERE / "../../host/log/store.c").read_text()


def write(name, kind, data):
    (CORPUS / name).write_bytes(kind + data)


def database(change=""):
    """A log with the tables that the store makes, read from its source so that both stay the same."""
    table = STORE[STORE.index("} objects[]"):STORE.index("#define OBJECTS")]
    joined = re.sub(r'"\s*\n\s*"', "", table)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "log.sqlite"
        db = sqlite3.connect(file)
        for sql in re.findall(r'"(CREATE [^"]*)"', joined):
            db.execute(sql)
        db.execute("PRAGMA application_id=%d" % 0x436C6F67)
        db.execute("PRAGMA user_version=1")
        db.execute("INSERT INTO meta VALUES('key_id', ?), ('log_id', ?)", (b"0123456789abcdef", bytes(32)))
        db.execute("INSERT INTO entry VALUES(0, ?), (1, ?)", (bytes(284), bytes(284)))
        db.execute("INSERT INTO tile VALUES(0, ?)", (bytes(64),))
        db.execute("INSERT INTO attachment VALUES(?, 1, ?)", (bytes(32), bytes(284)))
        db.execute("INSERT INTO summary VALUES(1, 2, ?)", (bytes(284),))
        if change:
            db.executescript(change)
        db.commit()
        db.close()
        return file.read_bytes()


CORPUS.mkdir(parents=True, exist_ok=True)
for golden in (HERE / "../vectors/entries").glob("*.json"):
    write(f"entry-{golden.stem}", b"e", golden.read_bytes())
write("sealed-zeros", b"p", bytes(284))
account = {"pseudonym": "00112233445566778899aabbccddeeff", "premium": None, "state": "on", "since": 1, "last_seen": 2,
           "last_seq": 1, "last_state": "unknown", "last_reason": "ambiguous", "pending": "off", "pending_at": 3,
           "pending_trusted": True, "wording": "0011223344556677"}
summary = {"v": 1, "size": 2, "root": "00" * 32, "accounts": [account, {**account, "pseudonym": "unknown", "state": None}],
           "documents": [{"document": "ai-faq", "seq": 1, "sha256": "00" * 32, "effective": "2025-11-03", "seen": 1, "changed": -1,
                           "previous": -1}],
           "timestamps": {"count": 1, "last_size": 1, "last_time": 2},
           "recent": "AAECAwQFBgcICQoLDA0ODwAAAAAAAAABBA==", "gaps": [{"seq": 1}]}
write("summary", b"s", json.dumps(summary, separators=(",", ":")).encode())
write("database", b"d", database())
write("database-far-row", b"d", database("INSERT INTO entry VALUES(9007199254740990, x'00');"))
write("database-view", b"d", database("DROP TABLE summary; CREATE VIEW summary AS SELECT 1 one, 2 size, x'00' sealed;"))
write("database-cut", b"d", database()[:9000])
