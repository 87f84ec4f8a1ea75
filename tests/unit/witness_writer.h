/* Witness stacks, right and wrong, and how a reader takes them. */
#ifndef UNIT_WITNESS_WRITER_H
#define UNIT_WITNESS_WRITER_H

#include <msgpack.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/failure.h"

enum { COMPACT = 3, NAMED = 2, NO_LIMIT = 1 << 26 };

/* BN254's scalar modulus, big-endian. */
extern const unsigned char modulus[32];

/* Writes the marker and all up to the witness map, which the caller writes. */
void witness_begin(msgpack_packer *packer, struct buffer *witness, unsigned char format);

/* One entry of the map, with a small value. */
void witness_entry(msgpack_packer *packer, uint64_t index);

/* A witness with the indices 0 to count - 1. */
void witness_write(struct buffer *witness, unsigned char format, uint32_t count);

/* A witness of one entry, index 0, whose value is these bytes. */
void witness_write_value(struct buffer *witness, const void *value, size_t length);

/* How much of the body one call gives to the reader. */
enum { WHOLE = 1 << 30, BYTEWISE = 1 };

/* The outcome of a body; on RESULT_OK *read is compared to `expected`, which may be NULL. */
enum result witness_outcome(const struct buffer *body, size_t step, uint32_t witness_count,
                            size_t max_bytes, const struct buffer *expected,
                            struct failure *failure);

/* The witness raw and gzipped, whole and byte by byte: all have this outcome. */
void assert_witness(const struct buffer *witness, uint32_t witness_count, enum result expected);

/* As assert_witness; frees the witness. */
void assert_and_free(struct buffer *witness, uint32_t witness_count, enum result expected);

#endif
