#include "bn254/cpu.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "bn254/arithmetic_internal.h"

static const char *const names[CPU_COUNT] = {"portable", "adx", "ifma"};

static const struct arithmetic *const tables[CPU_COUNT] = {
    &arithmetic_portable,
#ifdef __x86_64__
    &arithmetic_adx,
    &arithmetic_ifma,
#endif
};

_Atomic(const struct arithmetic *) arithmetic_current;

const char *cpu_name(enum cpu cpu)
{
    return names[cpu];
}

bool cpu_from_name(enum cpu *cpu, const char *name)
{
    for (unsigned int index = 0; index < CPU_COUNT; index++) {
        if (strcmp(names[index], name) == 0) {
            *cpu = (enum cpu)index;
            return true;
        }
    }
    return false;
}

#ifdef __x86_64__
static bool has_adx(void)
{
    enum { BMI2 = 1 << 8, ADX = 1 << 19 };
    unsigned int a;
    unsigned int b;
    unsigned int c;
    unsigned int d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & BMI2) != 0 && (b & ADX) != 0;
}

/* The system has to keep the registers, too, which the compiler's function looks at. */
static bool has_ifma(void)
{
    return has_adx() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma");
}
#else
static bool has_adx(void)
{
    return false;
}

static bool has_ifma(void)
{
    return false;
}
#endif

bool cpu_has(enum cpu cpu)
{
    switch (cpu) {
    case CPU_PORTABLE:
        return true;
    case CPU_ADX:
        return has_adx();
    case CPU_IFMA:
        return has_ifma();
    case CPU_COUNT:
        break;
    }
    return false;
}

bool cpu_use(enum cpu cpu)
{
    if (!cpu_has(cpu))
        return false;
    atomic_store_explicit(&arithmetic_current, tables[cpu], memory_order_release);
    return true;
}

const struct arithmetic *arithmetic_choose(void)
{
    const char *wanted = getenv(CPU_VARIABLE);
    enum cpu cpu;
    if (wanted != NULL && cpu_from_name(&cpu, wanted) && cpu_use(cpu))
        return tables[cpu];
    unsigned int best = CPU_COUNT - 1;
    while (!cpu_use((enum cpu)best))
        best--;
    return tables[best];
}

enum cpu cpu_used(void)
{
    return arithmetic()->cpu;
}
