/*
 * Frames of `bb msgpack run`: a 4-byte little-endian length, then that many bytes. In bare frames,
 * those of Barretenberg 5.0.0, they are MessagePack. Later ones begin with an 8-byte little-endian
 * id of the request, which the answer repeats; the length counts it. Source: 5.0.0's
 * `bb msgpack schema` and behaviour; the description of aztec-packages#25196.
 */
#ifndef PROCESS_FRAME_H
#define PROCESS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_kind { FRAME_BARE, FRAME_WITH_ID };

enum { FRAME_LENGTH_BYTES = 4, FRAME_ID_BYTES = 8 };
enum { FRAME_HEADER_BYTES = FRAME_LENGTH_BYTES }; /* of a bare one */
enum { FRAME_MOST_HEADER_BYTES = FRAME_LENGTH_BYTES + FRAME_ID_BYTES };

struct frame_header {
    uint32_t payload_length; /* without the id */
    uint64_t id;             /* 0 in bare frames */
};

size_t frame_header_bytes(enum frame_kind kind);

/* An id for the next request; 0 in bare frames, and never 0 in others: that is bb's own. */
uint64_t frame_next_id(enum frame_kind kind, uint64_t last_id);

/* payload_length is at most UINT32_MAX - FRAME_ID_BYTES. */
void frame_write(unsigned char bytes[FRAME_MOST_HEADER_BYTES], enum frame_kind kind,
                 const struct frame_header *header);

/* Reads frame_header_bytes(kind). False for a length that leaves no room for the id. */
bool frame_read_header(struct frame_header *header, enum frame_kind kind,
                       const unsigned char *bytes);

/* Of a bare frame: the payload's length as the 4 bytes give it, and the bytes that give a length.
 */
uint32_t frame_payload_length(const unsigned char header[FRAME_HEADER_BYTES]);
void frame_write_header(unsigned char header[FRAME_HEADER_BYTES], uint32_t payload_length);

#endif
