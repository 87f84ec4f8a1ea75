#include "engine/executor/message_internal.h"

#include "process/frame.h"

bool message_write(struct buffer *frame, unsigned char first, const struct bytes *sections,
                   size_t count)
{
    unsigned char header[FRAME_HEADER_BYTES];
    size_t length = 1;
    for (size_t i = 0; i < count; i++)
        length += FRAME_HEADER_BYTES + sections[i].length;
    if (length > UINT32_MAX || !buffer_reserve(frame, FRAME_HEADER_BYTES + length))
        return false;
    frame_write_header(header, (uint32_t)length);
    bool written = buffer_append(frame, header, sizeof(header)) && buffer_append(frame, &first, 1);
    for (size_t i = 0; written && i < count; i++) {
        frame_write_header(header, (uint32_t)sections[i].length);
        written = buffer_append(frame, header, sizeof(header)) &&
                  buffer_append(frame, sections[i].data, sections[i].length);
    }
    return written;
}

bool message_read(unsigned char *first, struct bytes *sections, size_t count, struct bytes payload)
{
    if (payload.length == 0)
        return false;
    *first = payload.data[0];
    size_t at = 1;
    for (size_t i = 0; i < count; i++) {
        if (payload.length - at < FRAME_HEADER_BYTES)
            return false;
        size_t length = frame_payload_length(payload.data + at);
        at += FRAME_HEADER_BYTES;
        if (payload.length - at < length)
            return false;
        sections[i] = (struct bytes){payload.data + at, length};
        at += length;
    }
    return at == payload.length;
}
