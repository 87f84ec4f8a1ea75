/*
 * What the server makes of the sandbox: one for bb, one for the executor, and the daemon's own. By
 * --sandbox: off, auto (what the kernel has) or require (all of it, or no start).
 *
 * One thread: the one that starts the server.
 */
#ifndef DAEMON_CONFINEMENT_H
#define DAEMON_CONFINEMENT_H

#include "base/failure.h"
#include "process/sandbox/sandbox.h"

struct confinement {
    struct sandbox_support support;
    char description[SANDBOX_DESCRIPTION_BYTES]; /* what is active, for people */
    struct sandbox *bb;                          /* NULL: not confined */
    struct sandbox *executor;                    /* the same */
};

/* All borrowed for the life of the confinement. */
struct confinement_options {
    const char *bb_path;
    unsigned threads; /* of each bb */
    const char *crs_folder;
    const char *crs_points;      /* the files that bb reads, wherever they are */
    const char *crs_g2;          /* "" for none */
    uint64_t crs_unpacked_bytes; /* that bb has to write to read the points; 0: none */
    const char *scratch_folder;
    const char *circuits_folder; /* NULL for none */
    const char *data_folder;     /* NULL for none; it is made if it is not there */
    const char
        *key_file; /* NULL for none; another may take its place and be read, so its folder is */
};

/* Asks the kernel. `mode` is one of --sandbox. RESULT_PROVER_UNUSABLE says what `require` lacks. */
MUST_USE_RESULT enum result confinement_probe(struct confinement *confinement, const char *mode,
                                              struct failure *failure);

/*
 * Makes the sandboxes, and confines the calling thread and those that it will start. Before there
 * are others. RESULT_PROVER_UNUSABLE when bb cannot be confined, RESULT_STORAGE_FAILED when there
 * is no data folder, RESULT_INTERNAL when the kernel refuses.
 */
MUST_USE_RESULT enum result confinement_confine(struct confinement *confinement,
                                                const struct confinement_options *options,
                                                struct failure *failure);

/* For all threads: no more than a server does that listens. RESULT_INTERNAL. */
MUST_USE_RESULT enum result confinement_seal(const struct confinement *confinement,
                                             struct failure *failure);

/* Frees the sandboxes, when no child runs. The daemon stays confined. */
void confinement_destroy(struct confinement *confinement);

#endif
