/*
 * bench_bn254 [portable|adx|ifma]: how long the curve's operations take on this machine, in CPU
 * time of one thread. Prints one line each: the median of several runs. Built with the tests, run
 * by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bn254/cpu.h"
#include "bn254/msm.h"
#include "bn254/pairing.h"

enum { RUNS = 9, CHAIN = 20000, LARGEST = 1 << 17 };

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
    if (msm(&result, inputs->points, inputs->scalars, inputs->count) != BN254_OK)
        abort();
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
    if (g2_prepare(&inputs->prepared, &g2_generator) != BN254_OK)
        abort();
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
    measure("fq_multiply, a chain", multiply, inputs, CHAIN, "ns", 1e9);
    measure("field_multiply, a chain", multiply_scalars, inputs, CHAIN, "ns", 1e9);
    measure("fq2_multiply, a chain", multiply_fq2, inputs, CHAIN, "ns", 1e9);
    measure("fq_invert_var", invert, inputs, (double)CHAIN / 100, "ns", 1e9);
    measure("pairing_product_is_one of 2", pair, inputs, 1, "us", 1e6);
    for (inputs->count = 16; inputs->count <= LARGEST;
         inputs->count *= inputs->count < 128 ? 2 : 4) {
        char name[32];
        (void)snprintf(name, sizeof(name), "msm of %zu", inputs->count);
        measure(name, sum, inputs, 1, "ms", 1e3);
    }
    inputs->count = 1 << 13;
    for (size_t index = 0; index < inputs->count; index++) {
        if (index % 1000 != 0)
            inputs->scalars[index] = field_from_u64(inputs->scalars[index].limbs[0] >> 48);
    }
    measure("msm of 8192, 16 bits but for 9", sum, inputs, 1, "ms", 1e3);
    free(inputs);
    return 0;
}
