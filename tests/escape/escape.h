/*
 * Ways out of a sandbox. Each is tried for real and says how far it came; each is made so that it
 * does no harm where nothing stops it.
 */
#ifndef ESCAPE_ESCAPE_H
#define ESCAPE_ESCAPE_H

#include <stddef.h>
#include <sys/types.h>

/* What there is to reach outside; the paths and processes are there. */
struct outside {
    pid_t daemon;
    const char *secret;  /* a file that every user may read */
    const char *folder;  /* that every user may write to */
    const char *crs;     /* a file that may be read, not written */
    const char *program; /* that runs */
};

/*
 * 0: it came through. An errno otherwise: EPERM, EACCES, EROFS and ENOSYS say that it was denied;
 * any other says that the kernel had begun to do it. What a limit stops gives EDQUOT.
 */
typedef int attempt(const struct outside *outside);

struct escape {
    const char *name;
    attempt *try;
};

/* A table of each kind; ended by an empty name. */
extern const struct escape escapes_by_files[];
extern const struct escape escapes_by_programs[];
extern const struct escape escapes_by_processes[];
extern const struct escape escapes_by_sockets[];
extern const struct escape escapes_by_kernel[];
extern const struct escape escapes_of_limits[];

/* Tries all, and writes a line for each: `denied NAME: why` or `allowed NAME: how`. */
void try_escapes(const struct outside *outside);

/* 0, or errno when a call has returned -1. */
int outcome(long returned);

/* The outcome of a call that gives a descriptor, which is closed. */
int outcome_of_open(long descriptor);

/* Opens a path of the daemon's in /proc, as "environ". */
int open_of_daemon(const struct outside *outside, const char *name, int flags);

#endif
