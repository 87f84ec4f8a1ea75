#include "lockdown/lockdown.h"

#include <unistd.h>

#include "base/check.h"
#include "executor/executor.h"
#include "store/store.h"

enum {
    MOST_DESCRIPTORS = 64,    /* bb has 5 open at a time */
    OUTPUT_BYTES = 64 << 20,  /* the longest file of bb's that is read back */
    RESERVED_BY_THREAD = 256, /* MiB: glibc's arena and a stack, hardly used */
};

enum result lockdown_probe(struct lockdown *lockdown, const char *mode, struct failure *failure)
{
    enum sandbox_mode wanted;
    CHECK(sandbox_mode_parse(&wanted, mode));
    enum result result = sandbox_probe(&lockdown->support, wanted, failure);
    if (result == RESULT_OK)
        sandbox_describe(lockdown->description, &lockdown->support);
    return result;
}

static uint64_t memory_of_machine(void)
{
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static enum result make_sandboxes(struct lockdown *lockdown, const struct lockdown_options *options,
                                  struct failure *failure)
{
    uint64_t reserve = ((uint64_t)RESERVED_BY_THREAD << 20) * (options->threads + 1);
    const char *const crs[] = {options->crs_points, options->crs_g2, NULL};
    const struct sandbox_options bb = {
        .profile = SANDBOX_BB,
        .support = lockdown->support,
        .program = options->bb_path,
        .readable = crs,
        .limits = {.address_space_bytes = memory_of_machine() + reserve,
                   .thread_reserve_bytes = reserve,
                   .file_bytes = options->crs_unpacked_bytes + OUTPUT_BYTES,
                   .descriptors = MOST_DESCRIPTORS},
    };
    const struct sandbox_options executor = {
        .profile = SANDBOX_EXECUTOR,
        .support = lockdown->support,
        .program = EXECUTOR_PROGRAM,
        .limits = {.descriptors = MOST_DESCRIPTORS},
    };
    enum result result = sandbox_create(&lockdown->bb, &bb, failure);
    if (result == RESULT_OK)
        result = sandbox_create(&lockdown->executor, &executor, failure);
    return result;
}

enum result lockdown_confine(struct lockdown *lockdown, const struct lockdown_options *options,
                             struct failure *failure)
{
    const char *const programs[] = {options->bb_path, EXECUTOR_PROGRAM, NULL};
    const char *const readable[] = {options->crs_folder, options->crs_points, options->crs_g2,
                                    options->circuits_folder, NULL};
    const char *const folders[] = {options->scratch_folder, options->data_folder, NULL};
    const struct sandbox_daemon_options daemon = {
        .support = lockdown->support,
        .programs = programs,
        .readable = readable,
        .folders = folders,
        .scratch = options->scratch_folder,
    };
    if (!lockdown->support.limits)
        return RESULT_OK;
    if (make_sandboxes(lockdown, options, failure) != RESULT_OK ||
        (options->data_folder != NULL &&
         store_make_folder(options->data_folder, failure) != RESULT_OK))
        return failure->result;
    return sandbox_confine_daemon(&daemon, failure);
}

enum result lockdown_seal(const struct lockdown *lockdown, struct failure *failure)
{
    return sandbox_seal_daemon(&lockdown->support, failure);
}

void lockdown_destroy(struct lockdown *lockdown)
{
    sandbox_destroy(lockdown->bb);
    sandbox_destroy(lockdown->executor);
}
