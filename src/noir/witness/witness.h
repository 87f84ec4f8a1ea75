/*
 * A witness on its way in: gunzip with a limit, and check, while it streams. What comes out is the
 * gunzipped witness that `bb` takes, known to be whole, canonical and of the circuit's shape. `bb`
 * itself checks almost nothing (an empty witness or one past the modulus "succeeds"), so what is
 * refused here is refused for good reason.
 *
 * The bytes: a format marker, then MessagePack of Noir's WitnessStack. Format 3 (compact) writes
 *   [ [ [function id, { witness index: 32-byte big-endian field element, ... } ], ... ] ]
 * bb 5.0.0 reads no other, whatever the marker.
 * Source: the ACIR crate of Noir 1.0.0-beta.26 as noir_js and bb 5.0.0 show it.
 *
 * One reader serves one witness and one thread at a time. It takes at most twice its limit of
 * memory.
 */
#ifndef NOIR_WITNESS_WITNESS_H
#define NOIR_WITNESS_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/failure.h"

/* What the circuit and the operator ask of a witness. */
struct witness_expectations {
    uint32_t witness_count; /* the circuit's highest witness index + 1; more than 0 */
    bool may_be_empty;      /* for `fn main() {}`: a witness without values is one */
    size_t max_bytes;       /* of the witness once unzipped */
    /* Gets each piece of the unzipped witness, in order; NULL for nobody. */
    void (*show)(void *context, const unsigned char *bytes, size_t length);
    void *context;
};

struct witness_reader;

/* NULL for lack of memory. */
struct witness_reader *witness_reader_create(const struct witness_expectations *expectations);

/* Wipes and frees everything it holds. NULL is fine. */
void witness_reader_destroy(struct witness_reader *reader);

/* The memory that its witness takes so far. */
size_t witness_reader_bytes(const struct witness_reader *reader);

/*
 * Takes the next bytes of the body: gzip, or the witness itself. On failure (a RESULT_WITNESS_…, or
 * RESULT_INTERNAL for lack of memory) the rest of the body need not be fed; feeding it again
 * returns the same result. Mistakes of the content are only returned by witness_reader_finish: a
 * corrupt gzip stream explains them better, and shows at its end. The reader remembers its failure
 * and finish returns it, so that the result here may be left alone.
 */
enum result witness_reader_feed(struct witness_reader *reader, const unsigned char *bytes,
                                size_t length, struct failure *failure);

/*
 * Ends the body. On RESULT_OK the unzipped witness moves to `witness`, whose old bytes are freed.
 * RESULT_BODY_EMPTY or a RESULT_WITNESS_… says what is wrong and what to do; the message never
 * holds a value of the witness.
 */
MUST_USE_RESULT enum result witness_reader_finish(struct witness_reader *reader,
                                                  struct buffer *witness, struct failure *failure);

#endif
