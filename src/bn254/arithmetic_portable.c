#include "bn254/arithmetic_internal.h"
#include "bn254/fq_internal.h"

static void multiply(struct fq *product, const struct fq *left, const struct fq *right)
{
    montgomery_multiply(product->limbs, left->limbs, right->limbs, &fq_constants);
}

static void multiply_fq2(struct fq2 *product, const struct fq2 *left, const struct fq2 *right)
{
    fq2_multiply_by(product, left, right, multiply);
}

static void square_fq2(struct fq2 *square, const struct fq2 *element)
{
    fq2_square_by(square, element, multiply);
}

const struct arithmetic arithmetic_portable = {
    .cpu = CPU_PORTABLE,
    .fr = &fr_one_by_one,
    .fq_multiply = multiply,
    .fq2_multiply = multiply_fq2,
    .fq2_square = square_fq2,
    .import_points = import_points_as_they_are,
    .reduce_points = reduce_no_points,
    .add_pairs = add_pairs_one_by_one,
    .sum_buckets = sum_buckets_one_by_one,
};
