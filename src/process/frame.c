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

size_t frame_header_bytes(enum frame_kind kind)
{
    return kind == FRAME_BARE ? FRAME_LENGTH_BYTES : FRAME_LENGTH_BYTES + FRAME_ID_BYTES;
}

uint64_t frame_next_id(enum frame_kind kind, uint64_t last_id)
{
    if (kind == FRAME_BARE)
        return 0;
    return last_id == UINT64_MAX ? 1 : last_id + 1;
}

void frame_write(unsigned char bytes[FRAME_MOST_HEADER_BYTES], enum frame_kind kind,
                 const struct frame_header *header)
{
    uint32_t id_bytes = kind == FRAME_BARE ? 0 : FRAME_ID_BYTES;
    frame_write_header(bytes, header->payload_length + id_bytes);
    for (unsigned i = 0; i < id_bytes; i++)
        bytes[FRAME_LENGTH_BYTES + i] = (unsigned char)(header->id >> (8 * i));
}

bool frame_read_header(struct frame_header *header, enum frame_kind kind,
                       const unsigned char *bytes)
{
    uint32_t id_bytes = kind == FRAME_BARE ? 0 : FRAME_ID_BYTES;
    uint32_t length = frame_payload_length(bytes);
    if (length < id_bytes)
        return false;
    *header = (struct frame_header){.payload_length = length - id_bytes};
    for (unsigned i = 0; i < id_bytes; i++)
        header->id |= (uint64_t)bytes[FRAME_LENGTH_BYTES + i] << (8 * i);
    return true;
}
