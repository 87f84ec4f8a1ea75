/*
 * What a circuit needs to be proven, made of its trace once and for all its proofs: columns, of
 * which none is longer than it has rows. Immutable once made; any number of proofs may use it.
 */
#ifndef ULTRAHONK_PROVER_PREPARED_H
#define ULTRAHONK_PROVER_PREPARED_H

#include "ultrahonk/circuit/trace.h"
#include "ultrahonk/prover/prover.h"

struct prepared;

/* ULTRAHONK_OK or ULTRAHONK_NO_MEMORY. The trace is borrowed, and has to outlive it. */
enum ultrahonk_status prepared_make(struct prepared **prepared, const struct trace *trace);
void prepared_free(struct prepared *prepared);

/* Bytes that it holds. */
size_t prepared_memory(const struct prepared *prepared);

/* As prover_prove; `key_hash` is that of the target's verification key. What holds the witness is
 * wiped. */
enum ultrahonk_status prepared_prove(unsigned char *proof, const struct prepared *prepared,
                                     enum ultrahonk_target target, struct field key_hash,
                                     const struct trace_values *values, const struct g1 *points,
                                     const struct prover_options *options);

#endif
