/* What bn254/fr.h does, as one table each way. */
#ifndef BN254_FR_INTERNAL_H
#define BN254_FR_INTERNAL_H

#include "bn254/fr.h"

/* Each as the function of fr.h that has its name. */
struct fr_arithmetic {
    void (*multiply_many)(struct field *products, const struct field *left,
                          const struct field *right, size_t count);
    void (*scale_many)(struct field *products, const struct field *elements,
                       const struct field *factor, size_t count);
    void (*combine_many)(struct field *sums, const struct field *const *columns,
                         const struct field *factors, size_t columns_count, size_t count);
    void (*fold_many)(struct field *folded, const struct field *elements, const struct field *u,
                      size_t count);
    void (*sum_of_products)(struct field *sum, const struct field *left, const struct field *right,
                            size_t count);
    void (*fill_powers)(struct field *powers, const struct field *start, const struct field *base,
                        size_t count);
    void (*from_integers)(struct field *elements, const struct integer256 *integers, size_t count);
    void (*to_integers)(struct integer256 *integers, const struct field *elements, size_t count);
    void (*invert_many_var)(struct field *inverses, const struct field *elements, size_t count);
};

/* In C, and the naive twin of what has lanes. */
extern const struct fr_arithmetic fr_one_by_one;
#ifdef __x86_64__
/* Compiled with AVX-512 IFMA. */
extern const struct fr_arithmetic fr_ifma;
#endif

#endif
