/*
 * What comes of reading a point or a number from bytes, and of what needs memory. Outputs are left
 * alone unless it is BN254_OK.
 */
#ifndef BN254_STATUS_H
#define BN254_STATUS_H

enum bn254_status {
    BN254_OK,
    BN254_NOT_CANONICAL,   /* a coordinate is not below q */
    BN254_LIMB_TOO_LARGE,  /* a low limb is not below 2^136, or a high limb not below 2^118 */
    BN254_NOT_ON_CURVE,    /* neither the point at infinity nor a solution of the equation */
    BN254_NOT_IN_SUBGROUP, /* on the twist, but not of order r */
    BN254_NO_MEMORY
};

#endif
