/*
 * Writes a proof word by word and draws the challenges from its words, so that what is sent and
 * what is hashed cannot differ. Source: specification, 2.5 and 3. Plain data. Pure; thread-safe.
 */
#ifndef ULTRAHONK_PROVER_PROOF_WRITER_INTERNAL_H
#define ULTRAHONK_PROVER_PROOF_WRITER_INTERNAL_H

#include "bn254/g1.h"
#include "ultrahonk/shape.h"
#include "ultrahonk/transcript.h"

struct proof_writer {
    struct transcript transcript;
    unsigned char *words; /* borrowed: as many as the shape's proofs have */
    size_t point_words;
    size_t room;
    size_t written;
    size_t drawn; /* so many of those are in the transcript */
};

void proof_writer_begin(struct proof_writer *writer, unsigned char *words,
                        const struct shape *shape);

void proof_writer_scalars(struct proof_writer *writer, const struct field *scalars, size_t count);
void proof_writer_point(struct proof_writer *writer, const struct g1 *point);

/* The first draw has the key's hash and the user's public inputs before the proof's words. */
struct challenges proof_writer_draw_first(struct proof_writer *writer, struct field key_hash,
                                          const struct field *public_inputs, size_t count);

/* From all that was written since the draw before. */
struct challenges proof_writer_draw(struct proof_writer *writer);

/* Every word of the proof has to be there. */
void proof_writer_end(const struct proof_writer *writer);

#endif
