/*
 * The pairing points that a proof carries for the proofs it has verified inside. Source:
 * specification, 4.1. Pure; thread-safe.
 */
#ifndef ULTRAHONK_NESTED_POINTS_H
#define ULTRAHONK_NESTED_POINTS_H

#include "ultrahonk/proof.h"

struct nested_points {
    bool present; /* false for a proof that has verified none: its limbs are all zero */
    struct g1 points[2];
};

/*
 * Stricter than bb 5.0.0, which passes over points of which one is infinity: those are refused, as
 * by its Solidity contract. ULTRAHONK_VERIFIED or ULTRAHONK_NESTED_POINTS.
 */
enum ultrahonk_reason nested_points_read(struct nested_points *nested,
                                         const struct field limbs[PAIRING_LIMBS]);

#endif
