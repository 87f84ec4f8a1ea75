/*
 * A proof while it is made: what its stages hand to each other. Each stage is a function that
 * writes its part of the proof; the first outcome that is not ULTRAHONK_OK is kept and makes the
 * stages after it do nothing that costs.
 */
#ifndef ULTRAHONK_PROVER_PROVING_INTERNAL_H
#define ULTRAHONK_PROVER_PROVING_INTERNAL_H

#include "ultrahonk/proof.h"
#include "ultrahonk/prover/memory_internal.h"
#include "ultrahonk/prover/proof_writer_internal.h"
#include "ultrahonk/prover/prover.h"
#include "ultrahonk/relations.h"

struct libra;

struct proving {
    const struct prover_circuit *circuit;
    const struct prover_cells *cells;
    const struct g1 *points;
    const struct prover_options *options;
    struct shape shape;
    size_t rows;
    size_t threads;
    struct prover_memory memory;
    struct proof_writer writer;
    struct proof_challenges challenges;
    struct relation_parameters parameters;
    struct column entities[ENTITY_COUNT]; /* witness and shifts: once they are known */
    struct column masking;                /* Gemini's; empty without zero knowledge */
    struct libra *libra;                  /* NULL without zero knowledge */
    enum ultrahonk_status status;
};

/* Keeps the first failure. */
void proving_fail(struct proving *proving, enum ultrahonk_status status);

/* Tells how far it is, and asks whether to go on. False when it ends here, for any reason. */
bool proving_goes_on(struct proving *proving, unsigned int done);

/* Random scalars, or a failure. */
void proving_draw_random(struct proving *proving, struct field *scalars, size_t count);

/* The commitment to each column is written: of up to MOST_ROUNDS columns, or of entities. */
void proving_commit(struct proving *proving, const struct column *columns, size_t count);
void proving_commit_entities(struct proving *proving, const enum entity *entities, size_t count);

/* witness.c: the columns that come of the cells, each in its turn of the transcript. */
void proving_commit_wires(struct proving *proving);
void proving_commit_records(struct proving *proving);
void proving_commit_products(struct proving *proving);

/* sumcheck.c: the rounds, and the evaluations at their point. */
void proving_sumcheck(struct proving *proving);

/* opening.c: Gemini, Shplonk and KZG. */
void proving_open(struct proving *proving);

#endif
