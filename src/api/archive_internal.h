/* Several files in one answer. Private to api/. */
#ifndef API_ARCHIVE_INTERNAL_H
#define API_ARCHIVE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Borrowed. The name is plain ASCII without quotes. */
struct archive_file {
    const char *name;
    const unsigned char *data;
    size_t length;
};

/* Appends the archive. False for lack of memory. */
typedef bool archive_writer(struct buffer *out, const struct archive_file *files, size_t count);

/* Stored, not compressed: proofs are noise. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3
 * to 4.4. */
archive_writer archive_write_zip;

/* RFC 2046, section 5.1. A proof cannot hold the boundary but by a chance of 2^-200. */
#define ARCHIVE_BOUNDARY "proverd-6e1b7a2f58c34d0f9a41c7b2e35d8f06"
archive_writer archive_write_multipart;

#endif
