/* The table for AVX-512 IFMA; single products are ADX's. */
#include "bn254/arithmetic_internal.h"

#ifdef __x86_64__

#include "bn254/fq_internal.h"
#include "bn254/ifma_internal.h"

const struct arithmetic arithmetic_ifma = {
    .cpu = CPU_IFMA,
    .fr = &fr_ifma,
    .fq_multiply = adx_multiply,
    .fq2_multiply = adx_multiply_fq2,
    .fq2_square = adx_square_fq2,
    .scratch_bytes = IFMA_SCRATCH_BYTES,
    .import_points = ifma_import_points,
    .reduce_points = ifma_reduce_points,
    .add_pairs = ifma_add_pairs,
    .sum_buckets = ifma_sum_buckets,
};

/* Times 2^252 / 2^256. The limbs are the right factor, which may be any number. */
void ifma_to_fq(struct fq *element, const struct fq *limbs)
{
    static const uint64_t factor[INTEGER256_LIMBS] = {0, 0, 0, UINT64_C(1) << 60};
    montgomery_multiply(element->limbs, factor, limbs->limbs, &fq_constants);
}

/* Times 2^260 / 2^256. */
void ifma_from_fq(struct fq *limbs, const struct fq *element)
{
    static const struct fq factor = {{UINT64_C(0x45520880f6fce4b4), UINT64_C(0x49890849baa989a8),
                                      UINT64_C(0x85a9201d818f014a), UINT64_C(0x1f16424e1bb7724f)}};
    adx_multiply(limbs, &factor, element);
}

#else

/* A file has to have something. */
typedef int no_ifma;

#endif
