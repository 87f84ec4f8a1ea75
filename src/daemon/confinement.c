#include "daemon/confinement.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/store.h"
#include "engine/executor/executor.h"

enum {
    MOST_DESCRIPTORS = 64,    /* bb has 5 open at a time */
    OUTPUT_BYTES = 64 << 20,  /* the longest file of bb's that is read back */
    RESERVED_BY_THREAD = 256, /* MiB: glibc's arena and a stack, hardly used */
};

enum result confinement_probe(struct confinement *confinement, const char *mode,
                              struct failure *failure)
{
    enum sandbox_mode wanted;
    CHECK(sandbox_mode_parse(&wanted, mode));
    enum result result = sandbox_probe(&confinement->support, wanted, failure);
    if (result == RESULT_OK)
        sandbox_describe(confinement->description, &confinement->support);
    return result;
}

static uint64_t memory_of_machine(void)
{
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static enum result make_sandboxes(struct confinement *confinement,
                                  const struct confinement_options *options,
                                  struct failure *failure)
{
    uint64_t reserve = ((uint64_t)RESERVED_BY_THREAD << 20) * (options->threads + 1);
    const char *const crs[] = {options->crs_points, options->crs_g2, NULL};
    const struct sandbox_options bb = {
        .profile = SANDBOX_BB,
        .support = confinement->support,
        .program = options->bb_path,
        .readable = crs,
        .limits = {.address_space_bytes = memory_of_machine() + reserve,
                   .thread_reserve_bytes = reserve,
                   .file_bytes = options->crs_unpacked_bytes + OUTPUT_BYTES,
                   .descriptors = MOST_DESCRIPTORS},
    };
    const struct sandbox_options executor = {
        .profile = SANDBOX_EXECUTOR,
        .support = confinement->support,
        .program = EXECUTOR_PROGRAM,
        .limits = {.descriptors = MOST_DESCRIPTORS},
    };
    enum result result = sandbox_create(&confinement->bb, &bb, failure);
    if (result == RESULT_OK)
        result = sandbox_create(&confinement->executor, &executor, failure);
    return result;
}

/*
 * What is to be readable so that a file put in the place of `path` can be read: its folder, but
 * never all there is. "" for no path.
 */
static void find_place(char place[PATH_MAX], const char *path)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof(copy), "%s", path == NULL ? "" : path);
    const char *folder = path == NULL ? "" : dirname(copy);
    (void)snprintf(place, PATH_MAX, "%s", strcmp(folder, "/") == 0 ? path : folder);
}

enum result confinement_confine(struct confinement *confinement,
                                const struct confinement_options *options, struct failure *failure)
{
    const char *const programs[] = {options->bb_path, EXECUTOR_PROGRAM, NULL};
    char key_place[PATH_MAX];
    char real_key_file[PATH_MAX];
    char real_key_place[PATH_MAX];
    bool is_link = options->key_file != NULL && realpath(options->key_file, real_key_file) != NULL;
    find_place(key_place, options->key_file);
    find_place(real_key_place, is_link ? real_key_file : NULL);
    const char *const readable[] = {options->crs_folder,
                                    options->crs_points,
                                    options->crs_g2,
                                    key_place,
                                    real_key_place,
                                    options->circuits_folder,
                                    NULL};
    const char *const folders[] = {options->scratch_folder, options->data_folder, NULL};
    const struct sandbox_daemon_options daemon = {
        .support = confinement->support,
        .programs = programs,
        .readable = readable,
        .folders = folders,
        .scratch = options->scratch_folder,
    };
    if (!confinement->support.limits)
        return RESULT_OK;
    if (make_sandboxes(confinement, options, failure) != RESULT_OK ||
        (options->data_folder != NULL &&
         store_make_folder(options->data_folder, failure) != RESULT_OK))
        return failure->result;
    return sandbox_confine_daemon(&daemon, failure);
}

enum result confinement_seal(const struct confinement *confinement, struct failure *failure)
{
    return sandbox_seal_daemon(&confinement->support, failure);
}

void confinement_destroy(struct confinement *confinement)
{
    sandbox_destroy(confinement->bb);
    sandbox_destroy(confinement->executor);
}
