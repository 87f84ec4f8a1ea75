/* Black boxes within Brillig: values go from cells into what blackbox/ takes, and back. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/keccak.h"
#include "bn254/grumpkin.h"
#include "bn254/poseidon2.h"
#include "noir/blackbox/cipher.h"
#include "noir/blackbox/ecdsa.h"
#include "noir/blackbox/hash.h"
#include "noir/brillig/machine_internal.h"

enum { AES_MESSAGE, AES_IV, AES_KEY, AES_OUTPUT };

/* What costs far more than an opcode, in steps of some 10 ns. */
enum { STEPS_OF_MULTIPLICATION = 10000, STEPS_OF_SIGNATURE = 20000, STEPS_OF_PERMUTATION = 1000 };

static bool fail_box(struct brillig_machine *machine, const char *name, const char *reason)
{
    return machine_fail(machine, "failed to solve blackbox function: %s, reason: %s", name, reason);
}

static bool no_memory(struct brillig_machine *machine)
{
    return machine_end(machine, BRILLIG_NO_MEMORY, "no memory");
}

/* The cells of an array, all of one type; NULL when the run is over. */
static const struct brillig_value *input_cells(struct brillig_machine *machine,
                                               const struct brillig_heap_array *array,
                                               enum brillig_type type)
{
    uint32_t start;
    if (!machine_pointer(machine, array->pointer, &start) ||
        !machine_holds(machine, start, array->size) || !machine_charge(machine, array->size))
        return NULL;
    const struct brillig_value *cells =
        array->size == 0 ? &machine_unwritten : machine->cells + start;
    for (uint32_t index = 0; index < array->size; index++) {
        if (cells[index].type != type) {
            (void)machine_fail(machine,
                               "Bit size for value %u does not match the expected bit size %u",
                               brillig_type_bits(cells[index].type), brillig_type_bits(type));
            return NULL;
        }
    }
    return cells;
}

/* A copy of an array of bytes, to be freed with free_bytes; NULL when the run is over. */
static unsigned char *input_bytes(struct brillig_machine *machine,
                                  const struct brillig_heap_array *array)
{
    const struct brillig_value *cells = input_cells(machine, array, BRILLIG_U8);
    if (cells == NULL)
        return NULL;
    unsigned char *bytes = malloc((size_t)array->size + 1);
    if (bytes == NULL) {
        (void)no_memory(machine);
        return NULL;
    }
    for (uint32_t index = 0; index < array->size; index++)
        bytes[index] = (unsigned char)cells[index].as.integer[0];
    return bytes;
}

static void free_bytes(unsigned char *bytes, const struct brillig_heap_array *array)
{
    if (bytes != NULL)
        sodium_memzero(bytes, array->size);
    free(bytes);
}

/* Where the output goes. False: its size is not `count`, or the run is over. */
static bool output_start(struct brillig_machine *machine, const struct brillig_heap_array *array,
                         uint32_t count, const char *name, uint32_t *start)
{
    if (!machine_pointer(machine, array->pointer, start))
        return false;
    if (array->size != count)
        return machine_fail(machine,
                            "failed to solve blackbox function: %s, reason: Expected output of "
                            "size %u but encountered %u",
                            name, array->size, count);
    return true;
}

static bool output_bytes(struct brillig_machine *machine, const struct brillig_heap_array *array,
                         const unsigned char *bytes, uint32_t count, const char *name)
{
    uint32_t start;
    bool done = output_start(machine, array, count, name, &start);
    for (uint32_t index = 0; done && index < count; index++) {
        struct brillig_value value = brillig_integer(BRILLIG_U8, bytes[index]);
        done = machine_put(machine, (uint64_t)start + index, &value);
    }
    return done;
}

static bool output_fields(struct brillig_machine *machine, const struct brillig_heap_array *array,
                          const struct field *fields, uint32_t count, const char *name)
{
    uint32_t start;
    bool done = output_start(machine, array, count, name, &start);
    for (uint32_t index = 0; done && index < count; index++) {
        struct brillig_value value = {.type = BRILLIG_FIELD};
        value.as.field = fields[index];
        done = machine_put(machine, (uint64_t)start + index, &value);
    }
    return done;
}

static bool aes(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const char name[] = "aes128_encrypt";
    const struct brillig_heap_array *arrays = box->arrays;
    unsigned char *message = input_bytes(machine, &arrays[AES_MESSAGE]);
    unsigned char *iv = message == NULL ? NULL : input_bytes(machine, &arrays[AES_IV]);
    unsigned char *key = iv == NULL ? NULL : input_bytes(machine, &arrays[AES_KEY]);
    bool done = key != NULL;
    if (done && arrays[AES_MESSAGE].size % AES128_BLOCK_BYTES != 0)
        done = fail_box(machine, name, "input length must be a multiple of 16");
    if (done && arrays[AES_IV].size != AES128_BLOCK_BYTES)
        done = fail_box(machine, name, "Invalid iv length");
    if (done && arrays[AES_KEY].size != AES128_KEY_BYTES)
        done = fail_box(machine, name, "Invalid key length");
    /* In place: CBC reads a block before it writes it. */
    if (done && !aes128_cbc_encrypt(message, message, arrays[AES_MESSAGE].size, iv, key))
        done = no_memory(machine);
    if (done)
        done = output_bytes(machine, &arrays[AES_OUTPUT], message, arrays[AES_MESSAGE].size, name);
    free_bytes(message, &arrays[AES_MESSAGE]);
    free_bytes(iv, &arrays[AES_IV]);
    free_bytes(key, &arrays[AES_KEY]);
    return done;
}

static bool blake(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    unsigned char *message = input_bytes(machine, &box->arrays[0]);
    if (message == NULL)
        return false;
    unsigned char output[BLAKE_OUTPUT_BYTES];
    bool hashed = true;
    bool is_blake2s = box->kind == BRILLIG_BLAKE2S;
    if (is_blake2s)
        hashed = blake2s_hash(output, message, box->arrays[0].size);
    else
        blake3_hash(output, message, box->arrays[0].size);
    free_bytes(message, &box->arrays[0]);
    if (!hashed)
        return no_memory(machine);
    return output_bytes(machine, &box->arrays[1], output, sizeof(output),
                        is_blake2s ? "blake2s" : "blake3");
}

static bool keccak(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const char name[] = "keccakf1600";
    const struct brillig_value *cells = input_cells(machine, &box->arrays[0], BRILLIG_U64);
    if (cells == NULL)
        return false;
    if (box->arrays[0].size != KECCAK_LANES)
        return fail_box(machine, name, "Expected 25 inputs");
    uint64_t state[KECCAK_LANES];
    for (size_t lane = 0; lane < KECCAK_LANES; lane++)
        state[lane] = cells[lane].as.integer[0];
    keccak_f1600(state);
    uint32_t start;
    bool done = output_start(machine, &box->arrays[1], KECCAK_LANES, name, &start);
    for (uint32_t lane = 0; done && lane < KECCAK_LANES; lane++) {
        struct brillig_value value = brillig_integer(BRILLIG_U64, state[lane]);
        done = machine_put(machine, (uint64_t)start + lane, &value);
    }
    return done;
}

static bool input_words(struct brillig_machine *machine, const struct brillig_heap_array *array,
                        uint32_t *words, uint32_t count, const char *noun)
{
    const struct brillig_value *cells = input_cells(machine, array, BRILLIG_U32);
    if (cells == NULL)
        return false;
    if (array->size != count)
        return machine_fail(machine,
                            "failed to solve blackbox function: sha256_compression, reason: "
                            "Expected %u %s but encountered %u",
                            count, noun, array->size);
    for (uint32_t index = 0; index < count; index++)
        words[index] = (uint32_t)cells[index].as.integer[0];
    return true;
}

static bool sha256(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    uint32_t block[SHA256_BLOCK_WORDS];
    uint32_t state[SHA256_STATE_WORDS];
    if (!input_words(machine, &box->arrays[0], block, SHA256_BLOCK_WORDS, "inputs") ||
        !input_words(machine, &box->arrays[1], state, SHA256_STATE_WORDS, "values"))
        return false;
    sha256_compress(state, block);
    uint32_t start;
    bool done =
        output_start(machine, &box->arrays[2], SHA256_STATE_WORDS, "sha256_compression", &start);
    for (uint32_t word = 0; done && word < SHA256_STATE_WORDS; word++) {
        struct brillig_value value = brillig_integer(BRILLIG_U32, state[word]);
        done = machine_put(machine, (uint64_t)start + word, &value);
    }
    return done;
}

static bool ecdsa(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const uint32_t sizes[] = {ECDSA_NUMBER_BYTES, ECDSA_NUMBER_BYTES, ECDSA_NUMBER_BYTES,
                                     ECDSA_SIGNATURE_BYTES};
    unsigned char inputs[BRILLIG_BLACK_BOX_ARRAYS][ECDSA_SIGNATURE_BYTES];
    bool is_k1 = box->kind == BRILLIG_ECDSA_SECP256K1;
    for (size_t input = 0; input < BRILLIG_BLACK_BOX_ARRAYS; input++) {
        const struct brillig_value *cells = input_cells(machine, &box->arrays[input], BRILLIG_U8);
        if (cells == NULL)
            return false;
        if (box->arrays[input].size != sizes[input])
            return fail_box(machine, is_k1 ? "ecdsa_secp256k1" : "ecdsa_secp256r1",
                            "an input has a wrong length");
        for (uint32_t index = 0; index < sizes[input]; index++)
            inputs[input][index] = (unsigned char)cells[index].as.integer[0];
    }
    bool is_valid = false;
    if (!machine_charge(machine, STEPS_OF_SIGNATURE))
        return false;
    if (!ecdsa_verify(&is_valid, is_k1 ? ECDSA_SECP256K1 : ECDSA_SECP256R1, inputs[0], inputs[1],
                      inputs[2], inputs[3]))
        return no_memory(machine);
    struct brillig_value result = brillig_integer(BRILLIG_U1, is_valid);
    return machine_write(machine, box->addresses[0], &result);
}

static bool curve_add(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const char name[] = "embedded_curve_add";
    struct field coordinates[4];
    for (size_t index = 0; index < 4; index++) {
        const struct brillig_value *value = machine_read(machine, box->addresses[index]);
        if (value->type != BRILLIG_FIELD)
            return machine_fail(machine, "a coordinate is not a field element");
        coordinates[index] = value->as.field;
    }
    struct grumpkin_point sum;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    if (!grumpkin_add(&sum, &(struct grumpkin_point){coordinates[0], coordinates[1]},
                      &(struct grumpkin_point){coordinates[2], coordinates[3]}, reason))
        return fail_box(machine, name, reason);
    return output_fields(machine, &box->arrays[0], (const struct field[]){sum.x, sum.y}, 2, name);
}

static bool curve_multiply(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const char name[] = "multi_scalar_mul";
    const struct brillig_value *points = input_cells(machine, &box->arrays[0], BRILLIG_FIELD);
    const struct brillig_value *scalars =
        points == NULL ? NULL : input_cells(machine, &box->arrays[1], BRILLIG_FIELD);
    if (scalars == NULL)
        return false;
    size_t count = box->arrays[0].size / 2;
    if (box->arrays[0].size != box->arrays[1].size || box->arrays[0].size % 2 != 0)
        return fail_box(machine, name, "Points and scalars must have the same length");
    if (!machine_charge(machine, count * STEPS_OF_MULTIPLICATION))
        return false;
    size_t values = (size_t)box->arrays[0].size;
    struct field *coordinates = calloc(2 * values + 1, sizeof(*coordinates));
    if (coordinates == NULL)
        return no_memory(machine);
    struct field *halves = coordinates + values;
    for (size_t index = 0; index < values; index++) {
        coordinates[index] = points[index].as.field;
        halves[index] = scalars[index].as.field;
    }
    struct grumpkin_point sum;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    bool done = grumpkin_multiply(&sum, coordinates, halves, count, reason);
    sodium_memzero(coordinates, 2 * values * sizeof(*coordinates));
    free(coordinates);
    if (!done)
        return fail_box(machine, name, reason);
    return output_fields(machine, &box->arrays[2], (const struct field[]){sum.x, sum.y}, 2, name);
}

static bool poseidon2(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    static const char name[] = "poseidon2_permutation";
    const struct brillig_value *cells = input_cells(machine, &box->arrays[0], BRILLIG_FIELD);
    if (cells == NULL)
        return false;
    if (box->arrays[0].size != POSEIDON2_WIDTH)
        return machine_fail(machine,
                            "failed to solve blackbox function: %s, reason: Expected %d values "
                            "but encountered %u",
                            name, POSEIDON2_WIDTH, box->arrays[0].size);
    if (!machine_charge(machine, STEPS_OF_PERMUTATION))
        return false;
    struct field state[POSEIDON2_WIDTH];
    for (size_t index = 0; index < POSEIDON2_WIDTH; index++)
        state[index] = cells[index].as.field;
    poseidon2_permute(state);
    return output_fields(machine, &box->arrays[1], state, POSEIDON2_WIDTH, name);
}

static bool check_radix(struct brillig_machine *machine, const struct brillig_value *const v[4])
{
    const struct brillig_value *radix = v[1];
    if (v[0]->type != BRILLIG_FIELD)
        return machine_fail(machine, "ToRadix opcode's input is not a field element");
    if (v[2]->type != BRILLIG_U32)
        return machine_fail(machine, "ToRadix opcode's number of limbs is not a u32");
    if (radix->type != BRILLIG_U32)
        return machine_fail(machine,
                            "ToRadix opcode's radix bit size does not match expected bit size 32");
    if (v[3]->type != BRILLIG_U1)
        return machine_fail(machine,
                            "ToRadix opcode's output_bits size does not match expected bit size 1");
    if (radix->as.integer[0] < 2 || radix->as.integer[0] > 256)
        return machine_fail(machine, "Radix out of the valid range [2,256]. Value: %u",
                            (unsigned int)radix->as.integer[0]);
    if (v[3]->as.integer[0] != 0 && radix->as.integer[0] != 2)
        return machine_fail(machine, "Radix %u is not equal to 2 and bit mode is activated.",
                            (unsigned int)radix->as.integer[0]);
    return true;
}

static bool to_radix(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    enum { INPUT, RADIX, POINTER, LIMBS, OUTPUT_BITS };
    const struct brillig_value *const values[] = {
        machine_read(machine, box->addresses[INPUT]), machine_read(machine, box->addresses[RADIX]),
        machine_read(machine, box->addresses[LIMBS]),
        machine_read(machine, box->addresses[OUTPUT_BITS])};
    uint32_t start;
    if (!check_radix(machine, values) || !machine_pointer(machine, box->addresses[POINTER], &start))
        return false;
    struct integer256 left;
    field_to_integer(&left, &values[0]->as.field);
    uint64_t radix = values[1]->as.integer[0];
    uint32_t limbs = (uint32_t)values[2]->as.integer[0];
    enum brillig_type type = values[3]->as.integer[0] != 0 ? BRILLIG_U1 : BRILLIG_U8;
    if (!machine_charge(machine, limbs))
        return false;
    for (uint32_t limb = limbs; limb-- > 0;) {
        struct brillig_value digit = brillig_integer(type, integer256_divide_small(&left, radix));
        if (!machine_put(machine, (uint64_t)start + limb, &digit))
            return false;
    }
    if (!integer256_is_zero(&left))
        return machine_fail(machine, "Field failed to decompose into specified %u limbs", limbs);
    return true;
}

bool machine_black_box(struct brillig_machine *machine, const struct brillig_black_box *box)
{
    switch (box->kind) {
    case BRILLIG_AES128_ENCRYPT:
        return aes(machine, box);
    case BRILLIG_BLAKE2S:
    case BRILLIG_BLAKE3:
        return blake(machine, box);
    case BRILLIG_KECCAK_F1600:
        return keccak(machine, box);
    case BRILLIG_ECDSA_SECP256K1:
    case BRILLIG_ECDSA_SECP256R1:
        return ecdsa(machine, box);
    case BRILLIG_MULTI_SCALAR_MULTIPLICATION:
        return curve_multiply(machine, box);
    case BRILLIG_EMBEDDED_CURVE_ADD:
        return curve_add(machine, box);
    case BRILLIG_POSEIDON2_PERMUTATION:
        return poseidon2(machine, box);
    case BRILLIG_SHA256_COMPRESSION:
        return sha256(machine, box);
    case BRILLIG_TO_RADIX:
        return to_radix(machine, box);
    }
    NOT_REACHED("a Brillig black box of no kind");
}
