#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bn254/field.h"
#include "noir/witness/stack_internal.h"

/* Any longer, and a value is not waited for. */
enum { LONGEST_VALUE = 4096 };

/* Where a value stands: WitnessStack { stack: [ StackItem { index, witness: { entries } } ] }. */
enum { DEPTH_STACK_STRUCT, DEPTH_STACK, DEPTH_ITEM_STRUCT, DEPTH_MAP, DEPTH_ENTRY };

static bool malformed(struct stack_check *check, const char *what)
{
    failure_set(&check->failure, RESULT_WITNESS_MALFORMED,
                "this is not a Noir witness stack: %s; send the witness that nargo execute or "
                "noir_js made for this circuit",
                what);
    return false;
}

static bool count_mismatch(struct stack_check *check, uint32_t given)
{
    failure_set(&check->failure, RESULT_WITNESS_COUNT,
                "the witness has %u values but this circuit has %u witnesses; execute the same "
                "compiled circuit that the server has",
                given, check->witness_count);
    return false;
}

static bool opened_stack(struct stack_check *check, const struct pack_value *stack)
{
    if (stack->kind != PACK_ARRAY)
        return malformed(check, "its stack is not a list");
    if (stack->length == 1)
        return true;
    failure_set(&check->failure, RESULT_WITNESS_STACK,
                "the witness stack has %u items but this circuit, being one function, has 1; "
                "circuits that call #[fold] functions cannot be proven by this bb",
                stack->length);
    return false;
}

static bool opened(void *context, const struct pack_value *container)
{
    struct stack_check *check = context;
    switch (container->depth) {
    case DEPTH_STACK_STRUCT:
        return (container->kind == PACK_ARRAY && container->length == 1) ||
               malformed(check, "its outermost value is not a WitnessStack");
    case DEPTH_STACK:
        return opened_stack(check, container);
    case DEPTH_ITEM_STRUCT:
        return (container->kind == PACK_ARRAY && container->length == 2) ||
               malformed(check, "its item is not a function id and a witness map");
    case DEPTH_MAP:
        if (container->kind != PACK_MAP || check->map_opened)
            return malformed(check, "its item does not have one witness map");
        check->map_opened = true;
        return container->length <= check->witness_count ||
               count_mismatch(check, container->length);
    default:
        return malformed(check, "a witness value is itself a container");
    }
}

/* The values of one entry of the witness map. */
static bool take_entry(struct stack_check *check, const struct pack_value *key,
                       const struct pack_value *value)
{
    if (key->kind != PACK_INTEGER)
        return malformed(check, "a witness index is not a number");
    if (key->integer >= check->witness_count) {
        failure_set(&check->failure, RESULT_WITNESS_INDEX_RANGE,
                    "witness index %llu is out of range: this circuit's are 0 to %u",
                    (unsigned long long)key->integer, check->witness_count - 1);
        return false;
    }
    uint32_t index = (uint32_t)key->integer;
    unsigned char bit = (unsigned char)(1U << index % CHAR_BIT);
    if ((check->seen[index / CHAR_BIT] & bit) != 0) {
        failure_set(&check->failure, RESULT_WITNESS_INDEX_REPEATED,
                    "witness index %u is given twice", index);
        return false;
    }
    struct field ignored;
    if (value->kind != PACK_BYTES || value->length != FIELD_BYTES ||
        !field_from_bytes(&ignored, value->bytes)) {
        failure_set(&check->failure, RESULT_WITNESS_VALUE,
                    "the value of witness %u is not a canonical field element: 32 big-endian bytes "
                    "below the BN254 scalar modulus",
                    index);
        return false;
    }
    check->seen[index / CHAR_BIT] |= bit;
    check->given++;
    if (index > check->highest)
        check->highest = index;
    return true;
}

static bool map_item(void *context, const struct pack_value *map, const struct pack_value *key,
                     const struct pack_value *value)
{
    struct stack_check *check = context;
    CHECK(map->depth == DEPTH_MAP);
    return take_entry(check, key, value);
}

static bool array_item(void *context, const struct pack_value *array, const struct pack_value *item)
{
    struct stack_check *check = context;
    /* What containers may stand where is settled when they open; this is about the scalars. */
    if (item->kind == PACK_ARRAY || item->kind == PACK_MAP)
        return true;
    return (array->depth == DEPTH_ITEM_STRUCT && item->kind == PACK_INTEGER &&
            !check->map_opened) ||
           malformed(check, "a list or map is missing");
}

bool stack_check_open(struct stack_check *check, uint32_t witness_count, bool may_be_empty)
{
    static const struct pack_handler handler = {opened, array_item, map_item, LONGEST_VALUE};
    CHECK(witness_count > 0);
    *check = (struct stack_check){.witness_count = witness_count, .may_be_empty = may_be_empty};
    check->seen = calloc(witness_count / CHAR_BIT + 1, 1);
    check->parser = pack_parser_create(&handler, check);
    return check->seen != NULL && check->parser != NULL;
}

void stack_check_close(struct stack_check *check)
{
    free(check->seen);
    pack_parser_destroy(check->parser);
    check->seen = NULL;
    check->parser = NULL;
}

enum pack_status stack_check_feed(struct stack_check *check, size_t *offset,
                                  const unsigned char *data, size_t length)
{
    enum pack_status status = pack_parser_feed(check->parser, offset, data, length);
    if (status == PACK_MALFORMED)
        malformed(check, "it is not MessagePack");
    return status;
}

enum result stack_check_finish(struct stack_check *check, struct failure *failure)
{
    if (!check->map_opened)
        malformed(check, "it has no witness map");
    else if (check->given == 0 && !check->may_be_empty)
        count_mismatch(check, check->given);
    else if (check->given > 0 && check->highest + 1 != check->witness_count)
        count_mismatch(check, check->given);
    *failure = check->failure;
    return failure->result;
}
