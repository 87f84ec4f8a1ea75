#include "ultrahonk/nested_points.h"

static bool all_zero(const struct field limbs[PAIRING_LIMBS])
{
    for (size_t i = 0; i < PAIRING_LIMBS; i++)
        if (!field_is_zero(&limbs[i]))
            return false;
    return true;
}

enum ultrahonk_reason nested_points_read(struct nested_points *nested,
                                         const struct field limbs[PAIRING_LIMBS])
{
    *nested = (struct nested_points){.present = !all_zero(limbs)};
    for (size_t i = 0; i < 2 && nested->present; i++) {
        enum bn254_status status = g1_from_limbs(&nested->points[i], limbs + i * G1_LIMBS);
        if (status != BN254_OK || g1_is_infinity(&nested->points[i]))
            return ULTRAHONK_NESTED_POINTS;
    }
    return ULTRAHONK_VERIFIED;
}
