#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bn254/cpu.h"

bool has_chosen_cpu(void)
{
    const char *name = getenv(CPU_VARIABLE);
    enum cpu cpu;
    if (name == NULL)
        return true;
    if (!cpu_from_name(&cpu, name)) {
        (void)fprintf(stderr, CPU_VARIABLE " is \"%s\": portable, adx or ifma is meant\n", name);
        exit(1);
    }
    return cpu_has(cpu);
}

uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = (*state ^ *state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

struct integer256 random_integer(uint64_t *state)
{
    struct integer256 integer;
    for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++)
        integer.limbs[limb] = next_random(state);
    return integer;
}

struct fq random_fq(uint64_t *state)
{
    struct fq element;
    struct integer256 integer;
    do {
        integer = random_integer(state);
        integer.limbs[INTEGER256_LIMBS - 1] >>= 2;
    } while (!fq_from_integer(&element, &integer));
    return element;
}

struct field random_fr(uint64_t *state)
{
    struct field element;
    struct integer256 integer = random_integer(state);
    field_from_integer_reduced(&element, &integer);
    return element;
}

struct fq2 random_fq2(uint64_t *state)
{
    struct fq c0 = random_fq(state);
    return (struct fq2){c0, random_fq(state)};
}

struct fq6 random_fq6(uint64_t *state)
{
    struct fq2 c0 = random_fq2(state);
    struct fq2 c1 = random_fq2(state);
    return (struct fq6){c0, c1, random_fq2(state)};
}

struct fq12 random_fq12(uint64_t *state)
{
    struct fq6 c0 = random_fq6(state);
    return (struct fq12){c0, random_fq6(state)};
}

struct g1 random_g1(uint64_t *state)
{
    struct integer256 scalar = random_integer(state);
    struct g1_jacobian product;
    struct g1 point;
    g1_multiply(&product, &g1_generator, &scalar);
    g1_to_affine(&point, &product);
    return point;
}

/* The limbs of an element's representation are below the modulus, and otherwise extreme. */
static const uint64_t edge_limbs[EDGES - 9][INTEGER256_LIMBS] = {
    {UINT64_MAX, 0, 0, 0},
    {0, UINT64_MAX, 0, 0},
    {0, 0, UINT64_MAX, 0},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX, 0},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_C(0x30644e72e131a028)},
    {0, 0, 0, UINT64_C(0x30644e72e131a029)},
    {UINT64_C(1) << 52, UINT64_C(1) << 40, UINT64_C(1) << 28, UINT64_C(1) << 16}};

void edge_fqs(struct fq edges[EDGES])
{
    uint64_t state = 1;
    edges[0] = FQ_ZERO;
    edges[1] = FQ_ONE;
    fq_double(&edges[2], &edges[1]);
    edges[3] = FQ_MINUS_ONE;
    fq_subtract(&edges[4], &FQ_MINUS_ONE, &FQ_ONE);
    edges[5] = (struct fq){{1, 0, 0, 0}};
    edges[6] = random_fq(&state);
    edges[7] = random_fq(&state);
    (void)integer256_subtract((struct integer256 *)&edges[8], &fq_modulus,
                              &(struct integer256){{1, 0, 0, 0}});
    memcpy(&edges[9], edge_limbs, sizeof(edge_limbs));
}

void edge_frs(struct field edges[EDGES])
{
    uint64_t state = 1;
    edges[0] = FIELD_ZERO;
    edges[1] = FIELD_ONE;
    field_add(&edges[2], &edges[1], &edges[1]);
    edges[3] = FIELD_MINUS_ONE;
    field_subtract(&edges[4], &FIELD_MINUS_ONE, &FIELD_ONE);
    edges[5] = (struct field){{1, 0, 0, 0}};
    edges[6] = random_fr(&state);
    edges[7] = random_fr(&state);
    (void)integer256_subtract((struct integer256 *)&edges[8], &field_modulus,
                              &(struct integer256){{1, 0, 0, 0}});
    memcpy(&edges[9], edge_limbs, sizeof(edge_limbs));
}

static uint64_t digit_of(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *found = strchr(digits, digit);
    assert_true(found != NULL && digit != '\0');
    return (uint64_t)(found - digits);
}

struct integer256 integer_of_hex(const char *hex)
{
    struct integer256 integer = {{0}};
    for (; *hex != '\0'; hex++)
        assert_true(integer256_multiply_add(&integer, 16, digit_of(*hex)));
    return integer;
}

struct fq fq_of_hex(const char *hex)
{
    struct integer256 integer = integer_of_hex(hex);
    struct fq element = FQ_ZERO;
    assert_true(fq_from_integer(&element, &integer));
    return element;
}

struct field fr_of_hex(const char *hex)
{
    struct integer256 integer = integer_of_hex(hex);
    struct field element = FIELD_ZERO;
    assert_true(field_from_integer(&element, &integer));
    return element;
}

struct fq2 fq2_of_hex(const char *const hex[2])
{
    return (struct fq2){fq_of_hex(hex[0]), fq_of_hex(hex[1])};
}

void assert_fq_hex(const struct fq *element, const char *hex)
{
    struct integer256 integer;
    char text[INTEGER256_HEX_CHARACTERS];
    char expected[INTEGER256_HEX_CHARACTERS];
    struct integer256 wanted = integer_of_hex(hex);
    fq_to_integer(&integer, element);
    integer256_to_hex(text, &integer);
    integer256_to_hex(expected, &wanted);
    assert_string_equal(text, expected);
}

void assert_fq2_hex(const struct fq2 *element, const char *const hex[2])
{
    assert_fq_hex(&element->c0, hex[0]);
    assert_fq_hex(&element->c1, hex[1]);
}

struct fq12 fq12_of_hex(const char *const hex[12])
{
    return (struct fq12){{fq2_of_hex(hex), fq2_of_hex(hex + 4), fq2_of_hex(hex + 8)},
                         {fq2_of_hex(hex + 2), fq2_of_hex(hex + 6), fq2_of_hex(hex + 10)}};
}

void assert_fq12_hex(const struct fq12 *element, const char *const hex[12])
{
    assert_fq2_hex(&element->c0.c0, hex);
    assert_fq2_hex(&element->c1.c0, hex + 2);
    assert_fq2_hex(&element->c0.c1, hex + 4);
    assert_fq2_hex(&element->c1.c1, hex + 6);
    assert_fq2_hex(&element->c0.c2, hex + 8);
    assert_fq2_hex(&element->c1.c2, hex + 10);
}
