/*
 * Reads TOML 1.0, as in Prover.toml, into the same tree as JSON gives, so that abi_encode takes
 * either. Debian has no TOML library for C. Numbers with a fraction, dates and times are refused,
 * for no parameter takes them; integers over 2^53 - 1 become strings, which carry them exactly.
 *
 * The text may come from anywhere: time is linear in its length, nesting is bounded.
 */
#ifndef NOIR_ABI_TOML_H
#define NOIR_ABI_TOML_H

#include <jansson.h>
#include <stddef.h>

#include "base/failure.h"

/* Of tables and lists within each other. */
enum { TOML_DEPTH_MAX = 64 };

/*
 * RESULT_OK: *object is a new object. RESULT_BODY_MALFORMED: the message says what is wrong in
 * which line; it quotes nothing of the text. RESULT_INTERNAL: no memory. Thread-safe.
 */
MUST_USE_RESULT enum result toml_read(json_t **object, const char *text, size_t length,
                                      struct failure *failure);

#endif
