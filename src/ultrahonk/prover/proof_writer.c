#include "base/check.h"
#include "ultrahonk/prover/proof_writer_internal.h"

void proof_writer_begin(struct proof_writer *writer, unsigned char *words,
                        const struct shape *shape)
{
    *writer = (struct proof_writer){
        .words = words, .point_words = shape->point_words, .room = shape_proof_words(shape)};
    transcript_begin(&writer->transcript, shape->poseidon2);
}

static unsigned char *next(struct proof_writer *writer, size_t words)
{
    unsigned char *here = writer->words + writer->written * WORD_LENGTH;
    CHECK(words <= writer->room - writer->written);
    writer->written += words;
    return here;
}

void proof_writer_scalars(struct proof_writer *writer, const struct field *scalars, size_t count)
{
    unsigned char *words = next(writer, count);
    for (size_t i = 0; i < count; i++)
        field_to_bytes(words + i * WORD_LENGTH, &scalars[i]);
}

void proof_writer_point(struct proof_writer *writer, const struct g1 *point)
{
    struct field limbs[G1_LIMBS];
    if (writer->point_words != G1_LIMBS) {
        g1_to_bytes(next(writer, writer->point_words), point);
        return;
    }
    g1_to_limbs(limbs, point);
    proof_writer_scalars(writer, limbs, G1_LIMBS);
}

static void add_scalars(struct transcript *transcript, const struct field *scalars, size_t count)
{
    unsigned char word[WORD_LENGTH];
    for (size_t i = 0; i < count; i++) {
        field_to_bytes(word, &scalars[i]);
        transcript_absorb(transcript, word, 1);
    }
}

static struct challenges draw(struct proof_writer *writer)
{
    transcript_absorb(&writer->transcript, writer->words + writer->drawn * WORD_LENGTH,
                      writer->written - writer->drawn);
    writer->drawn = writer->written;
    return transcript_draw(&writer->transcript);
}

struct challenges proof_writer_draw_first(struct proof_writer *writer, struct field key_hash,
                                          const struct field *public_inputs, size_t count)
{
    transcript_expect(&writer->transcript, 1 + count + writer->written);
    add_scalars(&writer->transcript, &key_hash, 1);
    add_scalars(&writer->transcript, public_inputs, count);
    return draw(writer);
}

struct challenges proof_writer_draw(struct proof_writer *writer)
{
    transcript_expect(&writer->transcript, writer->written - writer->drawn);
    return draw(writer);
}

void proof_writer_end(const struct proof_writer *writer)
{
    CHECK(writer->written == writer->room);
}
