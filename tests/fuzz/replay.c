/*
 * replay FOLDER: runs a fuzz target over each file of a folder, once. The name is printed before,
 * so that the last line names the file that a crash is about.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

enum { PATH_BYTES = 4096, EXIT_NO_CORPUS = 2 };

/* In memory of just its length, so that the sanitizers see a read past it. */
static void replay(const char *path)
{
    FILE *file = fopen(path, "rbe");
    CHECK(file != NULL);
    CHECK(fseek(file, 0, SEEK_END) == 0);
    long length = ftell(file);
    CHECK(length >= 0 && fseek(file, 0, SEEK_SET) == 0);
    uint8_t *bytes = malloc((size_t)length);
    CHECK(length == 0 || bytes != NULL);
    CHECK(fread(bytes, 1, (size_t)length, file) == (size_t)length);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)length);
    free(bytes);
}

int main(int argument_count, char *arguments[])
{
    unsigned count = 0;
    DIR *folder = argument_count == 2 ? opendir(arguments[1]) : NULL;
    if (folder == NULL) {
        (void)fprintf(stderr, "replay: no folder; use: replay FOLDER\n");
        return EXIT_NO_CORPUS;
    }
    (void)LLVMFuzzerInitialize(&argument_count, &arguments);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[PATH_BYTES];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", arguments[1], entry->d_name);
        (void)puts(path);
        (void)fflush(stdout);
        replay(path);
        count++;
    }
    (void)closedir(folder);
    (void)printf("%u inputs\n", count);
    return count == 0 ? EXIT_NO_CORPUS : EXIT_SUCCESS;
}
