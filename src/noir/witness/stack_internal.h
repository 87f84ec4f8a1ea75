/* Checks a WitnessStack while its bytes come in. Private to noir/witness/. */
#ifndef NOIR_WITNESS_STACK_INTERNAL_H
#define NOIR_WITNESS_STACK_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/events.h"
#include "base/failure.h"

struct stack_check {
    uint32_t witness_count;
    bool may_be_empty;
    bool map_opened;
    uint32_t given; /* entries of the witness map seen so far */
    uint32_t highest;
    unsigned char *seen; /* a bit for each witness index */
    struct pack_parser *parser;
    struct failure failure; /* why the handler refused, if it did */
};

/* `may_be_empty` as in witness_expectations. False for lack of memory. */
bool stack_check_open(struct stack_check *check, uint32_t witness_count, bool may_be_empty);
void stack_check_close(struct stack_check *check);

/* Checks data[*offset..length) as far as it goes; call again as more comes, as pack_parser_feed. */
enum pack_status stack_check_feed(struct stack_check *check, size_t *offset,
                                  const unsigned char *data, size_t length);

/* The checks that need the whole value, after PACK_DONE. */
MUST_USE_RESULT enum result stack_check_finish(struct stack_check *check, struct failure *failure);

#endif
