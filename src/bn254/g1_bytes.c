/* Points as bb writes them. */
#include "bn254/g1.h"

/* The lowest 8 bits of the third limb belong to the low half of a coordinate. */
enum { SPLIT = G1_LOW_LIMB_BITS - 128 };

static enum bn254_status checked(struct g1 *point, const struct g1 *candidate)
{
    if (!g1_is_on_curve(candidate))
        return BN254_NOT_ON_CURVE;
    *point = *candidate;
    return BN254_OK;
}

enum bn254_status g1_from_bytes(struct g1 *point, const unsigned char bytes[G1_BYTES])
{
    struct g1 candidate;
    if (!fq_from_bytes(&candidate.x, bytes) || !fq_from_bytes(&candidate.y, bytes + FQ_BYTES))
        return BN254_NOT_CANONICAL;
    return checked(point, &candidate);
}

void g1_to_bytes(unsigned char bytes[G1_BYTES], const struct g1 *point)
{
    fq_to_bytes(bytes, &point->x);
    fq_to_bytes(bytes + FQ_BYTES, &point->y);
}

static bool fits(const struct integer256 *integer, unsigned int bits)
{
    return integer256_bit_length(integer) <= bits;
}

static enum bn254_status join_limbs(struct fq *coordinate, const struct field limbs[2])
{
    struct integer256 low;
    struct integer256 high;
    field_to_integer(&low, &limbs[0]);
    field_to_integer(&high, &limbs[1]);
    if (!fits(&low, G1_LOW_LIMB_BITS) || !fits(&high, G1_HIGH_LIMB_BITS))
        return BN254_LIMB_TOO_LARGE;
    struct integer256 joined = {{low.limbs[0], low.limbs[1], low.limbs[2] | high.limbs[0] << SPLIT,
                                 high.limbs[0] >> (64 - SPLIT) | high.limbs[1] << SPLIT}};
    return fq_from_integer(coordinate, &joined) ? BN254_OK : BN254_NOT_CANONICAL;
}

enum bn254_status g1_from_limbs(struct g1 *point, const struct field limbs[G1_LIMBS])
{
    struct g1 candidate;
    enum bn254_status status = join_limbs(&candidate.x, limbs);
    if (status == BN254_OK)
        status = join_limbs(&candidate.y, limbs + 2);
    return status == BN254_OK ? checked(point, &candidate) : status;
}

static void split_limbs(struct field limbs[2], const struct fq *coordinate)
{
    struct integer256 whole;
    fq_to_integer(&whole, coordinate);
    struct integer256 low = {
        {whole.limbs[0], whole.limbs[1], whole.limbs[2] & ((UINT64_C(1) << SPLIT) - 1), 0}};
    struct integer256 high = {
        {whole.limbs[2] >> SPLIT | whole.limbs[3] << (64 - SPLIT), whole.limbs[3] >> SPLIT, 0, 0}};
    /* Both are far below r. */
    (void)field_from_integer(&limbs[0], &low);
    (void)field_from_integer(&limbs[1], &high);
}

void g1_to_limbs(struct field limbs[G1_LIMBS], const struct g1 *point)
{
    split_limbs(limbs, &point->x);
    split_limbs(limbs + 2, &point->y);
}
