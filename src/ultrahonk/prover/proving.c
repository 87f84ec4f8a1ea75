#include <string.h>

#include "bn254/msm.h"
#include "ultrahonk/prover/proving_internal.h"
#include "ultrahonk/prover/random_internal.h"

void proving_fail(struct proving *proving, enum ultrahonk_status status)
{
    if (proving->status == ULTRAHONK_OK)
        proving->status = status;
}

bool proving_goes_on(struct proving *proving, unsigned int done)
{
    const struct prover_options *options = proving->options;
    if (proving->status == ULTRAHONK_OK && options->proceed != NULL &&
        !options->proceed(options->context, done))
        proving->status = ULTRAHONK_CANCELLED;
    return proving->status == ULTRAHONK_OK;
}

void proving_draw_random(struct proving *proving, struct field *scalars, size_t count)
{
    if (random_scalars(scalars, count))
        return;
    memset(scalars, 0, count * sizeof(*scalars));
    proving_fail(proving, ULTRAHONK_NO_RANDOMNESS);
}

static void commit(struct proving *proving, struct g1 *commitment, const struct column *column)
{
    struct g1_jacobian sum;
    *commitment = G1_INFINITY;
    if (proving->status != ULTRAHONK_OK || column->length == 0)
        return;
    if (msm(&sum, proving->points, column->values, column->length) != BN254_OK)
        proving_fail(proving, ULTRAHONK_NO_MEMORY);
    else
        g1_to_affine(commitment, &sum);
}

void proving_commit(struct proving *proving, const struct column *columns, size_t count)
{
    struct g1 commitment;
    for (size_t i = 0; i < count; i++) {
        commit(proving, &commitment, &columns[i]);
        proof_writer_point(&proving->writer, &commitment);
    }
}

void proving_commit_entity(struct proving *proving, enum entity entity)
{
    proving_commit(proving, &proving->entities[entity], 1);
}
