#include "ultrahonk/transcript.h"

#include <string.h>

#include "base/check.h"

enum { SPONGE_RATE = 3, HALF_BITS = 127 };

void word_hash_begin(struct word_hash *hash, bool poseidon2, size_t words)
{
    memset(hash, 0, sizeof(*hash));
    hash->poseidon2 = poseidon2;
    hash->expected = words;
    if (poseidon2)
        hash->sponge[SPONGE_RATE] = field_from_u128((uint128)words << 64);
}

static void add_to_sponge(struct word_hash *hash, const unsigned char word[WORD_LENGTH])
{
    struct field element;
    CHECK(field_from_bytes(&element, word));
    field_add(&hash->sponge[hash->filled], &hash->sponge[hash->filled], &element);
    if (++hash->filled == SPONGE_RATE) {
        poseidon2_permute(hash->sponge);
        hash->filled = 0;
    }
}

void word_hash_add(struct word_hash *hash, const unsigned char *words, size_t count)
{
    CHECK(count <= hash->expected);
    hash->expected -= count;
    if (!hash->poseidon2) {
        keccak256_add(&hash->keccak, words, count * WORD_LENGTH);
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_to_sponge(hash, words + i * WORD_LENGTH);
}

static struct field end_keccak(struct word_hash *hash)
{
    unsigned char digest[KECCAK256_BYTES];
    struct integer256 number;
    struct field element;
    keccak256_end(&hash->keccak, digest);
    integer256_from_bytes(&number, digest);
    field_from_integer_reduced(&element, &number);
    return element;
}

struct field word_hash_end(struct word_hash *hash)
{
    CHECK(hash->expected == 0);
    if (!hash->poseidon2)
        return end_keccak(hash);
    if (hash->filled > 0)
        poseidon2_permute(hash->sponge);
    return hash->sponge[0];
}

void transcript_begin(struct transcript *transcript, bool poseidon2)
{
    memset(transcript, 0, sizeof(*transcript));
    transcript->hash.poseidon2 = poseidon2;
}

void transcript_expect(struct transcript *transcript, size_t words)
{
    unsigned char previous[WORD_LENGTH];
    word_hash_begin(&transcript->hash, transcript->hash.poseidon2, words + transcript->begun);
    if (!transcript->begun)
        return;
    field_to_bytes(previous, &transcript->previous);
    word_hash_add(&transcript->hash, previous, 1);
}

void transcript_absorb(struct transcript *transcript, const unsigned char *words, size_t count)
{
    word_hash_add(&transcript->hash, words, count);
}

struct challenges transcript_draw(struct transcript *transcript)
{
    struct integer256 number;
    transcript->previous = word_hash_end(&transcript->hash);
    transcript->begun = true;
    field_to_integer(&number, &transcript->previous);
    uint128 low = (uint128)number.limbs[1] << 64 | number.limbs[0];
    uint128 high = (uint128)number.limbs[3] << 64 | number.limbs[2];
    const uint128 mask = ((uint128)1 << HALF_BITS) - 1;
    return (struct challenges){field_from_u128(low & mask),
                               field_from_u128((high << 1 | low >> HALF_BITS) & mask)};
}
