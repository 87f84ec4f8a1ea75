/*
 * One round of the sumcheck, row pair by row pair. An edge is a pair of rows 2i and 2i + 1, on
 * which each column is a line in X: its value at X = 0 and at X = 1 are those of the two rows.
 * Pure; thread-safe.
 */
#ifndef ULTRAHONK_PROVER_EDGES_INTERNAL_H
#define ULTRAHONK_PROVER_EDGES_INTERNAL_H

#include "ultrahonk/prover/column.h"
#include "ultrahonk/relation_kinds.h"
#include "ultrahonk/shape.h"

enum {
    LOW_DEGREE = 5,  /* in X, of the weighted relations but Poseidon2's */
    HIGH_DEGREE = 6, /* of those */
    LOOKUP_SUM_DEGREE = 4,
    EDGE_MOST_SUBRELATIONS = 6 /* of a kind */
};

/* What edges add up to at X = 0, 1, ...: the weighted relations, and the one without a weight. */
struct edge_sums {
    struct field low[LOW_DEGREE + 1];
    struct field high[HIGH_DEGREE + 1];
    struct field lookup[LOOKUP_SUM_DEGREE + 1];
};

struct edges {
    const struct column *entities;
    const struct relation_parameters *parameters;
    struct field terms[RELATION_TERMS];     /* of those */
    struct field alphas[SUBRELATION_COUNT]; /* the powers */
    struct field weight_step; /* an edge's weight is this to the power of its number */
    /* Rows satisfy the relations, so that what is weighted is zero at X = 0 and X = 1. */
    bool rows_hold;
};

/* Adds the edges from `first` up to `end` to the sums, as fast as the processor can. */
void edges_sum(struct edge_sums *sums, const struct edges *edges, size_t first, size_t end);

/* The same, one edge after the other, on any processor. */
void edges_sum_one_by_one(struct edge_sums *sums, const struct edges *edges, size_t first,
                          size_t end);

/* Eight at a time, as often as that goes; gives the first that is left. For processors with
 * AVX-512 IFMA alone, and no build but x86-64's has it. */
size_t edges_sum_ifma(struct edge_sums *sums, const struct edges *edges, size_t first, size_t end);

/* The relations of an edge at X, summed, with the weight of the gate's power: the naive twin. */
struct field edge_value(const struct edges *edges, size_t edge, struct field x,
                        struct field weight);

/* The values of the sums at X = 0, 1, ..., MOST_UNIVARIATE_LENGTH - 1, weighted ones and the one
 * without a weight. */
void edge_sums_extend(struct field weighted[MOST_UNIVARIATE_LENGTH],
                      struct field lookup[MOST_UNIVARIATE_LENGTH], const struct edge_sums *sums);

/* What the implementations share: entities that are switches, those that are labels; kinds that are
 * not zero where these switches are on; those of degree HIGH_DEGREE; of the active kinds those that
 * are not known to be zero at X, and count there; and an edge's weight. */
uint64_t edge_switches(void);
uint64_t edge_labels(void);
unsigned int edge_active_kinds(uint64_t switches_on);
unsigned int edge_high_kinds(void);
unsigned int edge_kinds_at(const struct edges *edges, unsigned int active, size_t x);
struct field edge_weight(const struct edges *edges, size_t edge);

#endif
