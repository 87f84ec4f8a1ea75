/*
 * The product of Fq with MULX, ADCX and ADOX, whose two chains of carries run side by side. Source:
 * Ozturk, Guilford and Gopal, "Large Integer Squaring on Intel Architecture Processors", 2013; the
 * bounds are those of bn254/montgomery.h, whose rounds these are.
 */
#include "bn254/arithmetic_internal.h"

#ifdef __x86_64__

#include "bn254/fq_internal.h"

/*
 * t := t + left * digit, the fifth word into top. Low halves are added along OF, high halves along
 * CF. The sum is below 2^320 - 1, so neither chain has a carry left at the end.
 */
#define ADD_PRODUCT(offset, t0, t1, t2, t3, top)                                                   \
    "movq " #offset "(%[right]), %%rdx\n\t"                                                        \
    "xorl %k[low], %k[low]\n\t"                                                                    \
    "mulxq 0(%[left]), %[low], %[high]\n\t"                                                        \
    "adoxq %[low], %[" #t0 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t1 "]\n\t"                                                                \
    "mulxq 8(%[left]), %[low], %[high]\n\t"                                                        \
    "adoxq %[low], %[" #t1 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t2 "]\n\t"                                                                \
    "mulxq 16(%[left]), %[low], %[high]\n\t"                                                       \
    "adoxq %[low], %[" #t2 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t3 "]\n\t"                                                                \
    "mulxq 24(%[left]), %[low], %[" #top "]\n\t"                                                   \
    "movl $0, %k[high]\n\t"                                                                        \
    "adoxq %[low], %[" #t3 "]\n\t"                                                                 \
    "adcxq %[high], %[" #top "]\n\t"                                                               \
    "adoxq %[high], %[" #top "]\n\t"

/* t := t + quotient * q, which makes t0 zero: the value is then t1 to top. */
#define REDUCE(t0, t1, t2, t3, top)                                                                \
    "movq %[factor], %%rdx\n\t"                                                                    \
    "imulq %[" #t0 "], %%rdx\n\t"                                                                  \
    "xorl %k[low], %k[low]\n\t"                                                                    \
    "mulxq 0(%[modulus]), %[low], %[high]\n\t"                                                     \
    "adoxq %[low], %[" #t0 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t1 "]\n\t"                                                                \
    "mulxq 8(%[modulus]), %[low], %[high]\n\t"                                                     \
    "adoxq %[low], %[" #t1 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t2 "]\n\t"                                                                \
    "mulxq 16(%[modulus]), %[low], %[high]\n\t"                                                    \
    "adoxq %[low], %[" #t2 "]\n\t"                                                                 \
    "adcxq %[high], %[" #t3 "]\n\t"                                                                \
    "mulxq 24(%[modulus]), %[low], %[high]\n\t"                                                    \
    "adoxq %[low], %[" #t3 "]\n\t"                                                                 \
    "adcxq %[high], %[" #top "]\n\t"                                                               \
    "adoxq %[" #t0 "], %[" #top "]\n\t"

static inline void multiply_inline(struct fq *product, const struct fq *left,
                                   const struct fq *right)
{
    uint64_t t[INTEGER256_LIMBS] = {0};
    uint64_t spare;
    uint64_t low;
    uint64_t high;
    /* The words take turns: what is the lowest in a round is the highest in the next. */
    __asm__(ADD_PRODUCT(0, t0, t1, t2, t3, t4) REDUCE(t0, t1, t2, t3, t4)
                ADD_PRODUCT(8, t1, t2, t3, t4, t0) REDUCE(t1, t2, t3, t4, t0)
                    ADD_PRODUCT(16, t2, t3, t4, t0, t1) REDUCE(t2, t3, t4, t0, t1)
                        ADD_PRODUCT(24, t3, t4, t0, t1, t2) REDUCE(t3, t4, t0, t1, t2)
            : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]),
              [t4] "=&r"(spare), [low] "=&r"(low), [high] "=&r"(high)
            : [left] "r"(left->limbs), [right] "r"(right->limbs),
              [modulus] "r"(fq_constants.modulus.limbs), [factor] "m"(fq_constants.factor),
              "m"(*left), "m"(*right), "m"(fq_constants)
            : "rdx", "cc");
    uint64_t limbs[INTEGER256_LIMBS] = {spare, t[0], t[1], t[2]};
    montgomery_reduce_once(product->limbs, limbs, &fq_constants);
}

void adx_multiply(struct fq *product, const struct fq *left, const struct fq *right)
{
    multiply_inline(product, left, right);
}

void adx_multiply_fq2(struct fq2 *product, const struct fq2 *left, const struct fq2 *right)
{
    fq2_multiply_by(product, left, right, multiply_inline);
}

void adx_square_fq2(struct fq2 *square, const struct fq2 *element)
{
    fq2_square_by(square, element, multiply_inline);
}

const struct arithmetic arithmetic_adx = {
    .cpu = CPU_ADX,
    .fr = &fr_one_by_one,
    .fq_multiply = adx_multiply,
    .fq2_multiply = adx_multiply_fq2,
    .fq2_square = adx_square_fq2,
    .import_points = import_points_as_they_are,
    .reduce_points = reduce_no_points,
    .add_pairs = add_pairs_one_by_one,
    .sum_buckets = sum_buckets_one_by_one,
};

#else

/* A file has to have something. */
typedef int no_adx;

#endif
