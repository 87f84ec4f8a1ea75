/*
 * A byte buffer that grows. It is used for all bytes that may hold a witness, so its memory is that
 * of base/secret.h.
 *
 * Invariant: length <= capacity; data is NULL exactly when capacity is 0.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    unsigned char *data;
    size_t length;
    size_t capacity;
};

#define BUFFER_EMPTY ((struct buffer){0})

/*
 * Makes room for `more` bytes past the length. The data may move; its old place is wiped. False
 * when there is no memory: the buffer is then as it was.
 */
bool buffer_reserve(struct buffer *buffer, size_t more);

/* Appends a copy of bytes[0..length). False when there is no memory: the buffer is then as it was.
 */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);

/* Drops the first `length` bytes (at most buffer->length) and wipes the place they leave. */
void buffer_consume(struct buffer *buffer, size_t length);

/* Wipes what it holds and keeps the memory for the next use. */
void buffer_clear(struct buffer *buffer);

/* Wipes and gives back the memory; the buffer is then BUFFER_EMPTY. Fine on BUFFER_EMPTY. */
void buffer_free(struct buffer *buffer);

/* Moves the bytes of `from` to `to`, whose own are freed; `from` is then BUFFER_EMPTY. */
void buffer_move(struct buffer *to, struct buffer *from);

/* Borrowed bytes. */
struct bytes {
    const unsigned char *data;
    size_t length;
};

/* What a buffer holds: valid until the buffer changes. */
static inline struct bytes bytes_of(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->length};
}

/*
 * What belongs into a frame at an offset of its buffer, and is sent from where it is: a circuit's
 * bytecode, which is no secret and may be long. The frame's length counts it.
 */
struct request_insert {
    size_t at;
    struct bytes bytes; /* borrowed */
};

#endif
