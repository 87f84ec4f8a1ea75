/* One execution, within a child. Private to engine/executor/. */
#ifndef ENGINE_EXECUTOR_RUN_INTERNAL_H
#define ENGINE_EXECUTOR_RUN_INTERNAL_H

#include "engine/executor/programs_internal.h"
#include "noir/acvm/acvm.h"

struct child_options {
    struct acvm_limits limits;
    uint64_t max_witness_bytes;
    struct programs programs;
};

/* What is answered; the caller frees both. */
struct answer {
    struct buffer witness;
    json_t *details; /* NULL for none */
};

/* Answers one question. Returns what struct execution's outcome is: see executor.h. */
MUST_USE_RESULT enum result run_question(struct answer *answer, struct child_options *options,
                                         unsigned char flags,
                                         const struct bytes sections[QUESTION_SECTIONS]);

/* describe.c: the details of what went wrong; each returns `result`. */
MUST_USE_RESULT enum result describe_message(struct answer *answer, enum result result,
                                             const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the list of mistakes over. */
MUST_USE_RESULT enum result describe_mistakes(struct answer *answer, json_t *mistakes);

MUST_USE_RESULT enum result describe_error(struct answer *answer, struct program *program,
                                           const struct acvm_error *error);

#endif
