/*
 * What parent and child say to each other: frames (process/channel.h) of one byte and a few
 * sections, a 4-byte little-endian length before each. Private to engine/executor/.
 */
#ifndef ENGINE_EXECUTOR_MESSAGE_INTERNAL_H
#define ENGINE_EXECUTOR_MESSAGE_INTERNAL_H

#include <stdbool.h>

#include "base/buffer.h"

/* A question's byte is made of these flags. */
enum { QUESTION_TOML = 1, QUESTION_RETURN_VALUE = 2 };

/* Without a bytecode a child that does not know the id answers RESULT_CIRCUIT_UNKNOWN. */
enum question_section {
    QUESTION_ID,
    QUESTION_INPUTS,
    QUESTION_BYTECODE,
    QUESTION_ABI,
    QUESTION_DEBUG,
    QUESTION_SECTIONS
};

/* An answer's byte is an enum result. */
enum answer_section { ANSWER_WITNESS, ANSWER_DETAILS, ANSWER_SECTIONS };

/* Of details, which a parent reads into memory of its own. */
enum { MOST_DETAILS_BYTES = 1 << 20 };

/* Appends a whole frame. False for lack of memory, or past 4 GiB. */
bool message_write(struct buffer *frame, unsigned char first, const struct bytes *sections,
                   size_t count);

/* Reads a frame's payload, in which the sections then lie. False when it is not such a message. */
bool message_read(unsigned char *first, struct bytes *sections, size_t count, struct bytes payload);

#endif
