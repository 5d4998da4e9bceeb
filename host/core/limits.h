/* Every limit of consentlog, with its reason. docs/protocol.md and a test repeat those a peer sees. */
#ifndef CL_LIMITS_H
#define CL_LIMITS_H

/* Browser to host. Chromium allows 64 MiB and Firefox 4 GiB; a screenshot in base64 fits in 8 MiB. */
#define CL_REQUEST_MAX (8u * 1024 * 1024)
/* Host to browser: both browsers close the port above 1,048,576 bytes. */
#define CL_REPLY_MAX (1024u * 1024)
/* Deeper nesting than any message of ours; bounds the parser's recursion. */
#define CL_JSON_DEPTH_MAX 8
/* Members of one object; the reader keeps one bit for each. */
#define CL_JSON_MEMBERS_MAX 64
/* JSON numbers are integers that a double holds exactly (RFC 7493, section 2.2). */
#define CL_INT_MAX 9007199254740991LL
/* One entry; c2sp.org/tlog-tiles serves entries with a 16-bit length. */
#define CL_ENTRY_MAX 65535u
/* Observations in one record request, one transaction: what an outbox sends at once. */
#define CL_BATCH_MAX 64
/* Accounts in one log. More than a person has; bounds the sealed summary. */
#define CL_ACCOUNTS_MAX 256
/* Reading ids kept so that a repeated request is recognised: four full batches. */
#define CL_RECENT_MAX 256
/* Seals under one AES-GCM key with random nonces (NIST SP 800-38D, section 8.3). */
#define CL_SEALS_MAX (1ull << 32)
/* No single keyring or lock wait may take longer; prompts happen in `unlock` alone. */
#define CL_WAIT_MS 4000
/* A prompt that a person has to read and answer. */
#define CL_UNLOCK_MS 120000

#endif
