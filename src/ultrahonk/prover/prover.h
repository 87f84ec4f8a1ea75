/*
 * From a circuit's polynomials and a witness's cells to a proof. Source: specification, 11.
 * Thread-safe.
 */
#ifndef ULTRAHONK_PROVER_PROVER_H
#define ULTRAHONK_PROVER_PROVER_H

#include <stdbool.h>
#include <stdint.h>
#include <ultrahonk.h>

#include "bn254/g1.h"
#include "ultrahonk/entities.h"
#include "ultrahonk/prover/column.h"

enum {
    PROVER_WIRES = 4,
    PROVER_MASKED_ROWS = 4, /* no circuit has anything in the first four */
    PROVER_LEAST_LOG_ROWS = 3
};

/* What of a circuit is the same for all its proofs. All is borrowed, and may be shared by proofs.
 */
struct prover_circuit {
    size_t log_rows;      /* PROVER_LEAST_LOG_ROWS to 25 */
    size_t last_row;      /* the last that is used: lagrange_last is 1 there */
    size_t public_inputs; /* of the user; the pairing limbs come behind them, all from row 5 on */
    struct column precomputed[PRECOMPUTED_COUNT]; /* the tables with all their rows */
    struct field key_hash;                        /* of the target's verification key */
};

/* The cells of a witness. */
struct prover_cells {
    /* 2^log_rows each. The rows 0 to 3 and the fourth cells of memory records are zero, and are
     * written: whoever owns them wipes them. */
    struct field *wires[PROVER_WIRES];
    struct column read_counts; /* how often each row of the tables is looked up */
    /* Writes the fourth cells of memory records, which need the challenge eta, into the fourth
     * wire. NULL for a circuit that has none. */
    void (*write_records)(const void *context, struct field *wire, const struct field *eta);
    const void *context;
};

struct prover_options {
    size_t threads; /* 0 is 1; no more than 256 are used */
    /* Called now and then by the calling thread, with how much of the work is done, of 1000. False
     * ends the call with ULTRAHONK_CANCELLED. NULL is fine. */
    bool (*proceed)(void *context, unsigned int done);
    void *context;
};

/* How many points of the CRS a circuit of 2^log_rows rows is proven with. */
size_t prover_points(size_t log_rows);

/* The most bytes that a proof's own columns take: aside from its circuit, its cells, the points,
 * and what each thread's multiplications work in, which msm.h says. */
size_t prover_memory_bytes(size_t log_rows);

/*
 * Writes a proof of ultrahonk_proof_length(target, log_rows) bytes. `points` are the first
 * prover_points() of the CRS. A proof of cells that do not satisfy the circuit does not verify:
 * whoever hands proofs on checks them first. ULTRAHONK_OK, ULTRAHONK_NO_MEMORY,
 * ULTRAHONK_NO_RANDOMNESS or ULTRAHONK_CANCELLED; without ULTRAHONK_OK the proof is all zero.
 */
enum ultrahonk_status prover_prove(unsigned char *proof, enum ultrahonk_target target,
                                   const struct prover_circuit *circuit,
                                   const struct prover_cells *cells, const struct g1 *points,
                                   const struct prover_options *options);

#endif
