#include "ultrahonk/circuit/commit.h"

#include <stdlib.h>

#include "bn254/msm.h"
#include "ultrahonk/circuit/trace_internal.h"

size_t commit_points(const struct trace *trace)
{
    size_t tables = (size_t)trace->blocks[BLOCK_LOOKUP].first + trace->table_rows;
    return tables > trace->end && trace->table_rows > 0 ? tables : trace->end;
}

enum bn254_status commit_columns(struct g1 commitments[PRECOMPUTED_COUNT],
                                 const struct trace *trace, const struct g1 *points)
{
    enum bn254_status status = BN254_OK;
    struct field *column = malloc(sizeof(*column) << trace->log_rows);
    if (column == NULL)
        return BN254_NO_MEMORY;
    for (size_t i = 0; i < PRECOMPUTED_COUNT && status == BN254_OK; i++) {
        struct g1_jacobian sum;
        trace_column(trace, column, (enum entity)i);
        status = msm(&sum, points, column, commit_points(trace));
        if (status == BN254_OK)
            g1_to_affine(&commitments[i], &sum);
    }
    free(column);
    return status;
}
