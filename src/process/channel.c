#include "process/channel.h"

#include <errno.h>
#include <unistd.h>

#include "base/write.h"

/* False at the end of file. */
static bool read_all(unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t got = read(STDIN_FILENO, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        length -= (size_t)got;
    }
    return true;
}

bool channel_read_question(struct buffer *payload)
{
    unsigned char bytes[FRAME_MOST_HEADER_BYTES];
    struct frame_header header;
    buffer_free(payload);
    if (!read_all(bytes, frame_header_bytes(FRAME_WITH_KIND)) ||
        !frame_read_header(&header, FRAME_WITH_KIND, bytes) || header.kind != MESSAGE_QUESTION)
        return false;
    if (!buffer_reserve(payload, header.payload_length) ||
        !read_all(payload->data, header.payload_length))
        return false;
    payload->length = header.payload_length;
    return true;
}

bool channel_write(enum message_kind kind, struct bytes payload)
{
    unsigned char bytes[FRAME_MOST_HEADER_BYTES];
    if (payload.length > UINT32_MAX - FRAME_KIND_BYTES)
        return false;
    const struct frame_header header = {.payload_length = (uint32_t)payload.length,
                                        .kind = (unsigned char)kind};
    frame_write(bytes, FRAME_WITH_KIND, &header);
    return write_all(STDOUT_FILENO, bytes, frame_header_bytes(FRAME_WITH_KIND)) &&
           write_all(STDOUT_FILENO, payload.data, payload.length);
}
