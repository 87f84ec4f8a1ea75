/*
 * Decodes and describes the bytecode of a compiled Noir program (`bytecode` of the compiler's JSON
 * after base64 and gunzip): one byte 3, then a MessagePack value in the compact form that the
 * compiler 1.0.0-beta.26 writes. Everything else is refused: other forms, trailing bytes, field
 * elements over the modulus, numbers in longer forms than they need, indices that lead nowhere,
 * constants that do not fit their type, lists of a wrong length.
 *
 * The bytes may come from anywhere: time and memory are linear in their number (a program takes at
 * most 16 times its bytes), and nothing recurses deeper than 64 levels.
 */
#ifndef NOIR_ACIR_ACIR_H
#define NOIR_ACIR_ACIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "noir/acir/program.h"

/*
 * Decodes bytes[0..length), which are not needed afterwards. The program is the caller's, to be
 * given to acir_program_free.
 *
 * RESULT_CIRCUIT_INVALID: not such a program, or one that calls an unknown black box; the message
 * names what and where. RESULT_INTERNAL: no memory. *program is
 * untouched unless the result is RESULT_OK. Thread-safe.
 */
MUST_USE_RESULT enum result acir_program_decode(struct acir_program **program,
                                                const unsigned char *bytes, size_t length,
                                                struct failure *failure);

/*
 * The same, and numbers and lengths may be written in longer forms than they need. bb reads those,
 * too, so that a key of such a program is its program's; no compiler writes them.
 */
MUST_USE_RESULT enum result acir_program_decode_any_form(struct acir_program **program,
                                                         const unsigned char *bytes, size_t length,
                                                         struct failure *failure);

/* Fine on NULL. Nobody may be executing the program. */
void acir_program_free(struct acir_program *program);

/* What the prover and its clients need to know of a program; it belongs to the program. */
struct acir_inspection {
    uint32_t circuit_count; /* a prover takes only programs with one */
    uint32_t opcode_count;  /* of main */
    /*
     * How many witnesses the prover wants for main: one more than the highest index in its opcodes,
     * public parameters and return values, and 1 for none at all. Measured of Barretenberg 5.0.0:
     * private parameters and the parts of assertion messages do not count; predicates do.
     */
    uint32_t witness_count;
    bool has_witnesses;                  /* false for `fn main() {}`, whose witness has no values */
    uint32_t parameter_count;            /* witnesses of private and public parameters */
    struct acir_witnesses public_inputs; /* public parameters and return values, ascending */
    uint32_t lookup_rows; /* of the tables that main's black boxes look up, at most */
};

/* Thread-safe. */
struct acir_inspection acir_program_inspect(const struct acir_program *program);

#endif
