#include "noir/acir/decode_internal.h"

#include <stdlib.h>

uint32_t decode_witness(struct decoder *decoder)
{
    uint32_t witness = reader_u32(&decoder->reader);
    if (witness >= ACIR_WITNESS_LIMIT) {
        reader_refuse(&decoder->reader, "witness %u is over the limit of %d", witness,
                      ACIR_WITNESS_LIMIT);
        return 0;
    }
    if (witness >= decoder->witness_count)
        decoder->witness_count = witness + 1;
    return witness;
}

uint32_t decode_block(struct decoder *decoder)
{
    uint32_t block = reader_u32(&decoder->reader);
    if (block >= ACIR_BLOCK_LIMIT) {
        reader_refuse(&decoder->reader, "memory block %u is over the limit of %d", block,
                      ACIR_BLOCK_LIMIT);
        return 0;
    }
    if (block >= decoder->block_count)
        decoder->block_count = block + 1;
    return block;
}

static uint32_t *decode_indices(struct decoder *decoder, uint32_t *count)
{
    *count = reader_list(&decoder->reader, WITNESS_BYTES);
    uint32_t *indices = reader_allocate(&decoder->reader, *count, sizeof(*indices));
    if (indices == NULL)
        *count = 0;
    for (uint32_t index = 0; index < *count; index++)
        indices[index] = decode_witness(decoder);
    return indices;
}

struct acir_witnesses decode_witnesses(struct decoder *decoder)
{
    uint32_t count;
    const uint32_t *indices = decode_indices(decoder, &count);
    return (struct acir_witnesses){indices, count};
}

static int compare_indices(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

struct acir_witnesses decode_witness_set(struct decoder *decoder)
{
    uint32_t count;
    uint32_t *indices = decode_indices(decoder, &count);
    if (count == 0)
        return (struct acir_witnesses){NULL, 0};
    qsort(indices, count, sizeof(*indices), compare_indices);
    uint32_t kept = 1;
    for (uint32_t index = 1; index < count; index++) {
        if (indices[index] != indices[kept - 1])
            indices[kept++] = indices[index];
    }
    return (struct acir_witnesses){indices, kept};
}

static enum acir_coefficient coefficient_kind(const struct field *coefficient)
{
    if (field_is_one(coefficient))
        return ACIR_COEFFICIENT_ONE;
    return field_equal(coefficient, &FIELD_MINUS_ONE) ? ACIR_COEFFICIENT_MINUS_ONE
                                                      : ACIR_COEFFICIENT_GENERAL;
}

static void decode_product(struct decoder *decoder, struct acir_product *product)
{
    reader_list_of(&decoder->reader, 3, "a product");
    reader_field(&decoder->reader, &product->coefficient);
    product->kind = coefficient_kind(&product->coefficient);
    product->left = decode_witness(decoder);
    product->right = decode_witness(decoder);
}

static void decode_term(struct decoder *decoder, struct acir_term *term)
{
    reader_list_of(&decoder->reader, 2, "a linear term");
    reader_field(&decoder->reader, &term->coefficient);
    term->kind = coefficient_kind(&term->coefficient);
    term->witness = decode_witness(decoder);
}

void decode_expression(struct decoder *decoder, struct acir_expression *expression)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 3, "an expression");

    uint32_t count = reader_list(reader, PRODUCT_BYTES);
    struct acir_product *products = reader_allocate(reader, count, sizeof(*products));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_product(decoder, &products[index]);
    expression->products = products;
    expression->product_count = count;

    count = reader_list(reader, TERM_BYTES);
    struct acir_term *terms = reader_allocate(reader, count, sizeof(*terms));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_term(decoder, &terms[index]);
    expression->terms = terms;
    expression->term_count = count;

    reader_field(reader, &expression->constant);
}
