/* Hostile replies: whatever the session bus, or a keyring on it, says to the everyday way to the
 * keyring. It ends with an answer; a key is given with CL_OK and never else, and it is the one that
 * was asked for. */
#include "bus_replies.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct played played = replies_play(data, size);

    always(played.key == (played.load == CL_OK));
    always(played.load == CL_OK || played.load == CL_ABSENT || played.load == CL_KEYRING_TIMEOUT);
    always(played.advance != CL_OK || played.load == CL_OK);
    return 0;
}
