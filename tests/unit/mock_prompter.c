/* A person in front of the keyring's prompt. Prints the bus name to give to gnome-keyring-daemon as
 * GNOME_KEYRING_TEST_PROMPTER, then answers as the arguments say, in order, until stdin ends.
 *
 *   ok:PASSWORD   types it        cancel   dismisses        delay:MS   takes that long for every
 * answer (0: at once) */
#define GCR_API_SUBJECT_TO_CHANGE 1
#include <gcr/gcr-base.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *name = gcr_mock_prompter_start();
    char c;

    gcr_mock_prompter_set_delay_msec(0);
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "ok:", 3))
            gcr_mock_prompter_expect_password_ok(argv[i] + 3, NULL);
        else if (!strcmp(argv[i], "cancel"))
            gcr_mock_prompter_expect_password_cancel();
        else if (!strncmp(argv[i], "delay:", 6))
            gcr_mock_prompter_set_delay_msec((guint)strtoul(argv[i] + 6, NULL, 10));
        else
            return 2;
    }
    printf("%s\n", name);
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        ;
    _exit(0);
}
