/* The constants of field.h's field, for code that has its products in line. */
#ifndef BN254_FIELD_INTERNAL_H
#define BN254_FIELD_INTERNAL_H

#include "bn254/montgomery.h"

static const struct montgomery scalars = {
    .modulus = {{UINT64_C(0x43e1f593f0000001), UINT64_C(0x2833e84879b97091),
                 UINT64_C(0xb85045b68181585d), UINT64_C(0x30644e72e131a029)}},
    .factor = UINT64_C(0xc2e1f593efffffff),
    .square = {UINT64_C(0x1bb8e645ae216da7), UINT64_C(0x53fe3ab1e35c59e3),
               UINT64_C(0x8c49833d53bb8085), UINT64_C(0x0216d0b17f4e44a5)},
    .correction = {UINT64_C(0x452c301a04780fbd), UINT64_C(0xea4846e498ef8cde),
                   UINT64_C(0xcea4afdd7898767c), UINT64_C(0x21c8f78a0b220863)}};

#endif
