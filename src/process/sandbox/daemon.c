#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "process/sandbox/capabilities_internal.h"
#include "process/sandbox/filter_internal.h"
#include "process/sandbox/landlock_internal.h"
#include "process/sandbox/libraries_internal.h"
#include "process/sandbox/program_internal.h"
#include "process/sandbox/sandbox.h"

/* The leak sanitizer traces the process when it ends. */
#ifdef __SANITIZE_ADDRESS__
#define CAPABILITIES_OF_SANITIZER CAPABILITY(CAP_SYS_PTRACE)
#else
#define CAPABILITIES_OF_SANITIZER 0
#endif

/* To read and write what root may, to listen on a port below 1024, to lock a witness in memory. */
static const uint64_t kept_capabilities =
    CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_DAC_READ_SEARCH) |
    CAPABILITY(CAP_NET_BIND_SERVICE) | CAPABILITY(CAP_IPC_LOCK) | CAPABILITIES_OF_SANITIZER;

/*
 * The daemon resets bb's peak of memory through /proc/PID/clear_refs. Where it could change the
 * kernel's settings through /proc, too, it does without.
 */
static bool may_write_to_proc(void)
{
    return access("/proc/sys/kernel/core_pattern", W_OK) != 0;
}

static enum result refused(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL,
                       "the kernel lets the daemon not confine itself: %s; --sandbox off serves "
                       "without",
                       strerror(errno));
}

static enum result grant_programs(const struct landlock_ruleset *ruleset,
                                  const char *const *programs, struct failure *failure)
{
    for (; *programs != NULL; programs++) {
        char loader[PATH_MAX];
        if (program_loader(loader, *programs, failure) != RESULT_OK)
            return failure->result;
        if (!landlock_grant(ruleset, *programs, LANDLOCK_EXECUTE) ||
            !landlock_grant(ruleset, loader, LANDLOCK_EXECUTE))
            return refused(failure);
    }
    return RESULT_OK;
}

/* What it asks the system, of memory, of cores, of its children. */
static const char *const system_folders[] = {"/proc", "/sys/fs/cgroup", NULL};

static bool grant_reading(const struct landlock_ruleset *ruleset,
                          const struct sandbox_daemon_options *options)
{
    return landlock_grant_all(ruleset, libraries, LANDLOCK_READ) &&
           landlock_grant_all(ruleset, system_folders, LANDLOCK_READ) &&
           landlock_grant_all(ruleset, options->readable, LANDLOCK_READ);
}

static bool grant_writing(const struct landlock_ruleset *ruleset,
                          const struct sandbox_daemon_options *options)
{
    char scratch[PATH_MAX];
    bool granted = landlock_grant_all(ruleset, options->folders, LANDLOCK_KEEP | LANDLOCK_FOLDERS);
    (void)snprintf(scratch, sizeof(scratch), "%s", options->scratch);
    return granted && landlock_grant(ruleset, dirname(scratch), LANDLOCK_REMOVE_FOLDERS) &&
           (!may_write_to_proc() || landlock_grant(ruleset, "/proc", LANDLOCK_WRITE));
}

static enum result confine_files(const struct sandbox_daemon_options *options,
                                 struct failure *failure)
{
    struct landlock_ruleset ruleset;
    if (!landlock_create(&ruleset, options->support.landlock, true))
        return refused(failure);
    enum result result = grant_programs(&ruleset, options->programs, failure);
    if (result == RESULT_OK &&
        (!grant_reading(&ruleset, options) || !grant_writing(&ruleset, options) ||
         !landlock_enter(ruleset.descriptor)))
        result = refused(failure);
    close(ruleset.descriptor);
    return result;
}

enum result sandbox_confine_daemon(const struct sandbox_daemon_options *options,
                                   struct failure *failure)
{
    if (!options->support.limits)
        return RESULT_OK;
    if (!capabilities_keep(kept_capabilities) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return refused(failure);
    return options->support.landlock > 0 ? confine_files(options, failure) : RESULT_OK;
}

enum result sandbox_seal_daemon(const struct sandbox_support *support, struct failure *failure)
{
    struct filter filter;
    if (!support->seccomp)
        return RESULT_OK;
    enum result result = filter_compile_daemon(&filter, failure);
    if (result == RESULT_OK && !filter_load(&filter, true))
        result = refused(failure);
    return result;
}
