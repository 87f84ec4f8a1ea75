/*
 * What a child process may do, decided before it runs: seccomp (which system calls), Landlock
 * (which files, and no signal or connection to anybody else), resource limits, no capabilities. A
 * sandbox is made once a program; a cell is one start of it; a cell is entered between fork and
 * exec. The kernel keeps what was entered through exec, and nothing can leave it.
 *
 * The daemon confines itself, too (sandbox_confine_daemon, sandbox_seal_daemon).
 *
 * A struct sandbox never changes: any number of threads may prepare cells of it.
 *
 * Sources: seccomp(2), landlock(7), the kernel's Documentation/userspace-api/landlock.rst,
 * capabilities(7), setrlimit(2).
 */
#ifndef PROCESS_SANDBOX_SANDBOX_H
#define PROCESS_SANDBOX_SANDBOX_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

enum { SANDBOX_DESCRIPTION_BYTES = 64 };

/* REQUIRE: all of it, or the daemon does not start. AUTO: what this kernel has. */
enum sandbox_mode { SANDBOX_OFF, SANDBOX_AUTO, SANDBOX_REQUIRE };

/* Reads "off", "auto" or "require". False, and *mode as it was, for anything else. */
bool sandbox_mode_parse(enum sandbox_mode *mode, const char *text);

/* What the kernel has of it; all zero when the sandbox is off. */
struct sandbox_support {
    bool limits; /* resource limits and capabilities: every kernel */
    bool seccomp;
    int landlock; /* its ABI, 1 or more; 0: none */
};

/*
 * Asks the kernel. RESULT_PROVER_UNUSABLE when the mode is SANDBOX_REQUIRE and something is
 * missing: the message says what.
 */
MUST_USE_RESULT enum result sandbox_probe(struct sandbox_support *support, enum sandbox_mode mode,
                                          struct failure *failure);

/* For people and for /api/health: "landlock 7, seccomp, limits", or "off". */
void sandbox_describe(char description[SANDBOX_DESCRIPTION_BYTES],
                      const struct sandbox_support *support);

/*
 * BB: threads, reads its libraries, the CPU list and what is listed, writes in its own folder.
 * EXECUTOR: one thread, reads its libraries, writes nothing; the folder of its cells is not looked
 * at. It may narrow itself further, see sandbox_seal_executor.
 */
enum sandbox_profile { SANDBOX_BB, SANDBOX_EXECUTOR };

/* 0 in a field: the limit of the daemon itself. */
struct sandbox_limits {
    uint64_t address_space_bytes;  /* reserved, not resident */
    uint64_t thread_reserve_bytes; /* of it, what the threads reserve without using it */
    uint64_t file_bytes;           /* the longest file it can write */
    uint64_t descriptors;
};

struct sandbox_options {
    enum sandbox_profile profile;
    struct sandbox_support support;
    const char *program;         /* the one that may be executed: an ELF file */
    const char *const *readable; /* files and folders, 8 at most, ended by NULL; may be NULL */
    struct sandbox_limits limits;
};

struct sandbox;

/*
 * RESULT_PROVER_UNUSABLE when the program cannot be confined, as a shell script can't be;
 * RESULT_INTERNAL for want of memory. The caller owns *sandbox,
 * which borrows the paths, though not the list, for its life.
 */
MUST_USE_RESULT enum result sandbox_create(struct sandbox **sandbox,
                                           const struct sandbox_options *options,
                                           struct failure *failure);

/* The limit's thread_reserve_bytes. */
uint64_t sandbox_thread_reserve(const struct sandbox *sandbox);

/* NULL is fine. */
void sandbox_destroy(struct sandbox *sandbox);

/* One start of the program. */
struct sandbox_cell {
    const struct sandbox *sandbox; /* NULL: not confined */
    int ruleset;                   /* of Landlock; -1: none */
};

/*
 * Gets a cell ready, before fork; `sandbox` may be NULL. `folder` is the child's own, NULL for
 * none. RESULT_PROVER_UNUSABLE when the kernel refuses, for want of descriptors above all.
 * Whatever is returned, the parent calls sandbox_cell_release once the child runs.
 */
MUST_USE_RESULT enum result sandbox_cell_prepare(struct sandbox_cell *cell,
                                                 const struct sandbox *sandbox, const char *folder,
                                                 struct failure *failure);
void sandbox_cell_release(struct sandbox_cell *cell);

/*
 * Confines the calling process, which fork has just made: only async-signal-safe calls. From here
 * on it can execute one program once, and only by this very pointer. False, with errno, when the
 * kernel refuses: it must not go on.
 */
bool sandbox_enter(const struct sandbox_cell *cell, const char *program);

/*
 * For the executor itself, once it has started: from here on it can read, write, take memory and
 * exit; not open, not execute. Nothing where seccomp is missing. RESULT_INTERNAL when the kernel
 * refuses.
 */
MUST_USE_RESULT enum result sandbox_seal_executor(struct failure *failure);

struct sandbox_daemon_options {
    struct sandbox_support support;
    const char *const *programs; /* that its children are; ended by NULL */
    const char *const *readable; /* files and folders that it goes on to read; ended by NULL */
    const char *const *folders;  /* that it keeps files in; ended by NULL */
    const char *scratch;         /* the folder that it removes in the end */
};

/*
 * Confines the calling thread and those it will start, so call it before there are others: no
 * program but those is executed (and, through the loader that they need, what lies among the
 * libraries), nothing is read but that, the libraries, /proc and /sys/fs/cgroup, nothing is written
 * but in those folders, no TCP connection is made, nobody outside is signalled, and of root's
 * capabilities only those remain that a server uses. RESULT_INTERNAL when the kernel refuses.
 */
MUST_USE_RESULT enum result sandbox_confine_daemon(const struct sandbox_daemon_options *options,
                                                   struct failure *failure);

/*
 * Forbids all threads the system calls that a server which listens already never makes.
 * RESULT_INTERNAL when the kernel refuses.
 */
MUST_USE_RESULT enum result sandbox_seal_daemon(const struct sandbox_support *support,
                                                struct failure *failure);

#endif
