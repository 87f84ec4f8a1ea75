/* Values that are kept once: constants as variables, and selectors as codes. */
#include <string.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

/* A hash that a circuit's maker cannot foresee: the keys are drawn anew for each trace. */
static uint32_t hash_of(const struct field *value, const uint64_t keys[INTEGER256_LIMBS])
{
    uint64_t hash = 0;
    for (size_t i = 0; i < INTEGER256_LIMBS; i++) {
        uint128 product = (uint128)(value->limbs[i] ^ keys[i]) * (keys[i] | 1);
        hash =
            (hash ^ (uint64_t)product) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)(product >> 64);
    }
    return (uint32_t)(hash >> 32);
}

/* Where the constant is in the table, or belongs. */
static uint32_t *find(struct builder *builder, const struct field *value)
{
    uint32_t at = hash_of(value, builder->hash_keys) & builder->constant_mask;
    for (;; at = (at + 1) & builder->constant_mask) {
        uint32_t *slot = &builder->constant_index[at];
        if (*slot == 0 || field_equal(&builder->constants[*slot - 1].value, value))
            return slot;
    }
}

static uint32_t make(struct builder *builder, struct field value)
{
    uint32_t variable = builder_variable(builder, value);
    builder_fix(builder, variable, value);
    return variable;
}

static uint32_t lay(struct builder *builder, struct field value)
{
    uint32_t *slot = find(builder, &value);
    if (*slot != 0)
        return builder->constants[*slot - 1].variable;
    *slot = ++builder->made.constants;
    uint32_t variable = builder->made.variables;
    builder->constants[*slot - 1] = (struct constant_slot){value, variable};
    return make(builder, value);
}

uint32_t builder_constant(struct builder *builder, struct field value)
{
    if (builder_failed(builder))
        return 0;
    uint32_t at = builder->made.tape++;
    switch (builder->drive) {
    case DRIVE_MEASURE:
        builder->made.constants++;
        return make(builder, value);
    case DRIVE_LAYOUT:
        return builder->trace->tape[at] = lay(builder, value);
    case DRIVE_FILL:
        break;
    }
    uint32_t variable = builder->trace->tape[at];
    return variable == builder->made.variables ? make(builder, value) : variable;
}

static uint32_t store(struct builder *builder, const struct field *value)
{
    uint32_t code = CODE_STORED | builder->made.coefficients++;
    if (builder->drive == DRIVE_LAYOUT)
        builder->trace->coefficients[code & ~CODE_STORED] = *value;
    return code;
}

/* Measuring makes more constants than laying out, and so may find fewer of the recent ones: each
 * value that is laid out anew was counted. */
static uint32_t code_of_large(struct builder *builder, const struct field *value)
{
    static const uint64_t keys[INTEGER256_LIMBS] = {1, 3, 5, 7};
    uint32_t at = hash_of(value, keys) % RECENT_COEFFICIENTS;
    if (!field_equal(&builder->recent[at], value)) {
        builder->recent[at] = *value;
        builder->recent_codes[at] = store(builder, value);
    }
    return builder->recent_codes[at];
}

uint32_t builder_code(struct builder *builder, const struct field *value)
{
    enum { SMALL_BITS = CODE_BITS - 1 };
    struct integer256 number;
    struct field opposite;
    if (field_is_zero(value))
        return 0;
    if (field_is_one(value))
        return 1;
    field_to_integer(&number, value);
    if (integer256_bit_length(&number) <= SMALL_BITS)
        return (uint32_t)number.limbs[0];
    field_negate(&opposite, value);
    field_to_integer(&number, &opposite);
    if (integer256_bit_length(&number) <= SMALL_BITS)
        return (uint32_t) - (int32_t)number.limbs[0] & ~CODE_STORED;
    return code_of_large(builder, value);
}

struct field trace_coefficient(const struct trace *trace, uint32_t code)
{
    if ((code & CODE_STORED) != 0)
        return trace->coefficients[code & ~CODE_STORED];
    int32_t number = (int32_t)(code << 1) >> 1;
    if (number >= 0)
        return number == 0 ? FIELD_ZERO : small((uint64_t)number);
    return negated(small((uint64_t)-number));
}
