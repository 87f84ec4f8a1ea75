#include "base/buffer.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

enum { SMALLEST_CAPACITY = 4096 };

bool buffer_reserve(struct buffer *buffer, size_t more)
{
    CHECK(buffer->length <= buffer->capacity);
    if (more <= buffer->capacity - buffer->length)
        return true;
    if (more > SIZE_MAX / 2 - buffer->length)
        return false;
    /* Doubling keeps appends linear; needed <= SIZE_MAX / 2, so the doubling ends below SIZE_MAX.
     */
    size_t needed = buffer->length + more;
    size_t capacity = buffer->capacity < SMALLEST_CAPACITY ? SMALLEST_CAPACITY : buffer->capacity;
    while (capacity < needed)
        capacity *= 2;
    unsigned char *data = secret_allocate(capacity);
    if (data == NULL)
        return false;
    if (buffer->length > 0)
        memcpy(data, buffer->data, buffer->length);
    secret_free(buffer->data);
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return true;
    if (!buffer_reserve(buffer, length))
        return false;
    memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

void buffer_consume(struct buffer *buffer, size_t length)
{
    CHECK(length <= buffer->length);
    if (length == 0)
        return;
    size_t left = buffer->length - length;
    memmove(buffer->data, buffer->data + length, left);
    sodium_memzero(buffer->data + left, length);
    buffer->length = left;
}

void buffer_clear(struct buffer *buffer)
{
    if (buffer->length > 0)
        sodium_memzero(buffer->data, buffer->length);
    buffer->length = 0;
}

void buffer_free(struct buffer *buffer)
{
    secret_free(buffer->data);
    *buffer = BUFFER_EMPTY;
}

void buffer_move(struct buffer *to, struct buffer *from)
{
    CHECK(to != from);
    buffer_free(to);
    *to = *from;
    *from = BUFFER_EMPTY;
}
