/*
 * Frames on a child's pipes: a 4-byte little-endian length, then that many bytes. There are three
 * layouts:
 *   FRAME_BARE       the payload alone, as Barretenberg 5.0.0 has it
 *   FRAME_WITH_ID    an 8-byte little-endian id of the request before it, which the answer repeats;
 *                    so do later versions
 *   FRAME_WITH_KIND  a byte before it, what kind of message it is: our own children
 * The length counts what stands before the payload. Source of bb's: 5.0.0's `bb msgpack schema` and
 * behaviour; the description of aztec-packages#25196.
 */
#ifndef PROCESS_FRAME_H
#define PROCESS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_layout { FRAME_BARE, FRAME_WITH_ID, FRAME_WITH_KIND };

/* What a message is. In layouts without kinds a child's are answers. */
enum message_kind {
    MESSAGE_QUESTION = 1, /* to the child */
    MESSAGE_ANSWER,       /* from it: one for each question */
    MESSAGE_PROGRESS,     /* from it, before its answer: how far it is; any number */
};

enum { FRAME_LENGTH_BYTES = 4, FRAME_ID_BYTES = 8, FRAME_KIND_BYTES = 1 };
enum { FRAME_HEADER_BYTES = FRAME_LENGTH_BYTES }; /* of a bare one */
enum { FRAME_MOST_HEADER_BYTES = FRAME_LENGTH_BYTES + FRAME_ID_BYTES };

struct frame_header {
    uint32_t payload_length; /* without what stands before it */
    uint64_t id;             /* 0 but in FRAME_WITH_ID */
    unsigned char kind;      /* an enum message_kind, or not; 0 but in FRAME_WITH_KIND */
};

size_t frame_header_bytes(enum frame_layout layout);

/* An id for the next request; 0 where there are none, and never 0 where there are: that is bb's. */
uint64_t frame_next_id(enum frame_layout layout, uint64_t last_id);

/* payload_length is at most UINT32_MAX - FRAME_ID_BYTES. */
void frame_write(unsigned char bytes[FRAME_MOST_HEADER_BYTES], enum frame_layout layout,
                 const struct frame_header *header);

/* Reads frame_header_bytes(layout). False for a length that leaves no room for what it counts. */
bool frame_read_header(struct frame_header *header, enum frame_layout layout,
                       const unsigned char *bytes);

/* Of a bare frame: the payload's length as the 4 bytes give it, and the bytes that give a length.
 */
uint32_t frame_payload_length(const unsigned char header[FRAME_HEADER_BYTES]);
void frame_write_header(unsigned char header[FRAME_HEADER_BYTES], uint32_t payload_length);

#endif
