#include "wire/frame.h"

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
