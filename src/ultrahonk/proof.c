#include "ultrahonk/proof.h"

#include <string.h>

#include "base/check.h"
#include "ultrahonk/transcript.h"
#include "ultrahonk/words.h"

enum { WIRES_SENT_FIRST = 3 };

/* The later commitments come in another order than that of the entities. */
static const enum entity sent_second[] = {LOOKUP_READ_COUNTS, LOOKUP_READ_TAGS, W_4};
static const enum entity sent_third[] = {LOOKUP_INVERSES, Z_PERM};

enum {
    SENT_SECOND = sizeof(sent_second) / sizeof(sent_second[0]),
    SENT_THIRD = sizeof(sent_third) / sizeof(sent_third[0])
};

static void read_witness(struct word_reader *reader, struct proof_parts *parts,
                         const enum entity *entities, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words_read_points(reader, &parts->witness[entities[i] - FIRST_WITNESS], 1);
}

static void read_commitments(struct word_reader *reader, struct proof_parts *parts,
                             const struct shape *shape)
{
    words_read_scalars(reader, parts->pairing_limbs, PAIRING_LIMBS);
    if (shape->zero_knowledge)
        words_read_points(reader, &parts->masking, 1);
    words_read_points(reader, parts->witness, WIRES_SENT_FIRST);
    read_witness(reader, parts, sent_second, SENT_SECOND);
    read_witness(reader, parts, sent_third, SENT_THIRD);
    if (!shape->zero_knowledge)
        return;
    words_read_points(reader, &parts->libra[0], 1);
    words_read_scalars(reader, &parts->libra_sum, 1);
}

static void read_sumcheck(struct word_reader *reader, struct proof_parts *parts,
                          const struct shape *shape)
{
    for (size_t round = 0; round < shape->rounds; round++)
        words_read_scalars(reader, parts->univariates[round], shape->univariate_length);
    if (shape->zero_knowledge)
        words_read_scalars(reader, &parts->masking_evaluation, 1);
    words_read_scalars(reader, parts->evaluations, ENTITY_COUNT);
    if (!shape->zero_knowledge)
        return;
    words_read_scalars(reader, &parts->libra_evaluation, 1);
    words_read_points(reader, &parts->libra[1], 2);
}

static void read_opening(struct word_reader *reader, struct proof_parts *parts,
                         const struct shape *shape)
{
    words_read_points(reader, parts->folds, shape->rounds - 1);
    words_read_scalars(reader, parts->fold_evaluations, shape->rounds);
    if (shape->zero_knowledge)
        words_read_scalars(reader, parts->libra_openings, LIBRA_OPENING_COUNT);
    words_read_points(reader, &parts->shplonk_quotient, 1);
    words_read_points(reader, &parts->kzg_quotient, 1);
}

enum ultrahonk_reason proof_parse(struct proof_parts *parts, size_t *at, const struct shape *shape,
                                  const unsigned char *bytes, size_t length)
{
    const size_t count = shape_proof_words(shape);
    *at = 0;
    if (length != count * WORD_LENGTH)
        return ULTRAHONK_PROOF_LENGTH;
    struct word_reader reader = words_begin(bytes, count, shape->point_words);
    memset(parts, 0, sizeof(*parts));
    read_commitments(&reader, parts, shape);
    read_sumcheck(&reader, parts, shape);
    read_opening(&reader, parts, shape);
    CHECK(reader.at == count);
    *at = reader.fault_at;
    if (reader.fault == WORDS_RIGHT)
        return ULTRAHONK_VERIFIED;
    return reader.fault == WORD_NOT_ON_CURVE ? ULTRAHONK_PROOF_NOT_ON_CURVE
                                             : ULTRAHONK_PROOF_NOT_CANONICAL;
}

/* Walks along the words of a proof and draws where a verifier draws. */
struct drawing {
    struct transcript transcript;
    const unsigned char *here;
};

static struct challenges draw_after(struct drawing *drawing, size_t words)
{
    transcript_expect(&drawing->transcript, words);
    transcript_absorb(&drawing->transcript, drawing->here, words);
    drawing->here += words * WORD_LENGTH;
    return transcript_draw(&drawing->transcript);
}

/* The first draw has the key's hash and the public inputs before the proof's words. */
static struct field draw_eta(struct drawing *drawing, const struct verification_key_parts *key,
                             const unsigned char *public_inputs, size_t words)
{
    unsigned char hash[WORD_LENGTH];
    field_to_bytes(hash, &key->hash);
    transcript_expect(&drawing->transcript, 1 + key->public_inputs + words);
    transcript_absorb(&drawing->transcript, hash, 1);
    transcript_absorb(&drawing->transcript, public_inputs, key->public_inputs);
    transcript_absorb(&drawing->transcript, drawing->here, words);
    drawing->here += words * WORD_LENGTH;
    return transcript_draw(&drawing->transcript).low;
}

static void draw_relations(struct proof_challenges *challenges, struct drawing *drawing,
                           const struct shape *shape)
{
    struct challenges both = draw_after(drawing, SENT_SECOND * shape->point_words);
    challenges->beta = both.low;
    challenges->gamma = both.high;
    challenges->alpha = draw_after(drawing, SENT_THIRD * shape->point_words).low;
    challenges->gate = draw_after(drawing, 0).low;
    challenges->libra = FIELD_ZERO;
    if (shape->zero_knowledge)
        challenges->libra = draw_after(drawing, shape->point_words + 1).low;
    for (size_t round = 0; round < shape->rounds; round++)
        challenges->round[round] = draw_after(drawing, shape->univariate_length).low;
}

static void draw_opening(struct proof_challenges *challenges, struct drawing *drawing,
                         const struct shape *shape)
{
    const size_t points = shape->point_words;
    const bool zk = shape->zero_knowledge;
    const size_t evaluations = ENTITY_COUNT + (zk ? 2 + 2 * points : 0);
    challenges->rho = draw_after(drawing, evaluations).low;
    challenges->gemini = draw_after(drawing, (shape->rounds - 1) * points).low;
    challenges->nu = draw_after(drawing, shape->rounds + (zk ? LIBRA_OPENING_COUNT : 0)).low;
    challenges->shplonk = draw_after(drawing, points).low;
}

void proof_draw_challenges(struct proof_challenges *challenges, const struct shape *shape,
                           const struct verification_key_parts *key, const unsigned char *proof,
                           const unsigned char *public_inputs)
{
    struct drawing drawing = {.here = proof};
    size_t points = WIRES_SENT_FIRST + (shape->zero_knowledge ? 1 : 0);
    transcript_begin(&drawing.transcript, shape->poseidon2);
    challenges->eta =
        draw_eta(&drawing, key, public_inputs, PAIRING_LIMBS + points * shape->point_words);
    draw_relations(challenges, &drawing, shape);
    draw_opening(challenges, &drawing, shape);
}
