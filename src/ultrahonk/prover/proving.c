#include <string.h>

#include "base/check.h"
#include "bn254/msm.h"
#include "ultrahonk/parallel.h"
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

/* A piece of a column, and what its part of the commitment comes to. */
struct piece {
    const struct g1 *points;
    struct column column;
    size_t of; /* the place of the column */
    struct g1_jacobian sum;
    bool failed;
};

enum {
    MOST_COLUMNS = MOST_ROUNDS, /* of one call */
    LEAST_PIECE = 2048,         /* points: smaller ones cost more than they save */
    MOST_PIECES = 4 * MOST_COLUMNS
};

struct pieces {
    struct piece pieces[MOST_PIECES];
    size_t count;
};

static void sum_piece(void *context, size_t i)
{
    struct piece *piece = &((struct pieces *)context)->pieces[i];
    piece->failed =
        msm(&piece->sum, piece->points, piece->column.values, piece->column.length) != BN254_OK;
}

/* Into as many pieces as there are threads, if it is long enough, and as long as there is room. */
static void cut_column(struct pieces *pieces, const struct proving *proving,
                       const struct column *column, size_t of)
{
    size_t parts = column->length / LEAST_PIECE;
    if (parts > proving->threads)
        parts = proving->threads;
    if (parts > MOST_PIECES / MOST_COLUMNS)
        parts = MOST_PIECES / MOST_COLUMNS;
    const size_t length = parts < 2 ? column->length : (column->length + parts - 1) / parts;
    for (size_t at = 0; at < column->length; at += length) {
        const size_t rest = column->length - at;
        pieces->pieces[pieces->count++] =
            (struct piece){.points = proving->points + at,
                           .column = {column->values + at, rest < length ? rest : length},
                           .of = of};
    }
}

/* A column without rows has no piece: infinity. */
static void send_sum(struct proving *proving, const struct pieces *pieces, size_t of)
{
    struct g1_jacobian sum = G1_JACOBIAN_INFINITY;
    struct g1 commitment;
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->pieces[i].of != of)
            continue;
        if (pieces->pieces[i].failed)
            proving_fail(proving, ULTRAHONK_NO_MEMORY);
        else
            g1_add(&sum, &sum, &pieces->pieces[i].sum);
    }
    g1_to_affine(&commitment, &sum);
    proof_writer_point(&proving->writer, &commitment);
}

void proving_commit(struct proving *proving, const struct column *columns, size_t count)
{
    struct pieces pieces = {.count = 0};
    CHECK(count <= MOST_COLUMNS);
    for (size_t i = 0; i < count && proving->status == ULTRAHONK_OK; i++)
        cut_column(&pieces, proving, &columns[i], i);
    parallel_for(proving->threads, pieces.count, sum_piece, &pieces);
    for (size_t i = 0; i < count; i++)
        send_sum(proving, &pieces, i);
}

void proving_commit_entities(struct proving *proving, const enum entity *entities, size_t count)
{
    struct column columns[WITNESS_COUNT];
    CHECK(count <= WITNESS_COUNT);
    for (size_t i = 0; i < count; i++)
        columns[i] = proving->entities[entities[i]];
    proving_commit(proving, columns, count);
}
