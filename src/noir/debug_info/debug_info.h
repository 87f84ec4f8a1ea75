/*
 * Finds the lines of Noir source that an execution failed at, from `debug_symbols` and `file_map`
 * of the compiler's JSON. Immutable once read: any number of threads may use one at once. What is
 * read may come from anywhere; it is bounded, and can at worst name wrong lines.
 *
 * Source: the artifacts of the compiler 1.0.0-beta.26. debug_symbols is the base64 of a raw deflate
 * stream of JSON: for each circuit, a tree of source places in which a place's parent is where its
 * function was called, and the place of each opcode.
 */
#ifndef NOIR_DEBUG_INFO_DEBUG_INFO_H
#define NOIR_DEBUG_INFO_DEBUG_INFO_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "noir/acvm/acvm.h"

/* Of the JSON inside debug_symbols. */
enum { DEBUG_SYMBOLS_BYTES_MAX = 64 * 1024 * 1024 };

struct debug_symbols;

/*
 * A place in a source file. The path belongs to the symbols. It starts at src for the program's own
 * package, and for others at their name: "src/main.nr", "ec/v0.1.2/src/lib.nr", "std/option.nr".
 */
struct debug_place {
    const char *path;
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in characters */
};

/*
 * Reads the symbols of a compiled program; one without any gives symbols that find nothing.
 * RESULT_CIRCUIT_INVALID: they are there but broken, RESULT_CIRCUIT_TOO_LARGE: over the limit,
 * RESULT_INTERNAL: no memory; *symbols is then untouched, and a program can do without.
 */
MUST_USE_RESULT enum result debug_symbols_read(struct debug_symbols **symbols, json_t *artifact,
                                               struct failure *failure);

/* Fine on NULL. */
void debug_symbols_free(struct debug_symbols *symbols);

/*
 * The calls that led to an error, outermost first, and then the place of the error itself: the last
 * `room` of them. Returns how many were written; 0 when nothing is known.
 */
size_t debug_symbols_locate(const struct debug_symbols *symbols, const struct acvm_error *error,
                            struct debug_place *places, size_t room);

/*
 * Of places[0..count) the last that is in the program's own source: an error inside the standard
 * library is best shown where that was called. NULL when there is none.
 */
const struct debug_place *debug_own_place(const struct debug_place *places, size_t count);

#endif
