/*
 * Frames of `bb msgpack run`: a 4-byte little-endian length, then that many bytes of MessagePack.
 * Source: the persistent API of Barretenberg 5.0.0, as its `bb msgpack schema` and behaviour show.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER_BYTES = 4 };

/* The payload's length as the 4 header bytes give it, and the header that gives a length. */
uint32_t frame_payload_length(const unsigned char header[FRAME_HEADER_BYTES]);
void frame_write_header(unsigned char header[FRAME_HEADER_BYTES], uint32_t payload_length);

#endif
