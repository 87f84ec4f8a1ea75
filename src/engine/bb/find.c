#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"
#include "process/scratch.h"

#if defined(__aarch64__)
#define DEBIAN_NAME "arm64"
#define NODE_NAME "arm64"
#else
#define DEBIAN_NAME "amd64"
#define NODE_NAME "x64"
#endif

/* Where npm's packages have it: in a folder of packages, and in a package itself. */
#define IN_BB_JS "build/" DEBIAN_NAME "-linux/bb"
static const char *const places[] = {
    "@aztec/bb.js/" IN_BB_JS,
    "@aztec/bb.js-linux-" NODE_NAME "/bb",
    "@aztec-foundation/bb-linux-" NODE_NAME "/bin/bb",
    "node_modules/@aztec/bb.js/" IN_BB_JS,
    "node_modules/@aztec/bb.js-linux-" NODE_NAME "/bb",
    "node_modules/@aztec-foundation/bb-linux-" NODE_NAME "/bin/bb",
    IN_BB_JS,
    "bb",
    "bin/bb",
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool find_in_folder(char found[PATH_MAX], const char *folder)
{
    for (size_t i = 0; i < PLACES; i++)
        if (scratch_join(found, PATH_MAX, folder, places[i]) && is_program(found))
            return true;
    return false;
}

static bool is_script(const char *path)
{
    char start[2] = "";
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    size_t got = fread(start, 1, sizeof(start), file);
    (void)fclose(file);
    return got == sizeof(start) && memcmp(start, "#!", sizeof(start)) == 0;
}

/* npm's command `bb` is a script that starts the program of a package beside its own. */
static void look_behind_script(char bb_path[PATH_MAX])
{
    static const char packages[] = "/node_modules/";
    char folder[PATH_MAX];
    char found[PATH_MAX];
    const char *last = NULL;
    if (!is_script(bb_path))
        return;
    for (const char *at = bb_path; (at = strstr(at, packages)) != NULL; at++)
        last = at;
    if (last == NULL)
        return;
    (void)snprintf(folder, sizeof(folder), "%.*s",
                   (int)(last - bb_path) + (int)sizeof(packages) - 2, bb_path);
    if (find_in_folder(found, folder))
        memcpy(bb_path, found, sizeof(found));
}

static bool find_on_path(char *found, const char *name)
{
    const char *path = getenv("PATH");
    for (const char *at = path; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ":");
        char folder[PATH_MAX];
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)length, at);
        if (length > 0 && scratch_join(found, PATH_MAX, folder, name) && is_program(found))
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

enum result engine_find_bb(char bb_path[PATH_MAX], const char *given, struct failure *failure)
{
    char found[PATH_MAX];
    const char *path = given;
    if (strchr(given, '/') == NULL)
        path = find_on_path(found, given) ? found : NULL;
    else if (is_folder(given))
        path = find_in_folder(found, given) ? found : NULL;
    if (path != NULL && realpath(path, bb_path) != NULL) {
        look_behind_script(bb_path);
        return RESULT_OK;
    }
    return failure_set(failure, RESULT_PROVER_UNUSABLE,
                       "there is no bb at '%s'; npm install @aztec/bb.js@5.0.0 brings one, which "
                       "--bb names: the program, or the folder node_modules",
                       given);
}
