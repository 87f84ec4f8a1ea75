#include "process/sandbox/sandbox.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"
#include "process/sandbox/capabilities_internal.h"
#include "process/sandbox/filter_internal.h"
#include "process/sandbox/landlock_internal.h"
#include "process/sandbox/libraries_internal.h"
#include "process/sandbox/program_internal.h"

enum {
    SANDBOX_MAGIC = 0x73626f78,
    MOST_LIMITS = 8,
    MOST_READABLE = 8,
    /* Counted over all processes of the user, so no tighter than a busy desktop needs. */
    MOST_THREADS_OF_USER = 4096,
};

struct limit {
    __rlimit_resource_t resource;
    struct rlimit value;
};

struct sandbox {
    unsigned magic;
    struct sandbox_options options;
    char loader[PATH_MAX];
    const char *readable[MOST_READABLE + 1];
    struct filter filter;
    struct limit limits[MOST_LIMITS];
    size_t limit_count;
};

bool sandbox_mode_parse(enum sandbox_mode *mode, const char *text)
{
    static const char *const names[] = {
        [SANDBOX_OFF] = "off", [SANDBOX_AUTO] = "auto", [SANDBOX_REQUIRE] = "require"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i]) == 0) {
            *mode = (enum sandbox_mode)i;
            return true;
        }
    return false;
}

static bool has_seccomp(void)
{
    unsigned action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

enum result sandbox_probe(struct sandbox_support *support, enum sandbox_mode mode,
                          struct failure *failure)
{
    struct sandbox_support found = {.limits = mode != SANDBOX_OFF};
    if (mode != SANDBOX_OFF) {
        found.seccomp = has_seccomp();
        found.landlock = landlock_abi();
    }
    if (mode == SANDBOX_REQUIRE && (!found.seccomp || found.landlock == 0))
        return failure_set(
            failure, RESULT_PROVER_UNUSABLE,
            "--sandbox require: this kernel has no %s; it takes Linux 5.13 or newer with %s, and "
            "--sandbox auto serves with what there is",
            found.seccomp ? "Landlock" : "seccomp filters",
            found.seccomp ? "CONFIG_SECURITY_LANDLOCK and landlock among its lsm="
                          : "CONFIG_SECCOMP_FILTER");
    *support = found;
    return RESULT_OK;
}

void sandbox_describe(char description[SANDBOX_DESCRIPTION_BYTES],
                      const struct sandbox_support *support)
{
    char landlock[32] = "";
    if (support->landlock > 0)
        (void)snprintf(landlock, sizeof(landlock), "landlock %d, ", support->landlock);
    (void)snprintf(description, SANDBOX_DESCRIPTION_BYTES, "%s%s%s", landlock,
                   support->seccomp ? "seccomp, " : "", support->limits ? "limits" : "off");
}

static void add_limit(struct sandbox *sandbox, __rlimit_resource_t resource, rlim_t value)
{
    struct rlimit now;
    CHECK(sandbox->limit_count < MOST_LIMITS);
    CHECK_ZERO(getrlimit(resource, &now));
    if (value > now.rlim_max)
        value = now.rlim_max;
    sandbox->limits[sandbox->limit_count++] =
        (struct limit){resource, {.rlim_cur = value, .rlim_max = value}};
}

static void add_limits(struct sandbox *sandbox)
{
    const struct sandbox_limits *limits = &sandbox->options.limits;
    if (!sandbox->options.support.limits)
        return;
    if (limits->address_space_bytes > 0)
        add_limit(sandbox, RLIMIT_AS, limits->address_space_bytes);
    if (limits->file_bytes > 0)
        add_limit(sandbox, RLIMIT_FSIZE, limits->file_bytes);
    if (limits->descriptors > 0)
        add_limit(sandbox, RLIMIT_NOFILE, limits->descriptors);
    add_limit(sandbox, RLIMIT_NPROC, MOST_THREADS_OF_USER);
    /* What the executor holds is kept from being swapped. */
    if (sandbox->options.profile == SANDBOX_BB)
        add_limit(sandbox, RLIMIT_MEMLOCK, 0);
    add_limit(sandbox, RLIMIT_MSGQUEUE, 0);
}

enum result sandbox_create(struct sandbox **sandbox, const struct sandbox_options *options,
                           struct failure *failure)
{
    struct sandbox *created = calloc(1, sizeof(*created));
    if (created == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the sandbox");
    created->magic = SANDBOX_MAGIC;
    created->options = *options;
    for (size_t i = 0; options->readable != NULL && options->readable[i] != NULL; i++) {
        CHECK(i < MOST_READABLE);
        created->readable[i] = options->readable[i];
    }
    add_limits(created);
    enum result result = program_loader(created->loader, options->program, failure);
    if (result == RESULT_OK && options->support.seccomp)
        result = filter_compile(&created->filter, options->profile, failure);
    if (result != RESULT_OK) {
        sandbox_destroy(created);
        return result;
    }
    *sandbox = created;
    return RESULT_OK;
}

uint64_t sandbox_thread_reserve(const struct sandbox *sandbox)
{
    return sandbox->options.limits.thread_reserve_bytes;
}

void sandbox_destroy(struct sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    CHECK(sandbox->magic == SANDBOX_MAGIC);
    sandbox->magic = 0;
    free(sandbox);
}

enum result sandbox_cell_prepare(struct sandbox_cell *cell, const struct sandbox *sandbox,
                                 const char *folder, struct failure *failure)
{
    *cell = (struct sandbox_cell){sandbox, -1};
    if (sandbox == NULL || sandbox->options.support.landlock == 0)
        return RESULT_OK;
    CHECK(sandbox->magic == SANDBOX_MAGIC);
    const struct sandbox_options *options = &sandbox->options;
    struct landlock_ruleset ruleset;
    bool made = landlock_create(&ruleset, options->support.landlock, false);
    cell->ruleset = ruleset.descriptor;
    made = made && landlock_grant(&ruleset, options->program, LANDLOCK_EXECUTE) &&
           landlock_grant(&ruleset, sandbox->loader, LANDLOCK_EXECUTE) &&
           landlock_grant_all(&ruleset, libraries, LANDLOCK_READ) &&
           landlock_grant_all(&ruleset, sandbox->readable, LANDLOCK_READ);
    if (made && folder != NULL && options->profile == SANDBOX_BB)
        made = landlock_grant(&ruleset, folder, LANDLOCK_KEEP);
    if (made)
        return RESULT_OK;
    return failure_set(failure, RESULT_PROVER_UNUSABLE, "cannot make the sandbox of %s: %s",
                       options->program, strerror(errno));
}

void sandbox_cell_release(struct sandbox_cell *cell)
{
    if (cell->ruleset >= 0)
        close(cell->ruleset);
    cell->ruleset = -1;
}

bool sandbox_enter(const struct sandbox_cell *cell, const char *program)
{
    const struct sandbox *sandbox = cell->sandbox;
    if (sandbox == NULL)
        return true;
    for (size_t i = 0; i < sandbox->limit_count; i++)
        if (setrlimit(sandbox->limits[i].resource, &sandbox->limits[i].value) != 0)
            return false;
    /* Root reads files of others by these two; Landlock says which files. */
    if (!capabilities_keep(CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_DAC_READ_SEARCH)) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (cell->ruleset >= 0 && !landlock_enter(cell->ruleset))
        return false;
    if (sandbox->filter.length == 0)
        return true;
    struct filter filter;
    filter_fill_marks(&filter, &sandbox->filter, getpid(), program);
    return filter_load(&filter, false);
}

enum result sandbox_seal_executor(struct failure *failure)
{
    struct filter filter;
    if (!has_seccomp())
        return RESULT_OK;
    enum result result = filter_compile_seal(&filter, failure);
    if (result == RESULT_OK &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !filter_load(&filter, false)))
        result =
            failure_set(failure, RESULT_INTERNAL, "cannot seal the executor: %s", strerror(errno));
    return result;
}
