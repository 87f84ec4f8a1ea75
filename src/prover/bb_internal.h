/* Starting bb: the environment that every bb process gets. Private to prover/. */
#ifndef PROVER_BB_INTERNAL_H
#define PROVER_BB_INTERNAL_H

#include <limits.h>

#include "prover/engine.h"

enum { BB_ENVIRONMENT_SIZE = 6, BB_VARIABLE_BYTES = PATH_MAX + 32 };

/* `list` points into the struct: do not copy it. */
struct bb_environment {
    const char *list[BB_ENVIRONMENT_SIZE];
    char home[BB_VARIABLE_BYTES];
    char temporary[BB_VARIABLE_BYTES];
    char crs[BB_VARIABLE_BYTES];
    char threads[BB_VARIABLE_BYTES];
};

/*
 * PATH, HOME, TMPDIR, CRS_PATH and HARDWARE_CONCURRENCY and nothing else: bb sees neither the
 * operator's environment nor a home of theirs.
 */
void bb_environment_fill(struct bb_environment *environment, const struct engine_options *options);

#endif
