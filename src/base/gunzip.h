/*
 * Streaming gunzip of one gzip member, with a limit and its CRC checked. What may hold a witness
 * passes through, so zlib's window and our pieces are wiped. One stream, one thread at a time.
 */
#ifndef BASE_GUNZIP_H
#define BASE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#define ZLIB_CONST /* so that zlib does not ask for writable input */
#include <zlib.h>

#include "base/buffer.h"

enum { GZIP_FIRST_BYTE = 0x1f };

struct gunzip {
    z_stream stream;
    bool opened;
    bool ended; /* the member is whole and its CRC right */
    size_t max_bytes;
    size_t total; /* bytes unzipped so far */
};

enum gunzip_status {
    GUNZIP_OK,
    GUNZIP_CORRUPT,   /* no gzip, bad data or a wrong CRC */
    GUNZIP_TOO_LARGE, /* more than max_bytes come out */
    GUNZIP_TRAILING,  /* bytes follow the member's end */
    GUNZIP_NO_MEMORY,
};

/* Opens a stream. False for lack of memory; gunzip_close is then optional. */
bool gunzip_open(struct gunzip *gunzip, size_t max_bytes);

/* Wipes and frees zlib's state. Fine on a zeroed struct and twice. */
void gunzip_close(struct gunzip *gunzip);

/*
 * Unzips the next bytes (fewer than 4 GiB) and calls `take` with each piece, which is wiped when
 * take returns; take returns false for lack of memory. After any status but GUNZIP_OK feed no more.
 */
typedef bool gunzip_take(void *context, const unsigned char *piece, size_t length);
enum gunzip_status gunzip_feed(struct gunzip *gunzip, const unsigned char *bytes, size_t length,
                               gunzip_take *take, void *context);

/*
 * Unzips one whole member of at least a byte, for free(). It is read twice, so that no more memory
 * is taken than its content needs, and none for a zip bomb. Untouched are *bytes and *length
 * without GUNZIP_OK.
 */
enum gunzip_status gunzip_whole(unsigned char **bytes, size_t *length, const unsigned char *zipped,
                                size_t zipped_length, size_t max_bytes);

#endif
