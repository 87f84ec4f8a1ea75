/* What a verifier needs of the CRS. The functions are of ultrahonk.h. */
#ifndef ULTRAHONK_CRS_H
#define ULTRAHONK_CRS_H

#include <ultrahonk.h>

#include "bn254/pairing.h"

struct ultrahonk_crs {
    bool is_development;
    struct g2_prepared generator;
    struct g2_prepared tau;
};

#endif
