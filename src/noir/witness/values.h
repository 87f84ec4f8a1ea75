/* The values in a witness that was checked while it streamed in (noir/witness/witness.h). */
#ifndef NOIR_WITNESS_VALUES_H
#define NOIR_WITNESS_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "bn254/field.h"

/*
 * Writes the value of witness i to values[i]; where the witness has none, it is 0. `bytes` are what
 * witness_reader_finish gave for `count` witnesses. False for lack of memory. No thread but the
 * caller's.
 */
bool witness_values_read(struct field *values, size_t count, const unsigned char *bytes,
                         size_t length);

#endif
