/*
 * The programs that a child has decoded, each once; those not used for longest give way. One
 * thread. Private to engine/executor/.
 */
#ifndef ENGINE_EXECUTOR_PROGRAMS_INTERNAL_H
#define ENGINE_EXECUTOR_PROGRAMS_INTERNAL_H

#include "engine/executor/message_internal.h"
#include "noir/abi/abi.h"
#include "noir/acir/acir.h"
#include "noir/debug_info/debug_info.h"

enum { PROGRAMS_KEPT = 16, PROGRAM_ID_CHARACTERS = 64 };

struct program {
    char id[PROGRAM_ID_CHARACTERS + 1]; /* empty: no program */
    struct acir_program *acir;
    struct abi *abi;
    char *debug; /* JSON; NULL for none */
    size_t debug_length;
    struct debug_symbols *symbols; /* NULL until they are first wanted, or when there are none */
    size_t bytes;                  /* of its bytecode: what it takes is in proportion */
    uint64_t last_used;
};

struct programs {
    struct program kept[PROGRAMS_KEPT];
    uint64_t uses;
    size_t most_bytes; /* of all bytecodes together, but for one alone */
};

/* NULL when it is not kept. It lasts until the next programs_add. */
struct program *programs_find(struct programs *programs, struct bytes id);

/*
 * Decodes a program and keeps it. RESULT_CIRCUIT_NOT_EXECUTABLE says why it cannot be executed,
 * RESULT_EXECUTION_LIMIT that there is not the memory.
 */
MUST_USE_RESULT enum result programs_add(struct programs *programs, struct program **program,
                                         const struct bytes sections[QUESTION_SECTIONS],
                                         struct failure *failure);

/* Its symbols; NULL when it has none that can be read. */
const struct debug_symbols *program_symbols(struct program *program);

void programs_free(struct programs *programs);

#endif
