#include "ultrahonk/verification_key.h"

#include "ultrahonk/transcript.h"
#include "ultrahonk/words.h"

static enum ultrahonk_reason read_header(struct verification_key_parts *parts,
                                         struct word_reader *reader)
{
    const size_t most = ULTRAHONK_MOST_PUBLIC_INPUTS + PAIRING_LIMBS;
    parts->log_rows = words_read_number(reader, MOST_ROUNDS + 1);
    size_t public_inputs = words_read_number(reader, most + 1);
    size_t offset = words_read_number(reader, PUBLIC_INPUTS_OFFSET + 1);
    if (parts->log_rows < 1 || parts->log_rows > MOST_ROUNDS)
        return ULTRAHONK_KEY_ROWS;
    if (public_inputs < PAIRING_LIMBS || public_inputs > most)
        return ULTRAHONK_KEY_PUBLIC_INPUTS;
    parts->public_inputs = public_inputs - PAIRING_LIMBS;
    return offset == PUBLIC_INPUTS_OFFSET ? ULTRAHONK_VERIFIED : ULTRAHONK_KEY_OFFSET;
}

static enum ultrahonk_reason reason_of(enum word_fault fault)
{
    if (fault == WORDS_RIGHT)
        return ULTRAHONK_VERIFIED;
    return fault == WORD_NOT_ON_CURVE ? ULTRAHONK_KEY_NOT_ON_CURVE : ULTRAHONK_KEY_NOT_CANONICAL;
}

static struct field hash_of(const unsigned char *words, size_t count, bool poseidon2)
{
    struct word_hash hash;
    word_hash_begin(&hash, poseidon2, count);
    word_hash_add(&hash, words, count);
    return word_hash_end(&hash);
}

enum ultrahonk_reason verification_key_parse(struct verification_key_parts *parts, size_t *at,
                                             enum ultrahonk_target target,
                                             const unsigned char *bytes, size_t length)
{
    const struct shape shape = shape_of(target, MOST_ROUNDS);
    const size_t count = shape_key_words(&shape);
    *at = 0;
    if (length != count * WORD_LENGTH)
        return ULTRAHONK_KEY_LENGTH;
    struct word_reader reader = words_begin(bytes, count, shape.point_words);
    enum ultrahonk_reason reason = read_header(parts, &reader);
    if (reason != ULTRAHONK_VERIFIED)
        return reason;
    words_read_points(&reader, parts->commitments, PRECOMPUTED_COUNT);
    *at = reader.fault_at;
    if (reader.fault == WORDS_RIGHT)
        parts->hash = hash_of(bytes, count, shape.poseidon2);
    return reason_of(reader.fault);
}

static void write_number(unsigned char **at, uint64_t number)
{
    struct field word = field_from_u64(number);
    field_to_bytes(*at, &word);
    *at += WORD_LENGTH;
}

static void write_point(unsigned char **at, const struct g1 *point, size_t point_words)
{
    struct field limbs[G1_LIMBS];
    if (point_words != G1_LIMBS) {
        g1_to_bytes(*at, point);
        *at += G1_BYTES;
        return;
    }
    g1_to_limbs(limbs, point);
    for (size_t i = 0; i < G1_LIMBS; i++) {
        field_to_bytes(*at, &limbs[i]);
        *at += WORD_LENGTH;
    }
}

void verification_key_write(unsigned char *bytes, struct field *hash,
                            const struct verification_key_parts *parts,
                            enum ultrahonk_target target)
{
    const struct shape shape = shape_of(target, MOST_ROUNDS);
    unsigned char *at = bytes;
    write_number(&at, parts->log_rows);
    write_number(&at, parts->public_inputs + PAIRING_LIMBS);
    write_number(&at, PUBLIC_INPUTS_OFFSET);
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++)
        write_point(&at, &parts->commitments[i], shape.point_words);
    *hash = hash_of(bytes, shape_key_words(&shape), shape.poseidon2);
}
