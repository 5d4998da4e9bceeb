/* What the disk asks for: bench_commit FILE makes one durable commit, with the settings and about
 * the bytes of a record, in a file that it keeps; then says one byte and ends. */
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    if (argc != 2 || sqlite3_open(argv[1], &db) ||
        run(db, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA") ||
        run(db,
            "CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL)") ||
        run(db,
            "CREATE TABLE IF NOT EXISTS summary(one INTEGER PRIMARY KEY, sealed BLOB NOT NULL)") ||
        run(db, "BEGIN IMMEDIATE; INSERT INTO entry(sealed) VALUES(randomblob(1050));"
                "INSERT OR REPLACE INTO summary VALUES(1, randomblob(1050)); COMMIT")) {
        fputs("bench_commit: cannot write\n", stderr);
        return 1;
    }
    return write(1, "", 1) == 1 ? 0 : 1;
}
