/*
 * Reads scalars and points out of a stranger's words. The first word that is wrong is remembered,
 * and what is read from there on is zero, so that a reader of many looks once, at the end.
 * Source: specification, 2.1 and 2.2. Plain data: no memory. Pure; thread-safe.
 */
#ifndef ULTRAHONK_WORDS_H
#define ULTRAHONK_WORDS_H

#include "bn254/g1.h"
#include "ultrahonk/shape.h"

enum word_fault { WORDS_RIGHT, WORD_NOT_CANONICAL, WORD_NOT_ON_CURVE };

struct word_reader {
    const unsigned char *words; /* borrowed */
    size_t count;
    size_t at;
    size_t point_words;
    enum word_fault fault;
    size_t fault_at; /* for a point, its first word */
};

/* `words` are so many times WORD_LENGTH bytes. No more than those are read. */
struct word_reader words_begin(const unsigned char *words, size_t count, size_t point_words);

void words_read_scalars(struct word_reader *reader, struct field *scalars, size_t count);
void words_read_points(struct word_reader *reader, struct g1 *points, size_t count);

/* A number below `limit` in the next word; `limit` itself when it is not. */
size_t words_read_number(struct word_reader *reader, size_t limit);

#endif
