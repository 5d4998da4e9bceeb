/* From starting a program to its answer, and the memory and the processor's time it took.
 *
 *   bench_spawn ROUNDS -- NAME reply|exit FRAMES|- [VARIABLE=VALUE] PROGRAM [ARGUMENT…] [-- NAME
 * …]…
 *
 * Runs the commands in turns. FRAMES is a folder whose file <round> goes to the program's standard
 * input, which then stays open as a browser's does. `reply` stops the clock at the first byte of
 * output, `exit` at the end of the program. Prints a line `NAME microseconds kilobytes worked` for
 * each run: the peak of the resident set, and the microseconds of processor time from start to end,
 * the program's own and the kernel's on its behalf. */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define FRAME_MAX    65536

extern char **environ;

struct command {
    const char *name;
    bool until_reply;
    const char *frames;
    char *variable; /* of its environment, or NULL; commands that have one all have the same */
    char **argv;
};

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double worked_us(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static size_t load_frame(const struct command *command, unsigned round, char *ret_frame)
{
    char path[4096];
    if (strcmp(command->frames, "-") == 0)
        return 0;
    snprintf(path, sizeof path, "%s/%u", command->frames, round);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        die(path);
    ssize_t n = read(fd, ret_frame, FRAME_MAX);
    close(fd);
    if (n <= 0)
        die(path);
    return (size_t)n;
}

static pid_t start(const struct command *command, int in, int out)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (command->variable && putenv(command->variable))
        die("putenv");
    if (posix_spawn(&pid, command->argv[0], &actions, NULL, command->argv, environ))
        die(command->argv[0]);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

static void measure(const struct command *command, unsigned round)
{
    static char frame[FRAME_MAX];
    size_t len = load_frame(command, round, frame);
    int in[2], out[2], status;
    struct rusage usage;
    char byte;
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
        die("pipe");
    double begin = now_us();
    pid_t pid = start(command, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    if (len && write(in[1], frame, len) != (ssize_t)len)
        die("write");
    ssize_t got = command->until_reply ? read(out[0], &byte, 1) : 0;
    double replied = now_us();
    close(in[1]);
    if (command->until_reply && got != 1)
        die(command->name);
    while (read(out[0], frame, sizeof frame) > 0)
        ;
    close(out[0]);
    if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
        die(command->name);
    double ended = now_us();
    printf("%s %.1f %ld %.0f\n", command->name, (command->until_reply ? replied : ended) - begin,
           usage.ru_maxrss, worked_us(&usage));
}

/* Cut argv at each "--" into commands. */
static unsigned parse(int argc, char **argv, struct command *ret_commands)
{
    unsigned count = 0;
    for (int i = 2; i < argc && count < COMMANDS_MAX; count++) {
        if (strcmp(argv[i], "--") != 0 || i + 4 >= argc)
            return 0;
        char *variable = strchr(argv[i + 4], '=') ? argv[i + 4] : NULL;
        ret_commands[count] =
            (struct command){argv[i + 1], strcmp(argv[i + 2], "reply") == 0, argv[i + 3], variable,
                             argv + i + 4 + (variable != NULL)};
        for (i += 4; i < argc && strcmp(argv[i], "--") != 0; i++)
            ;
    }
    return count;
}

int main(int argc, char **argv)
{
    struct command commands[COMMANDS_MAX];
    unsigned count = argc > 2 ? parse(argc, argv, commands) : 0;
    if (count == 0) {
        fputs("usage: bench_spawn ROUNDS -- NAME reply|exit FRAMES|- [VARIABLE=VALUE] PROGRAM "
              "[ARGUMENT…] [-- …]\n",
              stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) { /* each argv of a command ends where the next "--" stood */
        if (strcmp(argv[i], "--") == 0)
            argv[i] = NULL;
    }
    unsigned rounds = (unsigned)strtoul(argv[1], NULL, 10);
    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < count; i++)
            measure(&commands[i], round);
    }
    return 0;
}
