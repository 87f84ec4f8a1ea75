/*
 * bench_bn254 [portable|adx|ifma]: how long the fields' and the curve's operations take on this
 * machine, in CPU time of one thread. Prints one line each: the median of several runs. Built with
 * the tests, run by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bn254/cpu.h"
#include "bn254/fr.h"
#include "bn254/msm.h"
#include "bn254/pairing.h"
#include "bn254/poseidon2.h"

enum { RUNS = 9, CHAIN = 20000, LARGEST = 1 << 17, COLUMNS = 41 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

struct inputs {
    struct fq a;
    struct fq b;
    struct fq2 c;
    struct fq2 d;
    struct field scalar;
    struct g1 points[LARGEST];
    struct field scalars[LARGEST];
    struct field column[LARGEST]; /* what is multiplied with the points */
    struct field results[LARGEST];
    struct field factors[COLUMNS];
    size_t count;
    struct g2_prepared prepared;
};

/* Prints the median time of one of the `per` operations that a call does. */
static void measure(const char *name, void (*operation)(struct inputs *), struct inputs *inputs,
                    double per, const char *unit, double scale)
{
    double times[RUNS];
    for (size_t run = 0; run < RUNS; run++) {
        double start = now();
        operation(inputs);
        times[run] = (now() - start) / per;
    }
    qsort(times, RUNS, sizeof(times[0]), compare);
    printf("%-31s %9.3f %s (least %.3f)\n", name, times[RUNS / 2] * scale, unit, times[0] * scale);
}

static void multiply(struct inputs *inputs)
{
    for (size_t index = 0; index < CHAIN; index++)
        fq_multiply(&inputs->a, &inputs->a, &inputs->b);
}

static void multiply_scalars(struct inputs *inputs)
{
    for (size_t index = 0; index < CHAIN; index++)
        field_multiply(&inputs->scalar, &inputs->scalar, &inputs->scalars[0]);
}

static void multiply_fq2(struct inputs *inputs)
{
    for (size_t index = 0; index < CHAIN; index++)
        fq2_multiply(&inputs->c, &inputs->c, &inputs->d);
}

static void invert(struct inputs *inputs)
{
    for (size_t index = 0; index < CHAIN / 100; index++)
        (void)fq_invert_var(&inputs->a, &inputs->a);
}

static void pair(struct inputs *inputs)
{
    const struct g2_prepared *list[2] = {&inputs->prepared, &inputs->prepared};
    if (pairing_product_is_one(inputs->points, list, 2))
        abort();
}

static void sum(struct inputs *inputs)
{
    struct g1_jacobian result;
    if (msm(&result, inputs->points, inputs->column, inputs->count) != BN254_OK)
        abort();
}

static void permute(struct inputs *inputs)
{
    for (size_t index = 0; index < CHAIN / 100; index++)
        poseidon2_permute(inputs->column);
}

static void multiply_many(struct inputs *inputs)
{
    fr_multiply_many(inputs->results, inputs->scalars, inputs->column, LARGEST);
}

static void fold_many(struct inputs *inputs)
{
    fr_fold_many(inputs->results, inputs->scalars, &inputs->scalar, LARGEST / 2);
}

static void sum_products(struct inputs *inputs)
{
    fr_sum_of_products(&inputs->scalar, inputs->scalars, inputs->column, LARGEST);
}

static void fill_powers(struct inputs *inputs)
{
    fr_fill_powers(inputs->results, &inputs->scalar, &inputs->scalars[0], LARGEST);
}

static void invert_many(struct inputs *inputs)
{
    fr_invert_many_var(inputs->results, inputs->scalars, LARGEST);
}

static void combine(struct inputs *inputs)
{
    const struct field *columns[COLUMNS];
    for (size_t column = 0; column < COLUMNS; column++)
        columns[column] = inputs->scalars + column;
    fr_combine_many(inputs->results, columns, inputs->factors, COLUMNS, LARGEST / 2);
}

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = (*state ^ *state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* Each point is twice the one before: no two sums of different points are equal, as they would be
 * for points at equal distances. */
static void fill(struct inputs *inputs)
{
    uint64_t seed = 1;
    struct g1_jacobian point;
    g1_to_jacobian(&point, &g1_generator);
    for (size_t index = 0; index < LARGEST; index++) {
        struct integer256 integer;
        for (size_t limb = 0; limb < INTEGER256_LIMBS; limb++)
            integer.limbs[limb] = next_random(&seed);
        field_from_integer_reduced(&inputs->scalars[index], &integer);
        g1_to_affine(&inputs->points[index], &point);
        g1_double(&point, &point);
    }
    inputs->a = inputs->points[0].x;
    inputs->b = inputs->points[0].y;
    inputs->c = (struct fq2){inputs->points[1].x, inputs->points[1].y};
    inputs->d = (struct fq2){inputs->points[2].x, inputs->points[2].y};
    inputs->scalar = inputs->scalars[1];
    memcpy(inputs->column, inputs->scalars, sizeof(inputs->column));
    memcpy(inputs->factors, inputs->scalars, sizeof(inputs->factors));
    if (g2_prepare(&inputs->prepared, &g2_generator) != BN254_OK)
        abort();
}

/* Columns as circuits have them, by what is in a hundred of their cells. */
struct distribution {
    const char *name;
    unsigned int zero;
    unsigned int small; /* of `bits` bits */
    unsigned int bits;
    unsigned int repeated; /* long ones that are elsewhere in the column, too */
};

static const struct distribution distributions[] = {
    {"random", 0, 0, 0, 0},
    {"all of 16 bits but 9", 0, 100, 16, 0},
    {"wires: a third of 14 bits", 10, 32, 14, 0},
    {"grand product: 43 % repeated", 0, 0, 0, 43},
    {"lookup inverses: 96 % zero", 96, 0, 0, 0},
};

static void fill_column(struct inputs *inputs, const struct distribution *distribution)
{
    uint64_t seed = 2;
    for (size_t index = 0; index < LARGEST; index++) {
        uint64_t random = next_random(&seed);
        unsigned int part = (unsigned int)(random % 100);
        inputs->column[index] = inputs->scalars[index];
        if (index % 1000 == 0)
            continue;
        if (part < distribution->zero)
            inputs->column[index] = FIELD_ZERO;
        else if (part < distribution->zero + distribution->small)
            inputs->column[index] = field_from_u64(random >> (64 - distribution->bits));
        else if (part >= 100 - distribution->repeated)
            inputs->column[index] = inputs->column[(random >> 8) % index];
    }
}

static void measure_fields(struct inputs *inputs)
{
    measure("fq_multiply, a chain", multiply, inputs, CHAIN, "ns", 1e9);
    measure("field_multiply, a chain", multiply_scalars, inputs, CHAIN, "ns", 1e9);
    measure("fq2_multiply, a chain", multiply_fq2, inputs, CHAIN, "ns", 1e9);
    measure("fq_invert_var", invert, inputs, (double)CHAIN / 100, "ns", 1e9);
    measure("poseidon2_permute", permute, inputs, (double)CHAIN / 100, "us", 1e6);
    measure("fr_multiply_many, a product", multiply_many, inputs, LARGEST, "ns", 1e9);
    measure("fr_fold_many, a result", fold_many, inputs, (double)LARGEST / 2, "ns", 1e9);
    measure("fr_sum_of_products, a product", sum_products, inputs, LARGEST, "ns", 1e9);
    measure("fr_fill_powers, a power", fill_powers, inputs, LARGEST, "ns", 1e9);
    measure("fr_invert_many_var, an inverse", invert_many, inputs, LARGEST, "ns", 1e9);
    measure("fr_combine_many of 41, a row", combine, inputs, (double)LARGEST / 2, "ns", 1e9);
}

static void measure_sums(struct inputs *inputs, const struct distribution *distribution)
{
    fill_column(inputs, distribution);
    printf("msm, %s\n", distribution->name);
    for (unsigned int log = distribution == distributions ? 4 : 13; log <= 17; log++) {
        char name[32];
        inputs->count = (size_t)1 << log;
        (void)snprintf(name, sizeof(name), "  2^%u points", log);
        measure(name, sum, inputs, 1, "ms", 1e3);
    }
}

int main(int argc, char **argv)
{
    enum cpu cpu;
    if (argc == 2 && (!cpu_from_name(&cpu, argv[1]) || !cpu_use(cpu))) {
        (void)fprintf(stderr, "%s: this machine has no such thing\n", argv[1]);
        return 2;
    }
    printf("%s\n", cpu_name(cpu_used()));
    struct inputs *inputs = malloc(sizeof(*inputs));
    if (inputs == NULL)
        return 1;
    fill(inputs);
    measure_fields(inputs);
    measure("pairing_product_is_one of 2", pair, inputs, 1, "us", 1e6);
    for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++)
        measure_sums(inputs, &distributions[i]);
    free(inputs);
    return 0;
}
