/*
 * Which implementation of the arithmetic runs: one of three, chosen once for the process. Without a
 * choice it is the fastest that the processor has. All give the same results.
 */
#ifndef BN254_CPU_H
#define BN254_CPU_H

#include <stdbool.h>

#define CPU_VARIABLE "ULTRAHONK_CPU"

enum cpu {
    CPU_PORTABLE, /* C alone, on any processor */
    CPU_ADX,      /* x86-64 with BMI2 and ADX */
    CPU_IFMA,     /* ADX, and eight elements side by side with AVX-512 IFMA */
    CPU_COUNT
};

/* "portable", "adx" or "ifma". */
const char *cpu_name(enum cpu cpu);

/* False, with the output untouched, for any other name. */
bool cpu_from_name(enum cpu *cpu, const char *name);

/* Whether this processor and this build can run it. */
bool cpu_has(enum cpu cpu);

/* False, and nothing changed, for one that this processor has not. For the start of a program,
 * while no other thread computes; a later call changes the choice, which tests do. */
bool cpu_use(enum cpu cpu);

/* What runs. */
enum cpu cpu_used(void);

#endif
