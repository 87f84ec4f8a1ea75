/* Black boxes of circuits: values go from witnesses into what blackbox/ takes, and back. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/keccak.h"
#include "bn254/grumpkin.h"
#include "bn254/poseidon2.h"
#include "noir/acvm/solver_internal.h"
#include "noir/blackbox/cipher.h"
#include "noir/blackbox/ecdsa.h"
#include "noir/blackbox/hash.h"

/* What costs far more than an opcode, in steps of some 10 ns. */
enum { STEPS_OF_MULTIPLICATION = 10000, STEPS_OF_SIGNATURE = 20000, STEPS_OF_PERMUTATION = 1000 };

static bool fail_box(struct solver *solver, const char *name, const char *reason)
{
    return solver_fail(solver, "Failed to solve blackbox function: %s, reason: %s", name, reason);
}

static const struct field *read_input(struct solver *solver, const struct frame *frame,
                                      const struct acir_input *input)
{
    if (input->is_constant)
        return &input->constant;
    const struct field *value = witness_map_get(&frame->witnesses, input->witness);
    if (value == NULL)
        (void)solver_missing(solver, input->witness);
    return value;
}

static bool read_fields(struct solver *solver, const struct frame *frame,
                        const struct acir_inputs *inputs, struct field *values)
{
    for (uint32_t index = 0; index < inputs->count; index++) {
        const struct field *value = read_input(solver, frame, &inputs->inputs[index]);
        if (value == NULL)
            return false;
        values[index] = *value;
    }
    return true;
}

/* An input as a number of at most `bits` bits. */
static bool read_integer(struct solver *solver, const struct frame *frame,
                         const struct acir_input *input, uint32_t bits, struct integer256 *integer)
{
    const struct field *value = read_input(solver, frame, input);
    if (value == NULL)
        return false;
    field_to_integer(integer, value);
    unsigned int length = integer256_bit_length(integer);
    if (length <= bits)
        return true;
    char text[INTEGER256_DECIMAL_CHARACTERS + 1];
    field_to_signed_decimal(text, value);
    return solver_fail(
        solver, "Cannot solve opcode: FunctionInput value has too many bits: value: %s, %u >= %u",
        text, length, bits);
}

static bool read_words(struct solver *solver, const struct frame *frame,
                       const struct acir_inputs *inputs, uint32_t bits, uint64_t *words)
{
    for (uint32_t index = 0; index < inputs->count; index++) {
        struct integer256 integer;
        if (!read_integer(solver, frame, &inputs->inputs[index], bits, &integer))
            return false;
        words[index] = integer.limbs[0];
    }
    return true;
}

/* The low 8 bits of each input; wider ones are refused unless `is_cut`. */
static bool read_bytes(struct solver *solver, const struct frame *frame,
                       const struct acir_inputs *inputs, bool is_cut, unsigned char *bytes)
{
    for (uint32_t index = 0; index < inputs->count; index++) {
        struct integer256 integer;
        if (!read_integer(solver, frame, &inputs->inputs[index], is_cut ? FIELD_BITS : 8, &integer))
            return false;
        bytes[index] = (unsigned char)integer.limbs[0];
    }
    return true;
}

static bool set_fields(struct solver *solver, struct frame *frame,
                       const struct acir_witnesses *outputs, const struct field *values)
{
    for (uint32_t index = 0; index < outputs->count; index++) {
        if (!solver_set(solver, frame, outputs->indices[index], &values[index]))
            return false;
    }
    return true;
}

static bool set_bytes(struct solver *solver, struct frame *frame,
                      const struct acir_witnesses *outputs, const unsigned char *bytes)
{
    for (uint32_t index = 0; index < outputs->count; index++) {
        struct field value = field_from_u64(bytes[index]);
        if (!solver_set(solver, frame, outputs->indices[index], &value))
            return false;
    }
    return true;
}

static bool solve_range(struct solver *solver, struct frame *frame,
                        const struct acir_black_box *box)
{
    const struct field *value = read_input(solver, frame, &box->lists[0].inputs[0]);
    if (value == NULL)
        return false;
    struct integer256 integer;
    field_to_integer(&integer, value);
    return integer256_bit_length(&integer) <= box->bits || solver_unsatisfied(solver);
}

static bool solve_logic(struct solver *solver, struct frame *frame,
                        const struct acir_black_box *box)
{
    const struct field *left_value = read_input(solver, frame, &box->lists[0].inputs[0]);
    const struct field *right_value =
        left_value == NULL ? NULL : read_input(solver, frame, &box->lists[1].inputs[0]);
    struct integer256 left;
    struct integer256 right;
    if (right_value == NULL ||
        !read_integer(solver, frame, &box->lists[0].inputs[0], box->bits, &left) ||
        !read_integer(solver, frame, &box->lists[1].inputs[0], box->bits, &right))
        return false;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++) {
        if (box->kind == ACIR_AND)
            left.limbs[limb] &= right.limbs[limb];
        else
            left.limbs[limb] ^= right.limbs[limb];
    }
    struct field result;
    field_from_integer_reduced(&result, &left);
    return set_fields(solver, frame, &box->outputs, &result);
}

static bool solve_sha256(struct solver *solver, struct frame *frame,
                         const struct acir_black_box *box)
{
    uint64_t words[SHA256_BLOCK_WORDS + SHA256_STATE_WORDS];
    if (!read_words(solver, frame, &box->lists[0], 32, words) ||
        !read_words(solver, frame, &box->lists[1], 32, words + SHA256_BLOCK_WORDS))
        return false;
    uint32_t block[SHA256_BLOCK_WORDS];
    uint32_t state[SHA256_STATE_WORDS];
    for (size_t word = 0; word < SHA256_BLOCK_WORDS; word++)
        block[word] = (uint32_t)words[word];
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        state[word] = (uint32_t)words[SHA256_BLOCK_WORDS + word];
    sha256_compress(state, block);
    struct field outputs[SHA256_STATE_WORDS];
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        outputs[word] = field_from_u64(state[word]);
    return set_fields(solver, frame, &box->outputs, outputs);
}

static bool solve_keccak(struct solver *solver, struct frame *frame,
                         const struct acir_black_box *box)
{
    uint64_t state[KECCAK_LANES];
    if (!read_words(solver, frame, &box->lists[0], 64, state))
        return false;
    keccak_f1600(state);
    struct field outputs[KECCAK_LANES];
    for (size_t lane = 0; lane < KECCAK_LANES; lane++)
        outputs[lane] = field_from_u64(state[lane]);
    return set_fields(solver, frame, &box->outputs, outputs);
}

static bool solve_blake(struct solver *solver, struct frame *frame,
                        const struct acir_black_box *box)
{
    uint32_t length = box->lists[0].count;
    unsigned char *message = malloc((size_t)length + 1);
    if (message == NULL)
        return solver_no_memory(solver);
    unsigned char output[BLAKE_OUTPUT_BYTES];
    bool done = read_bytes(solver, frame, &box->lists[0], true, message);
    if (done && box->kind == ACIR_BLAKE3)
        blake3_hash(output, message, length);
    else if (done && !blake2s_hash(output, message, length))
        done = solver_no_memory(solver);
    sodium_memzero(message, length);
    free(message);
    return done && set_bytes(solver, frame, &box->outputs, output);
}

static bool solve_aes(struct solver *solver, struct frame *frame, const struct acir_black_box *box)
{
    uint32_t length = box->lists[0].count;
    unsigned char iv[AES128_BLOCK_BYTES];
    unsigned char key[AES128_KEY_BYTES];
    unsigned char *message = malloc((size_t)length + 1);
    if (message == NULL)
        return solver_no_memory(solver);
    bool done = read_bytes(solver, frame, &box->lists[0], false, message) &&
                read_bytes(solver, frame, &box->lists[1], false, iv) &&
                read_bytes(solver, frame, &box->lists[2], false, key);
    if (done && length % AES128_BLOCK_BYTES != 0)
        done = fail_box(solver, "aes128_encrypt", "input length must be a multiple of 16");
    /* In place: CBC reads a block before it writes it. */
    if (done && !aes128_cbc_encrypt(message, message, length, iv, key))
        done = solver_no_memory(solver);
    done = done && set_bytes(solver, frame, &box->outputs, message);
    sodium_memzero(message, length);
    sodium_memzero(key, sizeof(key));
    free(message);
    return done;
}

static bool solve_ecdsa(struct solver *solver, struct frame *frame,
                        const struct acir_black_box *box)
{
    enum { KEY_X, KEY_Y, SIGNATURE, HASH };
    unsigned char x[ECDSA_NUMBER_BYTES];
    unsigned char y[ECDSA_NUMBER_BYTES];
    unsigned char signature[ECDSA_SIGNATURE_BYTES];
    unsigned char hash[ECDSA_NUMBER_BYTES];
    if (!read_bytes(solver, frame, &box->lists[KEY_X], false, x) ||
        !read_bytes(solver, frame, &box->lists[KEY_Y], false, y) ||
        !read_bytes(solver, frame, &box->lists[SIGNATURE], false, signature) ||
        !read_bytes(solver, frame, &box->lists[HASH], false, hash))
        return false;
    const struct field *predicate = read_input(solver, frame, &box->predicate);
    if (predicate == NULL || !solver_charge(solver, STEPS_OF_SIGNATURE))
        return false;
    bool is_valid = true;
    enum ecdsa_curve curve = box->kind == ACIR_ECDSA_SECP256K1 ? ECDSA_SECP256K1 : ECDSA_SECP256R1;
    if (field_is_one(predicate) && !ecdsa_verify(&is_valid, curve, hash, x, y, signature))
        return solver_no_memory(solver);
    struct field result = field_from_u64(is_valid);
    return set_fields(solver, frame, &box->outputs, &result);
}

/* A point is given wholly in constants or wholly in witnesses. */
static bool check_coordinates(struct solver *solver, const struct acir_inputs *inputs,
                              const char *name)
{
    for (uint32_t index = 0; index + 1 < inputs->count; index += 2) {
        if (inputs->inputs[index].is_constant != inputs->inputs[index + 1].is_constant)
            return fail_box(solver, name,
                            "Coordinates must be either both witnesses or both constants.");
    }
    return true;
}

static bool set_point(struct solver *solver, struct frame *frame, const struct acir_black_box *box,
                      const struct grumpkin_point *point)
{
    return set_fields(solver, frame, &box->outputs, (const struct field[]){point->x, point->y});
}

static bool solve_curve_add(struct solver *solver, struct frame *frame,
                            const struct acir_black_box *box)
{
    static const char name[] = "embedded_curve_add";
    struct field coordinates[4];
    if (!check_coordinates(solver, &box->lists[0], name) ||
        !check_coordinates(solver, &box->lists[1], name) ||
        !read_fields(solver, frame, &box->lists[0], coordinates) ||
        !read_fields(solver, frame, &box->lists[1], coordinates + 2))
        return false;
    const struct field *predicate = read_input(solver, frame, &box->predicate);
    if (predicate == NULL || !solver_charge(solver, STEPS_OF_PERMUTATION))
        return false;
    struct grumpkin_point sum = {FIELD_ZERO, FIELD_ZERO};
    char reason[GRUMPKIN_REASON_CHARACTERS];
    if (field_is_one(predicate) &&
        !grumpkin_add(&sum, &(struct grumpkin_point){coordinates[0], coordinates[1]},
                      &(struct grumpkin_point){coordinates[2], coordinates[3]}, reason))
        return fail_box(solver, name, reason);
    return set_point(solver, frame, box, &sum);
}

static bool multiply_points(struct solver *solver, const struct frame *frame,
                            const struct acir_black_box *box, struct field *values,
                            struct grumpkin_point *sum)
{
    static const char name[] = "multi_scalar_mul";
    uint32_t coordinates = box->lists[0].count;
    struct field *halves = values + coordinates;
    if (!check_coordinates(solver, &box->lists[0], name) ||
        !read_fields(solver, frame, &box->lists[0], values) ||
        !read_fields(solver, frame, &box->lists[1], halves))
        return false;
    const struct field *predicate = read_input(solver, frame, &box->predicate);
    if (predicate == NULL ||
        !solver_charge(solver, (uint64_t)coordinates * STEPS_OF_MULTIPLICATION))
        return false;
    *sum = (struct grumpkin_point){FIELD_ZERO, FIELD_ZERO};
    if (!field_is_one(predicate))
        return true;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    return grumpkin_multiply(sum, values, halves, coordinates / 2, reason) ||
           fail_box(solver, name, reason);
}

static bool solve_curve_multiply(struct solver *solver, struct frame *frame,
                                 const struct acir_black_box *box)
{
    size_t count = (size_t)box->lists[0].count + box->lists[1].count;
    struct field *values = calloc(count + 1, sizeof(*values));
    if (values == NULL)
        return solver_no_memory(solver);
    struct grumpkin_point sum;
    bool done = multiply_points(solver, frame, box, values, &sum);
    sodium_memzero(values, count * sizeof(*values));
    free(values);
    return done && set_point(solver, frame, box, &sum);
}

static bool solve_poseidon2(struct solver *solver, struct frame *frame,
                            const struct acir_black_box *box)
{
    static const char name[] = "poseidon2_permutation";
    const struct acir_inputs *inputs = &box->lists[0];
    if (inputs->count != box->outputs.count)
        return solver_fail(solver,
                           "Failed to solve blackbox function: %s, reason: the input and output "
                           "sizes are not consistent. %u != %u",
                           name, inputs->count, box->outputs.count);
    if (inputs->count != POSEIDON2_WIDTH)
        return solver_fail(solver,
                           "Failed to solve blackbox function: %s, reason: Expected %d values but "
                           "encountered %u",
                           name, POSEIDON2_WIDTH, inputs->count);
    struct field state[POSEIDON2_WIDTH];
    if (!read_fields(solver, frame, inputs, state) || !solver_charge(solver, STEPS_OF_PERMUTATION))
        return false;
    poseidon2_permute(state);
    return set_fields(solver, frame, &box->outputs, state);
}

/* The proof is the prover's business; here its inputs only have to be known. */
static bool solve_recursion(struct solver *solver, const struct frame *frame,
                            const struct acir_black_box *box)
{
    for (size_t list = 0; list < ACIR_BLACK_BOX_LISTS; list++) {
        for (uint32_t index = 0; index < box->lists[list].count; index++) {
            if (read_input(solver, frame, &box->lists[list].inputs[index]) == NULL)
                return false;
        }
    }
    return true;
}

bool solve_black_box(struct solver *solver, struct frame *frame, const struct acir_black_box *box)
{
    for (size_t list = 0; list < ACIR_BLACK_BOX_LISTS; list++) {
        if (!solver_charge(solver, box->lists[list].count))
            return false;
    }
    switch (box->kind) {
    case ACIR_RANGE:
        return solve_range(solver, frame, box);
    case ACIR_AND:
    case ACIR_XOR:
        return solve_logic(solver, frame, box);
    case ACIR_AES128_ENCRYPT:
        return solve_aes(solver, frame, box);
    case ACIR_BLAKE2S:
    case ACIR_BLAKE3:
        return solve_blake(solver, frame, box);
    case ACIR_ECDSA_SECP256K1:
    case ACIR_ECDSA_SECP256R1:
        return solve_ecdsa(solver, frame, box);
    case ACIR_MULTI_SCALAR_MULTIPLICATION:
        return solve_curve_multiply(solver, frame, box);
    case ACIR_EMBEDDED_CURVE_ADD:
        return solve_curve_add(solver, frame, box);
    case ACIR_KECCAK_F1600:
        return solve_keccak(solver, frame, box);
    case ACIR_RECURSIVE_AGGREGATION:
        return solve_recursion(solver, frame, box);
    case ACIR_POSEIDON2_PERMUTATION:
        return solve_poseidon2(solver, frame, box);
    case ACIR_SHA256_COMPRESSION:
        return solve_sha256(solver, frame, box);
    }
    NOT_REACHED("a black box of no kind");
}
