#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prover/engine.h"
#include "scratch/scratch.h"

static bool find_on_path(char *found, const char *name)
{
    const char *path = getenv("PATH");
    for (const char *at = path; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ":");
        char folder[PATH_MAX];
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)length, at);
        if (length > 0 && scratch_join(found, PATH_MAX, folder, name) && access(found, X_OK) == 0)
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
    if (path != NULL && realpath(path, bb_path) != NULL)
        return RESULT_OK;
    return failure_set(failure, RESULT_PROVER_UNUSABLE,
                       "there is no bb at '%s'; npm install @aztec/bb.js@5.0.0 brings one, which "
                       "--bb names",
                       given);
}
