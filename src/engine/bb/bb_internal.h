/* Starting bb: the environment that every bb process gets, and the engines. Private to engine/bb/.
 */
#ifndef ENGINE_BB_BB_INTERNAL_H
#define ENGINE_BB_BB_INTERNAL_H

#include "engine/operations.h"
#include "process/child/child.h"

enum { BB_VARIABLES = 3, BB_VARIABLE_BYTES = 64 };

/* Points into itself and into the options: do not copy it. */
struct bb_environment {
    const char *variables[BB_VARIABLES + 1];
    char threads[BB_VARIABLE_BYTES];
    struct child_home home;
};

/*
 * PATH, HARDWARE_CONCURRENCY (the threads), BB_MSM_NEW for the faster multiplication of points, a
 * home with the CRS in it, and nothing else: bb sees neither the operator's environment nor a home
 * of theirs.
 */
void bb_environment_fill(struct bb_environment *environment, const struct engine_options *options,
                         unsigned threads, bool new_msm);

/* `bb` with these arguments, in its sandbox; in a home of its own if `folder` is NULL. */
struct child_command bb_command(const struct bb_environment *environment,
                                const struct engine_options *options, const char *const *arguments,
                                const char *folder);

/* What an outcome of bb's process is to the engine. */
enum engine_outcome bb_outcome(enum child_outcome outcome);

/* bb keeps nothing of a circuit between calls: all there is to it is its bytecode. */
struct bb_circuit {
    struct engine_circuit circuit; /* first: the interface's pointer is ours */
    struct bytes bytecode;
};

/* For both engines, as in struct engine_operations. */
enum engine_outcome bb_open(struct engine *engine, struct engine_circuit **circuit,
                            struct bytes bytecode, struct failure *failure);
void bb_close(struct engine_circuit *circuit);
struct bytes bb_bytecode(const struct engine_circuit *circuit);

/* Long-lived `bb msgpack run` children; a witness goes over a pipe and never touches a disk. */
MUST_USE_RESULT enum result engine_pool_create(struct engine **engine,
                                               const struct engine_options *options,
                                               struct failure *failure);

/* One `bb prove` a request, with files in the private folder, for a bb without the API. */
MUST_USE_RESULT enum result engine_cli_create(struct engine **engine,
                                              const struct engine_options *options,
                                              struct failure *failure);

#endif
