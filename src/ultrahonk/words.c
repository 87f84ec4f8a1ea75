#include "ultrahonk/words.h"

#include "base/check.h"

struct word_reader words_begin(const unsigned char *words, size_t count, size_t point_words)
{
    return (struct word_reader){.words = words, .count = count, .point_words = point_words};
}

static const unsigned char *next(struct word_reader *reader, size_t words)
{
    const unsigned char *here = reader->words + reader->at * WORD_LENGTH;
    CHECK(words <= reader->count - reader->at);
    reader->at += words;
    return here;
}

static void note(struct word_reader *reader, enum word_fault fault, size_t at)
{
    if (reader->fault != WORDS_RIGHT)
        return;
    reader->fault = fault;
    reader->fault_at = at;
}

static struct field read_scalar(struct word_reader *reader)
{
    struct field scalar = FIELD_ZERO;
    size_t at = reader->at;
    if (!field_from_bytes(&scalar, next(reader, 1)))
        note(reader, WORD_NOT_CANONICAL, at);
    return scalar;
}

void words_read_scalars(struct word_reader *reader, struct field *scalars, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scalars[i] = read_scalar(reader);
}

static enum bn254_status read_limbs(struct g1 *point, struct word_reader *reader)
{
    struct field limbs[G1_LIMBS];
    words_read_scalars(reader, limbs, G1_LIMBS);
    return g1_from_limbs(point, limbs);
}

static struct g1 read_point(struct word_reader *reader)
{
    struct g1 point = G1_INFINITY;
    size_t at = reader->at;
    enum bn254_status status = reader->point_words == G1_LIMBS
                                   ? read_limbs(&point, reader)
                                   : g1_from_bytes(&point, next(reader, reader->point_words));
    if (status != BN254_OK)
        note(reader, status == BN254_NOT_ON_CURVE ? WORD_NOT_ON_CURVE : WORD_NOT_CANONICAL, at);
    return point;
}

void words_read_points(struct word_reader *reader, struct g1 *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        points[i] = read_point(reader);
}

size_t words_read_number(struct word_reader *reader, size_t limit)
{
    const unsigned char *word = next(reader, 1);
    size_t number = 0;
    for (size_t i = 0; i < WORD_LENGTH && number < limit; i++)
        number = number << 8 | word[i];
    return number < limit ? number : limit;
}
