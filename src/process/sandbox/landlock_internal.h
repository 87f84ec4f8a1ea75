/* Landlock by its three system calls, for which glibc has no functions. Private to
 * process/sandbox/. */
#ifndef PROCESS_SANDBOX_LANDLOCK_INTERNAL_H
#define PROCESS_SANDBOX_LANDLOCK_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/* What may be done with a file, or with all that is below a folder. */
enum landlock_grant {
    LANDLOCK_EXECUTE = 1, /* and read */
    LANDLOCK_READ = 2,
    LANDLOCK_WRITE = 4,    /* files that are there */
    LANDLOCK_KEEP = 8,     /* read, write, make and remove files */
    LANDLOCK_FOLDERS = 16, /* make folders and links, remove folders */
    LANDLOCK_REMOVE_FOLDERS = 32,
};

struct landlock_ruleset {
    int descriptor;   /* -1: none */
    uint64_t handled; /* the accesses that it denies where it does not grant them */
};

/* The kernel's ABI; 0 when it has none. */
int landlock_abi(void);

/*
 * A ruleset that denies what is not granted: access to files, TCP, though listening only where
 * asked, and signals and abstract sockets to whoever is outside. False, with errno, on failure.
 */
bool landlock_create(struct landlock_ruleset *ruleset, int abi, bool may_listen);

/* False, with errno, on failure. A path that is not there, or cannot be reached, is none. */
bool landlock_grant(const struct landlock_ruleset *ruleset, const char *path, unsigned grants);

/* The same for a list of paths that NULL ends. */
bool landlock_grant_all(const struct landlock_ruleset *ruleset, const char *const *paths,
                        unsigned grants);

/* Confines the calling thread. Async-signal-safe. False, with errno. */
bool landlock_enter(int descriptor);

#endif
