/* Every limit of consentlog, with its reason. docs/protocol.md and a test repeat those a peer sees.
 */
#ifndef CL_LIMITS_H
#define CL_LIMITS_H

/* Browser to host. Chromium allows 64 MiB and Firefox 4 GiB; a screenshot in base64 fits in 8 MiB.
 */
#define CL_REQUEST_MAX 8388608u
/* Host to browser: both browsers close the port above 1,048,576 bytes. */
#define CL_REPLY_MAX 1048576u
/* Deeper nesting than any message of ours; bounds the parser's recursion. */
#define CL_JSON_DEPTH_MAX 8
/* Members of one object; the reader keeps one bit for each. */
#define CL_JSON_MEMBERS_MAX 64
/* Values in one text, five times the longest batch; bounds what a tree of them may weigh in memory.
 */
#define CL_JSON_VALUES_MAX 16384
/* JSON numbers are integers that a double holds exactly (RFC 7493, section 2.2). */
#define CL_INT_MAX 9007199254740991LL
/* The path of the log's file, without NUL: SQLite takes 512 bytes, and a journal's ending with it.
 */
#define CL_LOG_PATH_MAX 504u
/* One entry; c2sp.org/tlog-tiles serves entries with a 16-bit length. */
#define CL_ENTRY_MAX 65535u
/* Observations in one record request, one transaction: what an outbox sends at once. */
#define CL_BATCH_MAX 64
/* Entries asked for in one history request; how many come depends on CL_REPLY_MAX. */
#define CL_PAGE_MAX 1000
/* Accounts in one log. More than a person has; bounds the sealed summary. */
#define CL_ACCOUNTS_MAX 256
/* What a page can make us write: new accounts in a day, entries of documents in an hour (nine
 * documents, each some times), independent times in a day (two authorities, each hour); and files
 * of the member's own in a day. More is not recorded. */
#define CL_NEW_ACCOUNTS_MAX   16
#define CL_DOCUMENTS_HOUR_MAX 60
#define CL_STAMPS_DAY_MAX     100
#define CL_EXHIBITS_DAY_MAX   100
/* Reading ids kept so that a repeated request is recognised: four full batches. */
#define CL_RECENT_MAX 256
/* Files that must still be free to be opened where an operation begins. The most that one was seen
 * to take is 11 (check, by libsecret); with fewer, libgcrypt and GLib end the process. */
#define CL_FILES_FREE 16
/* Threads that must still be free to begin where libsecret is loaded: GLib, which begins up to
 * three (gmain, gdbus, a pool's), ends the process where one cannot, or where memory ends: the
 * stacks of the others stand for that. */
#define CL_THREADS_FREE 8
/* One attachment: a picture of the setting, a document's text, a time authority's answer. In base64
 * it fits in a request beside all else. */
#define CL_ATTACHMENT_MAX 4194304u
/* A file of the member's own, which is kept in parts of CL_ATTACHMENT_MAX: the largest that mail
 * goes with. */
#define CL_EXHIBIT_MAX   26214400u
#define CL_EXHIBIT_PARTS 8
/* Its name as file systems have it, what its owner notes of it, and of a mail what it says of
 * itself, as long as the lines of RFC 5322 or so; the headers of a mail, which has them at its
 * beginning. */
#define CL_EXHIBIT_FILE_MAX 255
#define CL_EXHIBIT_NOTE_MAX 1000
#define CL_MAIL_TEXT_MAX    512
#define CL_MAIL_DATE_MAX    128
#define CL_MAIL_HEAD_MAX    65536u
/* One value in the log's file: the longest is an attachment, sealed; twice that leaves room for
 * what comes with it. */
#define CL_STORED_MAX (2 * (int)CL_ATTACHMENT_MAX)
/* A time authority's name, cut there. */
#define CL_TSA_NAME_MAX 255
/* Attachments of one entry: a timestamp has the most. */
#define CL_ATTACHMENTS_MAX 4
/* The shortest PNG file, and the widest that a screen gives. */
#define CL_PICTURE_MIN      67u
#define CL_PICTURE_SIDE_MAX 8192u
/* The text of a document. LinkedIn's longest has some 100 KiB; shorter than the least is an empty
 * shell, an error or a consent wall. */
#define CL_DOCUMENT_MIN 200u
#define CL_DOCUMENT_MAX 1048576u
/* Bytes of an attachment in one answer; in base64, with the rest of it, they stay below
 * CL_REPLY_MAX. */
#define CL_PART_MAX 700000u
/* Single entries that an export withholds, what its owner calls themselves, and where it goes. */
#define CL_WITHHOLD_MAX 1000
#define CL_OWNER_MAX    200
#define CL_FOLDER_MAX   4096
#define CL_PATH_MAX     (CL_FOLDER_MAX + 256)
/* Seals under one AES-GCM key with random nonces (NIST SP 800-38D, section 8.3). */
#define CL_SEALS_MAX (1ull << 32)
/* How long the log's lock is waited for, and how long the keyring in each of a message's parts: see
 * keyring.h. Prompts happen in `unlock` alone. */
#define CL_WAIT_MS 4000
/* What a provider gets that does not tell when a new key is on the disk. KeePassXC saves a database
 * some tenths of a second after a change. */
#define CL_REST_MS 2000
/* After a record the head is advanced when the answer has left, and the next message waits behind
 * it: a keyring that hangs may cost that one this, and then its own CL_WAIT_MS. */
#define CL_ADVANCE_MS 300
/* A prompt that a person has to read and answer. */
#define CL_UNLOCK_MS 120000

/* A signed note: three lines and at least the 16 signatures that c2sp.org/signed-note asks for. */
#define CL_NOTE_MAX 16384u
/* An SSHSIG in its armour is 290 bytes or so. */
#define CL_SSHSIG_MAX 4096u
/* An RFC 3161 answer with a chain of certificates is 3 to 8 KiB. */
#define CL_TOKEN_MAX (64u * 1024)
/* The certificates in one, as PEM. */
#define CL_CHAIN_MAX (2 * CL_TOKEN_MAX)
/* How far from a synchronised clock the time may be that an authority states. */
#define CL_STAMP_AWAY_MS (10 * 60 * 1000)
/* PEM roots that a verifier trusts; the system's whole store is about 250 KiB. */
#define CL_ROOTS_MAX (4u * 1024 * 1024)
/* Files of one package: a classic ZIP counts them in 16 bits. Bounds the verifier's memory. */
#define CL_BUNDLE_FILES_MAX 65535u
/* Longest name inside a package, folder included. Ours need 128. */
#define CL_BUNDLE_NAME_MAX 160u
/* Classic ZIP offsets have 32 bits; larger packages are refused rather than half understood. */
#define CL_BUNDLE_SIZE_MAX 4294967294ull
/* A manifest names every file in a line of 64 + 2 + name bytes. */
#define CL_MANIFEST_MAX (CL_BUNDLE_FILES_MAX * (66u + CL_BUNDLE_NAME_MAX))

#endif
