/*
 * Reads the few MessagePack forms a compiled program is made of, and refuses all others: each value
 * has exactly one accepted encoding, the shortest, unless any_form says otherwise.
 *
 * It is not msgpack-c because that builds a tree of everything first, several times the size of the
 * program, in memory taken by counts that nobody has checked yet; here a count is checked against
 * the bytes that are left before anything is taken for it, and field elements go straight into the
 * form that is computed with.
 *
 * Errors stick: after the first one every read gives 0, an empty list or variant 0, so that a
 * decoder can read a whole structure and ask reader_failed() once. Nothing read after a failure
 * may be trusted.
 */
#ifndef NOIR_ACIR_READER_INTERNAL_H
#define NOIR_ACIR_READER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "bn254/field.h"
#include "noir/acir/arena_internal.h"

struct reader {
    const unsigned char *bytes;
    size_t length;
    size_t position; /* <= length */
    enum result result;
    struct failure *failure; /* may be NULL */
    struct arena *arena;     /* where what is read is kept */
    bool any_form;           /* numbers and lengths may take longer forms than they need */
};

/* A text inside the bytes being read; not zero-terminated, any bytes. */
struct reader_text {
    const char *characters;
    size_t length;
};

/* A variant's name, and whether its payload follows as the value of a one-entry map. */
struct reader_variant {
    const char *name;
    bool has_payload;
};

static inline bool reader_failed(const struct reader *reader)
{
    return reader->result != RESULT_OK;
}

/* Notes that the program is invalid; the first failure stays. The position is added. */
void reader_refuse(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes another outcome than an invalid program; the first failure stays. */
void reader_fail(struct reader *reader, enum result result, const char *why);

uint64_t reader_u64(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
bool reader_bool(struct reader *reader);
struct reader_text reader_text(struct reader *reader);

/* A field element: 32 bytes, below the modulus. */
void reader_field(struct reader *reader, struct field *element);

/*
 * The head of a list. Every element takes at least `element_bytes` (not 0) bytes; a count for which
 * too few are left is refused.
 */
uint32_t reader_list(struct reader *reader, size_t element_bytes);

/* The head of a list that must have `count` elements; `what` names it in the refusal. */
void reader_list_of(struct reader *reader, uint32_t count, const char *what);

/* The position of the variant's name in names[0..count); `what` names the type in the refusal. */
size_t reader_variant(struct reader *reader, const struct reader_variant *names, size_t count,
                      const char *what);

/* arena_allocate that fails the reader when there is no memory. Then, and for count 0, NULL. */
void *reader_allocate(struct reader *reader, size_t count, size_t size);

/* A zero-terminated copy in which what is not printable ASCII is a question mark. */
const char *reader_copy_text(struct reader *reader, struct reader_text text);

#endif
