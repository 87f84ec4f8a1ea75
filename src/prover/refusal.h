/*
 * Why bb refuses. Its own words may quote what it worked on and name files: they are for the log
 * alone. A client is told a sentence of ours, where the reason is one that is known.
 */
#ifndef PROVER_REFUSAL_H
#define PROVER_REFUSAL_H

#include "base/result.h"

/*
 * X(bb's words, outcome, sentence)
 * The words are a part of bb's message as wire/redact.h leaves it: without runs of five or more
 * hexadecimal digits, "added" among them. The sentence goes on after "circuit NAME: " and says what
 * to do. The first row that fits counts. Source: the messages of bb 5.0.0.
 */
#define REFUSAL_TABLE(X)                                                                           \
    X("HTTP request failed", RESULT_CIRCUIT_TOO_LARGE,                                             \
      "it has more rows than the CRS has points; get a larger CRS with: script/crs CIRCUIT.json")

struct refusal {
    const char *words;
    enum result result;
    const char *sentence;
};

/* The reason that bb's message gives; NULL for one that is not known. A static struct. */
const struct refusal *refusal_find(const char *message);

#endif
