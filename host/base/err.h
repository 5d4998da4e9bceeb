/* The one list of errors: name, wire code, and for a person what happened, what became of the log,
 * and what to do next. The latter two are empty or begin with a space, so that the three make one
 * text.
 *
 * Append only: a wire code, once released, is never renamed, reused or moved (docs/protocol.md
 * lists them, extension/shared/errors.js too; a test holds the three together). The number of an
 * error is stored in the keyring's head item as the alarm, so the order is part of the format. */
#ifndef CL_ERR_H
#define CL_ERR_H

#include "base/common.h"

#include <stdbool.h>

/* What became of the log, by a name in the list. */
#define CL_EFFECT_NONE             ""
#define CL_EFFECT_UNWRITTEN        " Nothing was written."
#define CL_EFFECT_BOTH_UNTOUCHED   " Both are untouched."
#define CL_EFFECT_UNOPENED         " It was not opened further."
#define CL_EFFECT_UNLOST           " Nothing was lost."
#define CL_EFFECT_LOG_HAS_ALL      " Nothing was lost: the log still has it all."
#define CL_EFFECT_UNWRITTEN_UNLOST " Nothing was written and nothing was lost."
#define CL_EFFECT_READABLE         " Nothing was written and nothing was lost; what is there can be read."
#define CL_EFFECT_LOG_UNTOUCHED    " The log is untouched and no new key was made."
#define CL_EFFECT_ONE_UNWRITTEN    " This one was not written."

/* clang-format off */
#define CL_ERR_LIST(X) \
  X(OK, "ok", "Done.", NONE, "") \
  /* what was sent */ \
  X(FRAME_LENGTH, "frame-length", "The message is empty or longer than is allowed.", UNWRITTEN, "") \
  X(FRAME_CUT, "frame-cut", "The message ended before it was complete.", UNWRITTEN, "") \
  X(BAD_JSON, "bad-json", "The message is not strict JSON.", UNWRITTEN, "") \
  X(UNKNOWN_OP, "unknown-op", "This version does not know that operation.", UNWRITTEN, " Update consentlog.") \
  X(MISSING_MEMBER, "missing-member", "A member is missing.", UNWRITTEN, "") \
  X(UNKNOWN_MEMBER, "unknown-member", "A member is not known here.", UNWRITTEN, "") \
  X(WRONG_TYPE, "wrong-type", "A member has the wrong type.", UNWRITTEN, "") \
  X(BAD_VALUE, "bad-value", "A member's value is not allowed.", UNWRITTEN, "") \
  X(TOO_LONG, "too-long", "A member is too long.", UNWRITTEN, "") \
  X(CONTRADICTION, "contradiction", "The parts of this observation contradict each other.", UNWRITTEN, "") \
  /* the keyring */ \
  X(NO_BUS, "no-session-bus", "There is no session bus, so the keyring cannot be asked.", UNWRITTEN, " Run this inside your desktop session.") \
  X(NO_KEYRING_SERVICE, "no-keyring-service", "No keyring service answers on the session bus.", UNWRITTEN, " Switch on the one that you have, or install gnome-keyring, KWallet or KeePassXC, and log in again.") \
  X(NO_DEFAULT_KEYRING, "no-default-keyring", "There is no default keyring yet.", UNWRITTEN, " Create one with your keyring program, or run: consentlog unlock") \
  X(KEYRING_LOCKED, "keyring-locked", "The keyring is locked.", UNWRITTEN, " Unlock it, or run: consentlog unlock") \
  X(UNLOCK_DISMISSED, "unlock-dismissed", "The keyring stays locked because the prompt was dismissed.", UNWRITTEN, " Try again with: consentlog unlock") \
  X(UNLOCK_TIMED_OUT, "unlock-timed-out", "Nobody answered the keyring's prompt in time, so the keyring stays locked.", UNWRITTEN, " Try again with: consentlog unlock") \
  X(KEY_MISSING, "key-missing", "The keyring no longer holds the key of this log.", LOG_UNTOUCHED, " Restore the keyring, or see: consentlog doctor") \
  X(KEY_DAMAGED, "key-damaged", "The keyring's item for this log is damaged.", LOG_UNTOUCHED, " See: consentlog doctor") \
  X(KEY_FOREIGN, "key-foreign", "The keyring's key belongs to another log and does not open this one.", BOTH_UNTOUCHED, " See: consentlog doctor") \
  X(HEAD_MISSING, "head-missing", "The keyring no longer knows how long this log was, so a cut could not be noticed.", UNWRITTEN, " Look at it with: consentlog verify; then: consentlog acknowledge") \
  X(KEYRING_TIMEOUT, "keyring-timeout", "The keyring did not answer in time.", UNWRITTEN, " Try again.") \
  X(KEYRING_FAILED, "keyring-failed", "The keyring refused.", UNWRITTEN, " See: consentlog doctor") \
  /* the log */ \
  X(LOG_ABSENT, "log-absent", "There is no log yet.", NONE, " Open LinkedIn's setting in a browser that has the extension: the first check creates it.") \
  X(LOG_BUSY, "log-busy", "Another consentlog is writing.", UNWRITTEN, " Try again.") \
  X(LOG_MISSING, "log-missing", "There was a log here, but its file is gone.", UNWRITTEN, " Bring it back from a backup, or run: consentlog acknowledge") \
  X(LOG_ROLLED_BACK, "log-rolled-back", "The log is older than the keyring remembers: entries are missing at its end.", UNWRITTEN, " Look at it with: consentlog verify; then: consentlog acknowledge") \
  X(LOG_CHANGED, "log-changed", "The log was changed outside consentlog.", UNWRITTEN, " Look at it with: consentlog verify; then: consentlog acknowledge") \
  X(LOG_DAMAGED, "log-damaged", "The log file is damaged.", UNWRITTEN, " Look at it with: consentlog verify; then: consentlog acknowledge") \
  X(LOG_VERSION, "log-version", "The log was written by a newer consentlog.", UNWRITTEN, " Update consentlog.") \
  X(LOG_UNSAFE, "log-unsafe", "The log's file or folder is not yours alone to read and write: it may not be opened, belongs to somebody else, can be written by others, or is no plain file.", UNWRITTEN, " See: consentlog doctor") \
  X(LOG_FULL, "log-full", "The log has reached a limit of its format.", UNWRITTEN, " See: consentlog doctor") \
  X(NOT_FOUND, "not-found", "The log has no such entry.", NONE, "") \
  /* the machine */ \
  X(DISK_FULL, "disk-full", "The disk is full.", UNWRITTEN_UNLOST, " Free some space and try again.") \
  X(IO, "io", "Reading or writing failed, so nothing counts as written.", NONE, " Try again: what was written all the same is recognised and not doubled. If it stays, see: consentlog doctor") \
  X(NO_MEMORY, "no-memory", "There is not enough memory.", UNWRITTEN, " Try again.") \
  X(CRYPTO, "crypto", "The cryptographic library failed.", UNWRITTEN, " See: consentlog doctor") \
  X(REPLY_TOO_LONG, "reply-too-long", "The answer is longer than the browser accepts.", UNLOST, " Ask for a smaller part.") \
  /* evidence: packages, checkpoints, signatures, timestamps */ \
  X(MALFORMED, "malformed", "This is not in the form that its format asks for.", NONE, "") \
  X(BAD_SIGNATURE, "bad-signature", "The signature does not fit: the bytes were changed, or another key signed them.", NONE, "") \
  X(OTHER_KEY, "other-key", "This was signed by another key than the one expected.", NONE, "") \
  X(TSA_REFUSED, "tsa-refused", "The time authority refused to give a timestamp.", UNWRITTEN, " Try again later, or choose another authority.") \
  X(TSA_MALFORMED, "tsa-malformed", "The time authority's answer is not an RFC 3161 answer.", UNWRITTEN, " Check its address.") \
  X(TSA_OTHER, "tsa-other", "The timestamp is for other bytes than those asked about.", UNWRITTEN, " Choose another authority.") \
  X(TSA_REPLAYED, "tsa-replayed", "The timestamp answers another question than the one asked.", UNWRITTEN, " Ask again.") \
  X(TSA_SIGNATURE, "tsa-signature", "The timestamp's signature does not fit, or its certificate is not one for timestamps.", UNWRITTEN, " Choose another authority.") \
  X(TSA_EXPIRED, "tsa-expired", "The time authority's certificate was not valid at the time that it states.", UNWRITTEN, " Choose another authority.") \
  X(TSA_UNTRUSTED, "tsa-untrusted", "The time authority's certificate does not lead to a trusted root certificate.", UNWRITTEN, " Give its root certificate with --tsa-roots, or choose another authority.") \
  X(EXISTS, "exists", "There is a file of that name already.", UNWRITTEN, " Choose another name.") \
  X(PACKAGE_UNSAFE, "package-unsafe", "The package is built so that two programs could see different things in it.", UNOPENED, "") \
  X(PACKAGE_LIMIT, "package-limit", "The package is larger than a package may be.", UNOPENED, "") \
  X(KEY_RESTORED, "key-restored", "The key was restored from its recovery code, so the keyring does not know how long this log was.", UNWRITTEN, " Look at it with: consentlog verify; then: consentlog acknowledge") \
  X(PROGRAM_MISSING, "program-missing", "The program consentlog is not where it was installed.", UNWRITTEN, " Install consentlog again.") \
  X(PACKAGE_CHANGED, "package-changed", "A part of the package is not what another part of it says that it is.", NONE, "") \
  X(KEYRING_OFF, "keyring-off", "A keyring program is installed, but its service for other programs is switched off.", UNWRITTEN, " Switch it on: in KWallet the wallet system and its Secret Service interface, in KeePassXC Settings, Secret Service Integration. Then see: consentlog doctor") \
  X(KEYRING_NO_GROUP, "keyring-no-group", "No database that is open in KeePassXC shares a group with other programs.", UNWRITTEN, " Open the database; then choose a group under Database Settings, Secret Service Integration, Expose entries under this group.") \
  X(KEYRING_CONSENT, "keyring-consent", "KeePassXC lets no program read an entry before you have agreed, and asks again for each program that starts.", UNWRITTEN, " Agree once in the extension, for as long as the browser runs. For the command line, exports and timestamps, which start a program each time, switch off, in KeePassXC under Settings, Secret Service Integration: Confirm when passwords are retrieved by clients.") \
  X(KEYRING_PLUGIN, "keyring-plugin", "KWallet cannot encrypt what it hands over, because a plugin is missing.", UNWRITTEN, " Install it (on Debian and Ubuntu the package libqca-qt5-2-plugins or libqca-qt6-plugins; elsewhere the OpenSSL plugin of QCA) and log in again.") \
  X(PATH_ENCODING, "path-encoding", "The name of the folder for the log is not UTF-8, so no keyring could keep it.", UNWRITTEN, " Set HOME or XDG_DATA_HOME to a folder whose whole path is UTF-8.") \
  X(LOG_LINKED, "log-linked", "The log's folder or file is a symbolic link, which could lead elsewhere tomorrow.", UNWRITTEN, " Put the folder or file itself in the place of the link; to keep the log on another disk, set XDG_DATA_HOME instead.") \
  X(LOG_NOT_YOURS, "log-not-yours", "The home folder belongs to another user than the one who runs this.", UNWRITTEN, " Run it as that user, without sudo.") \
  X(DISK_READ_ONLY, "disk-read-only", "The disk with the log cannot be written.", READABLE, " Make the disk writable and try again.") \
  X(FILE_LIMIT, "file-size-limit", "A limit on the size of files ended the writing.", UNWRITTEN_UNLOST, " Raise the limit (ulimit -f) and try again.") \
  X(TSA_TIME, "tsa-time", "The time authority states a time that is more than ten minutes from this computer's clock, which is synchronised.", UNWRITTEN, " Choose another authority; if the clock is wrong, set it.") \
  X(PROGRAM_UNSAFE, "program-unsafe", "The program consentlog, or its folder, can be changed by others than you and the system, so it was not started.", UNWRITTEN, " See: consentlog doctor") \
  X(TSA_ROOT, "tsa-root", "The time authority's certificate leads to another root certificate than before, or than it is known to have.", UNWRITTEN, " See: consentlog doctor") \
  X(TOO_OFTEN, "too-often", "More of these came in a short time than are recorded.", ONE_UNWRITTEN, " Later ones are written again.") \
  X(KEYRING_UNSAVED, "keyring-unsaved", "KeePassXC is set not to save by itself after a change, so a new key could be lost with it.", UNWRITTEN, " Switch on, in KeePassXC under Settings, General, File Management: Automatically save after every change.") \
  X(PACKAGE_GONE, "package-gone", "There is no package to open: it is no longer where it was exported, or none was exported yet.", LOG_HAS_ALL, " Open it where it lies now, or export again.") \
  X(PATH_LONG, "path-too-long", "The path of the folder for the log is too long for a log to be kept there.", UNWRITTEN, " Set HOME or XDG_DATA_HOME to a folder whose path has at most 480 bytes, and no name in it more than 255.") \
  X(FOLDER, "folder-missing", "There is no such folder, or it is not yours to write in.", UNWRITTEN_UNLOST, " Choose another folder.")
/* clang-format on */

enum cl_err {
#define X(name, code, what, effect, remedy) CL_##name,
    CL_ERR_LIST(X)
#undef X
        CL_ERR_COUNT,

    /* Between functions alone: whoever calls makes a word of the list above of it, so these never
     * reach a wire, a file or a person. */
    CL_ABSENT = 1000, /* what was asked for is not there */
    CL_MISMATCH,      /* bytes do not fit the tag, hash, proof or seal that vouches for them */
};

/* The code used on the wire and in --json. Static storage. Never NULL: "unknown" for a number out
 * of range. */
const char *cl_err_code(enum cl_err err);
/* All of them, by number, NULL-terminated. */
extern const char *const cl_err_codes[];

/* What happened, that nothing was lost (or what), and what to do next. English, static storage. */
const char *cl_err_sentence(enum cl_err err);
/* The parts of it; the last two may be "". */
const char *cl_err_what(enum cl_err err);
const char *cl_err_effect(enum cl_err err);
const char *cl_err_remedy(enum cl_err err);
/* Is its effect that nothing was written, and no more? Whoever only reads need not be told. */
bool cl_err_is_unwritten(enum cl_err err);

/* An error and the member that caused it, e.g. "observations[2].page.url"; field is "" if none. */
struct cl_fault {
    enum cl_err err;
    char field[96];
};

#endif
