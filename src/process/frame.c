#include "process/frame.h"

uint32_t frame_payload_length(const unsigned char header[FRAME_HEADER_BYTES])
{
    return (uint32_t)header[0] | (uint32_t)header[1] << 8 | (uint32_t)header[2] << 16 |
           (uint32_t)header[3] << 24;
}

void frame_write_header(unsigned char header[FRAME_HEADER_BYTES], uint32_t payload_length)
{
    for (unsigned i = 0; i < FRAME_HEADER_BYTES; i++)
        header[i] = (unsigned char)(payload_length >> (8 * i));
}

/* What stands between the length and the payload. */
static uint32_t prefix_bytes(enum frame_layout layout)
{
    static const uint32_t bytes[] = {
        [FRAME_BARE] = 0, [FRAME_WITH_ID] = FRAME_ID_BYTES, [FRAME_WITH_KIND] = FRAME_KIND_BYTES};
    return bytes[layout];
}

size_t frame_header_bytes(enum frame_layout layout)
{
    return FRAME_LENGTH_BYTES + prefix_bytes(layout);
}

uint64_t frame_next_id(enum frame_layout layout, uint64_t last_id)
{
    if (layout != FRAME_WITH_ID)
        return 0;
    return last_id == UINT64_MAX ? 1 : last_id + 1;
}

void frame_write(unsigned char bytes[FRAME_MOST_HEADER_BYTES], enum frame_layout layout,
                 const struct frame_header *header)
{
    frame_write_header(bytes, header->payload_length + prefix_bytes(layout));
    if (layout == FRAME_WITH_KIND)
        bytes[FRAME_LENGTH_BYTES] = header->kind;
    for (unsigned i = 0; layout == FRAME_WITH_ID && i < FRAME_ID_BYTES; i++)
        bytes[FRAME_LENGTH_BYTES + i] = (unsigned char)(header->id >> (8 * i));
}

bool frame_read_header(struct frame_header *header, enum frame_layout layout,
                       const unsigned char *bytes)
{
    uint32_t length = frame_payload_length(bytes);
    if (length < prefix_bytes(layout))
        return false;
    *header = (struct frame_header){.payload_length = length - prefix_bytes(layout)};
    if (layout == FRAME_WITH_KIND)
        header->kind = bytes[FRAME_LENGTH_BYTES];
    for (unsigned i = 0; layout == FRAME_WITH_ID && i < FRAME_ID_BYTES; i++)
        header->id |= (uint64_t)bytes[FRAME_LENGTH_BYTES + i] << (8 * i);
    return true;
}
