/* Stands in for libFuzzer: runs every file of the folders given once. Fails when there is none. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>

static int replay(const char *folder, const char *name)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = n > 0 && (size_t)n < sizeof path ? fopen(path, "rb") : NULL;
    if (!file)
        return 0;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    /* Its own size, so that a sanitizer sees a read past the end. */
    uint8_t *data = size < 0 ? NULL : malloc(size ? (size_t)size : 1);
    int whole = data && fread(data, 1, (size_t)size, file) == (size_t)size;
    fclose(file);
    if (whole)
        LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return whole;
}

static int replay_all(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return -1;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        if (!replay(folder, entry->d_name)) {
            closedir(dir);
            return -1;
        }
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = replay_all(argv[i]);
        if (count <= 0) {
            fprintf(stderr, "%s: no corpus, or a file that cannot be read\n", argv[i]);
            return 1;
        }
        total += count;
    }
    printf("%d inputs\n", total);
    return total > 0 ? 0 : 1;
}
