#include "api/archive_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/check.h"

enum {
    LOCAL_HEADER = 0x04034b50,
    CENTRAL_HEADER = 0x02014b50,
    END_OF_CENTRAL = 0x06054b50,
    VERSION_NEEDED = 10,
    DATE_1980_01_01 = 0x21, /* the earliest there is: a proof's date is nobody's business */
    MOST_FILES = 16,
};

/* Little-endian numbers; after the first failure nothing more is written. */
struct zip {
    struct buffer *out;
    bool failed;
};

static void put(struct zip *zip, uint32_t number, size_t bytes)
{
    unsigned char encoded[4];
    for (size_t i = 0; i < bytes; i++)
        encoded[i] = (unsigned char)(number >> (8 * i));
    zip->failed |= !buffer_append(zip->out, encoded, bytes);
}

static void put16(struct zip *zip, uint32_t number)
{
    put(zip, number, 2);
}

static void put32(struct zip *zip, uint32_t number)
{
    put(zip, number, 4);
}

/* What the two headers of a file share: from the version needed to the name's length. */
static void put_description(struct zip *zip, const struct archive_file *file)
{
    CHECK(file->length <= UINT32_MAX);
    uint32_t length = (uint32_t)file->length;
    put16(zip, VERSION_NEEDED);
    put16(zip, 0); /* flags */
    put16(zip, 0); /* method: stored */
    put16(zip, 0); /* time */
    put16(zip, DATE_1980_01_01);
    put32(zip, (uint32_t)crc32(0, file->data, length));
    put32(zip, length);
    put32(zip, length);
    put16(zip, (uint32_t)strlen(file->name));
    put16(zip, 0); /* length of extra fields */
}

bool archive_write_zip(struct buffer *out, const struct archive_file *files, size_t count)
{
    uint32_t offsets[MOST_FILES];
    struct zip zip = {.out = out};
    CHECK(count <= MOST_FILES && out->length == 0);
    for (size_t i = 0; i < count; i++) {
        offsets[i] = (uint32_t)out->length;
        put32(&zip, LOCAL_HEADER);
        put_description(&zip, &files[i]);
        zip.failed |= !buffer_append(out, files[i].name, strlen(files[i].name));
        zip.failed |= !buffer_append(out, files[i].data, files[i].length);
    }
    uint32_t central = (uint32_t)out->length;
    for (size_t i = 0; i < count; i++) {
        put32(&zip, CENTRAL_HEADER);
        put16(&zip, VERSION_NEEDED); /* made by */
        put_description(&zip, &files[i]);
        put16(&zip, 0); /* length of the comment */
        put16(&zip, 0); /* disk */
        put16(&zip, 0); /* internal attributes */
        put32(&zip, 0); /* external attributes */
        put32(&zip, offsets[i]);
        zip.failed |= !buffer_append(out, files[i].name, strlen(files[i].name));
    }
    uint32_t end = (uint32_t)out->length;
    put32(&zip, END_OF_CENTRAL);
    put16(&zip, 0); /* this disk */
    put16(&zip, 0); /* the central directory's disk */
    put16(&zip, (uint32_t)count);
    put16(&zip, (uint32_t)count);
    put32(&zip, end - central);
    put32(&zip, central);
    put16(&zip, 0); /* length of the comment */
    return !zip.failed;
}

bool archive_write_multipart(struct buffer *out, const struct archive_file *files, size_t count)
{
    static const char last[] = "--" ARCHIVE_BOUNDARY "--\r\n";
    bool written = true;
    for (size_t i = 0; i < count; i++) {
        char header[256];
        int length = snprintf(header, sizeof(header),
                              "--" ARCHIVE_BOUNDARY "\r\n"
                              "Content-Type: application/octet-stream\r\n"
                              "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n",
                              files[i].name);
        CHECK(length > 0 && (size_t)length < sizeof(header));
        written = written && buffer_append(out, header, (size_t)length) &&
                  buffer_append(out, files[i].data, files[i].length) &&
                  buffer_append(out, "\r\n", 2);
    }
    return written && buffer_append(out, last, sizeof(last) - 1);
}
