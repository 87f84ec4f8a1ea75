/*
 * The types of a program's parameters, result and errors, as the compiler describes them in `abi`:
 * values of JSON (or of TOML: noir/abi/toml.h) to witnesses and back. A parameter is a run of
 * witnesses, one a cell: a number or truth value is one, a string one a byte, the others their
 * parts in order.
 *
 * An ABI is immutable once read: any number of threads may use one at once. ABI and inputs may come
 * from anywhere; time and memory are linear in their size and in the number of cells.
 *
 * Source: the artifacts of the compiler 1.0.0-beta.26 and the behaviour of noir_js, measured.
 */
#ifndef NOIR_ABI_ABI_H
#define NOIR_ABI_ABI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "noir/witness/witness_map.h"

/* Bounds of what is accepted. Values without cells, as of `struct Empty {}`, take memory, too. */
enum { ABI_CELLS_MAX = 1 << 24, ABI_EMPTY_VALUES_MAX = 1 << 16, ABI_TYPE_DEPTH_MAX = 64 };

struct abi;

/*
 * Reads the `abi` object of a compiled program. What cannot be read of it goes alone: a parameter
 * or a result of an unknown type stands for nothing then, and an error has no text. Only without
 * any list of parameters it is RESULT_CIRCUIT_INVALID; RESULT_INTERNAL without memory. The failure
 * must not be NULL. *abi is only set for RESULT_OK.
 */
MUST_USE_RESULT enum result abi_read(struct abi **abi, const json_t *object,
                                     struct failure *failure);

/*
 * Why inputs cannot be encoded: the first parameter that could not be read and what is wrong with
 * it, such as "its parameter n: a type of an unknown kind". NULL when they can.
 */
const char *abi_unreadable_parameter(const struct abi *abi);

/* The same of the result: "its result: a type of an unknown kind". NULL when there is none. */
const char *abi_unreadable_return(const struct abi *abi);

/* Fine on NULL. */
void abi_free(struct abi *abi);

/* Whether there are any parameters: those without cells are given values, too. */
bool abi_has_parameters(const struct abi *abi);

/* The cells of all parameters: they are the witnesses 0, 1, ... in the order of the parameters.
 * Means nothing with an unreadable one. */
uint32_t abi_parameter_cells(const struct abi *abi);

/* The cells of the result, which follow those of the parameters. */
uint32_t abi_return_cells(const struct abi *abi);

/*
 * Turns an object of values by parameter name, which is only read, into witnesses. Names that are
 * no parameter or no field are passed over, and so is what a tuple has too many, as Noir's own
 * tools do it; where something is missing they are named, too. Numbers may be JSON numbers up to
 * 2^53 - 1, decimal strings or, with 0x, hexadecimal ones. No parameter may be unreadable.
 *
 * RESULT_OK: *witnesses, which must be empty, is set and the caller's to free.
 * RESULT_BODY_MALFORMED: *mistakes is a new array of strings, one for each mistake in the order of
 * the parameters, such as "moves[17]: 300 does not fit u8"; the last one says how many were left
 * out when there are over a hundred. They quote the inputs, so they must not be logged.
 * RESULT_INTERNAL: no memory.
 */
MUST_USE_RESULT enum result abi_encode(const struct abi *abi, json_t *inputs,
                                       struct witness_map *witnesses, json_t **mistakes);

/* The same of a value for the result, into the cells 0, 1, ... There must be one, and readable. */
MUST_USE_RESULT enum result abi_encode_return(const struct abi *abi, json_t *value,
                                              struct witness_map *cells, json_t **mistakes);

/* Whether the program returns anything: that may have no cells. */
bool abi_has_return(const struct abi *abi);

enum abi_style {
    ABI_STYLE_NOIR_JS, /* numbers as noir_js prints them: hexadecimal strings */
    ABI_STYLE_PLAIN    /* integers as JSON numbers up to 2^53 - 1, above that as decimal strings */
};

/*
 * The result that an execution left in main's witnesses: a new JSON value, `null` for a program
 * without one. NULL when witnesses are missing, the result is unreadable, or there is no memory.
 */
json_t *abi_decode_return(const struct abi *abi, const struct witness_map *witnesses,
                          enum abi_style style);

/*
 * Names the public inputs of a proof, values[0..count): a new object of the public parameters by
 * name and, when the result is public, the result as `return`. Unreadable ones are left out, and so
 * is what stands between two of them. NULL when the count is not that of this ABI or there is no
 * memory.
 */
json_t *abi_decode_public_inputs(const struct abi *abi, const struct field *values, size_t count,
                                 enum abi_style style);

/* What a failed assertion says. */
struct abi_message {
    char *text;      /* NULL when the program gives no text; for free() */
    json_t *payload; /* the value of an assertion that is no text and no number, or NULL */
};

/*
 * Reads the payload of a failed assertion by its selector. False when the ABI does not know the
 * selector, the payload does not fit it, or there is no memory. The caller frees the message with
 * abi_message_free.
 */
bool abi_describe_payload(const struct abi *abi, uint64_t selector, const struct field *payload,
                          size_t count, enum abi_style style, struct abi_message *message);

void abi_message_free(struct abi_message *message);

#endif
