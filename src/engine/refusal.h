/*
 * Why bb refuses. Its own words may quote what it worked on and name files: they are for the log
 * alone. A client is told a sentence of ours, where the reason is one that is known.
 */
#ifndef ENGINE_REFUSAL_H
#define ENGINE_REFUSAL_H

#include "base/result.h"

/*
 * X(bb's words, outcome, sentence)
 * The words are a part of bb's message as process/redact.h leaves it: without runs of five or more
 * hexadecimal digits, "added" among them. The sentence goes on after "circuit NAME: " and says what
 * to do. The first row that fits counts. Source: the messages of bb 5.0.0.
 */
#define REFUSAL_TABLE(X)                                                                           \
    X("HTTP request failed", RESULT_CIRCUIT_TOO_LARGE,                                             \
      "it has more rows than the CRS has points; get a larger CRS with: script/crs CIRCUIT.json")  \
    X("CallData/ReturnData", RESULT_CIRCUIT_INVALID,                                               \
      "it has call_data or return_data, which bb proves in Aztec's own circuits alone; write pub " \
      "instead")                                                                                   \
    X("blake3 inputs with more than 1024", RESULT_CIRCUIT_INVALID,                                 \
      "it hashes more than 1,024 bytes at once with BLAKE3, the most that bb proves; hash them "   \
      "in "                                                                                        \
      "parts, or by another function")                                                             \
    X("recursion constraints not supported with UltraBuilder", RESULT_CIRCUIT_INVALID,             \
      REFUSAL_OF_PROOF_TYPE)                                                                       \
    X("ChonkProof::PROOF_LENGTH", RESULT_CIRCUIT_INVALID, REFUSAL_OF_PROOF_TYPE)                   \
    X("Invalid PROOF_TYPE", RESULT_CIRCUIT_INVALID, REFUSAL_OF_PROOF_TYPE)                         \
    X("AVM recursion is not supported", RESULT_CIRCUIT_INVALID,                                    \
      "it verifies a proof of Aztec's virtual machine, which this bb does not; leave that to "     \
      "Aztec's own circuits")                                                                      \
    X("ACIR proof size mismatch", RESULT_CIRCUIT_INVALID,                                          \
      "a proof that it verifies has another length than proofs of its type; give the array the "   \
      "length that they have")                                                                     \
    X("max_size_impl(arg_indexes", RESULT_CIRCUIT_INVALID,                                         \
      "it verifies a proof without a whole verification key; give verify_proof_with_type the 115 " \
      "fields of one, as GET /api/circuits/{circuit}/vk lists them")

/* bb 5.0.0 proves circuits that verify proofs of the types 0, without ZK, and 6, with ZK. */
#define REFUSAL_OF_PROOF_TYPE                                                                      \
    "it verifies a proof of a type that bb proves in no circuit of this kind; the last argument "  \
    "of verify_proof_with_type is 0 for proofs without ZK and 6 for those with it"

struct refusal {
    const char *words;
    enum result result;
    const char *sentence;
};

/* The reason that bb's message gives; NULL for one that is not known. A static struct. */
const struct refusal *refusal_find(const char *message);

#endif
