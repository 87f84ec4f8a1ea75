/* gzip of bytes that may be a witness: zlib's memory is wiped as ours is. Any thread. */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Appends one gzip member that unzips to bytes[0..length). False for lack of memory. */
bool gzip_append(struct buffer *out, const unsigned char *bytes, size_t length);

#endif
