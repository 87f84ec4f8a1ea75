#include "ultrahonk/prover/prover.h"

#include <string.h>

#include "base/check.h"
#include "ultrahonk/parallel.h"
#include "ultrahonk/prover/libra_internal.h"
#include "ultrahonk/public_input_delta.h"

/* How many columns of all rows are in memory at a time, at most: the witness's that are not cells,
 * Gemini's masking, and the sumcheck's, of half the rows. */
enum {
    OWN_COLUMNS = WITNESS_COUNT - PROVER_WIRES + 1,
    HALF_COLUMNS = ENTITY_COUNT + 1,
    COLUMNS = OWN_COLUMNS + (HALF_COLUMNS + 1) / 2
};

static size_t memory_elements(size_t log_rows)
{
    const size_t rows =
        ((size_t)1 << log_rows) > LIBRA_SUMS_LENGTH ? (size_t)1 << log_rows : LIBRA_SUMS_LENGTH;
    return COLUMNS * rows + LIBRA_ELEMENTS;
}

size_t prover_points(size_t log_rows)
{
    const size_t rows = (size_t)1 << log_rows;
    return rows > LIBRA_SUMS_LENGTH ? rows : LIBRA_SUMS_LENGTH;
}

size_t prover_memory_bytes(size_t log_rows)
{
    return memory_elements(log_rows) * sizeof(struct field);
}

static void find_parameters(struct proving *proving)
{
    const struct proof_challenges *challenges = &proving->challenges;
    const struct field *public_inputs = proving->cells->wires[0] + PUBLIC_INPUTS_OFFSET;
    struct public_input_products products =
        public_input_products_begin(challenges->beta, challenges->gamma);
    for (size_t i = 0; i < proving->circuit->public_inputs + PAIRING_LIMBS; i++)
        public_input_products_add(&products, public_inputs[i]);
    proving->parameters = (struct relation_parameters){
        .eta = challenges->eta, .beta = challenges->beta, .gamma = challenges->gamma};
    /* Without one, which is as likely as guessing a challenge, no proof verifies. */
    (void)public_input_delta(&proving->parameters.public_input_delta, &products);
}

/* What is done between two looks at whether to go on. */
static void prove(struct proving *proving)
{
    if (!proving_goes_on(proving, 0))
        return;
    proving_commit_wires(proving);
    if (!proving_goes_on(proving, 200))
        return;
    proving_commit_records(proving);
    if (!proving_goes_on(proving, 300))
        return;
    proving_commit_products(proving);
    find_parameters(proving);
    if (!proving_goes_on(proving, 500))
        return;
    proving_sumcheck(proving);
    if (!proving_goes_on(proving, 600))
        return;
    proving_open(proving);
    if (proving_goes_on(proving, 1000))
        proof_writer_end(&proving->writer);
}

static size_t threads_of(const struct prover_options *options)
{
    if (options == NULL || options->threads < 1)
        return 1;
    return options->threads < PARALLEL_MOST_THREADS ? options->threads : PARALLEL_MOST_THREADS;
}

enum ultrahonk_status prover_prove(unsigned char *proof, enum ultrahonk_target target,
                                   const struct prover_circuit *circuit,
                                   const struct prover_cells *cells, const struct g1 *points,
                                   const struct prover_options *options)
{
    static const struct prover_options none;
    struct proving proving = {.circuit = circuit,
                              .cells = cells,
                              .points = points,
                              .options = options != NULL ? options : &none,
                              .shape = shape_of(target, circuit->log_rows),
                              .rows = (size_t)1 << circuit->log_rows,
                              .threads = threads_of(options)};
    CHECK(circuit->log_rows >= PROVER_LEAST_LOG_ROWS && circuit->log_rows <= MOST_ROUNDS);
    CHECK(circuit->last_row > PUBLIC_INPUTS_OFFSET && circuit->last_row < proving.rows);
    memcpy(proving.entities, circuit->precomputed, sizeof(circuit->precomputed));
    proof_writer_begin(&proving.writer, proof, &proving.shape);
    if (!prover_memory_map(&proving.memory, memory_elements(circuit->log_rows)))
        return ULTRAHONK_NO_MEMORY;
    prove(&proving);
    prover_memory_release(&proving.memory);
    if (proving.status != ULTRAHONK_OK)
        memset(proof, 0, shape_proof_words(&proving.shape) * WORD_LENGTH);
    enum ultrahonk_status status = proving.status;
    explicit_bzero(&proving, sizeof(proving));
    return status;
}
