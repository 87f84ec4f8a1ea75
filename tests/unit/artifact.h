/* Compiled circuits, right and wrong, as JSON. */
#ifndef UNIT_ARTIFACT_H
#define UNIT_ARTIFACT_H

#include "support.h"

/* ACIR of `assert(w0 == w1)`: one private parameter and one public; the same with two functions. */
extern const char small_program[];
extern const char folded_program[];

/* {"noir_version": …, "bytecode": …} of a program given in hexadecimal. The caller frees it. */
char *artifact_of_hex(const char *program);

/* The same of bytes, gzipped or as they are. */
char *artifact_of_bytes(const void *bytes, size_t length, bool zipped);

#endif
