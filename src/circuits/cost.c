#include "circuits/cost.h"

#include <math.h>
#include <stddef.h>

enum { GENERATION_RUNS = 16, MEBIBYTE = 1 << 20, IDLE_MEBIBYTES = 16 };

static const double safety = 1.25; /* of a guess of memory: to wait costs less than to be killed */

enum { MEASURED_COUNT = 3 };

/* What was measured; between these sizes the logarithms lie on a line. */
struct measured {
    double size; /* log2 of the rows */
    double milliseconds;
    double megabytes;
    double speedup; /* exponent: n threads are n^speedup times as fast */
};

static const struct measured of_bb[MEASURED_COUNT] = {
    {5, 28, 14, 0.1},
    {13, 298, 31, 0.44},
    {18, 4190, 281, 0.73},
};

static const struct measured *const measured[ENGINE_KINDS] = {
    [ENGINE_BB] = of_bb,
    [ENGINE_NATIVE] = of_bb,
};

static double size_of(uint32_t rows)
{
    return rows < 2 ? 0 : log2(rows);
}

static double on_line(double x, double x0, double y0, double x1, double y1)
{
    return y0 + (x - x0) / (x1 - x0) * (y1 - y0);
}

/* Past the last size time and memory grow with the rows, and below the first they stay. */
static double interpolate(double size, const struct measured *rows, const double *values)
{
    if (size <= rows[0].size)
        return log2(values[0]);
    for (size_t i = 1; i < MEASURED_COUNT; i++)
        if (size <= rows[i].size)
            return on_line(size, rows[i - 1].size, log2(values[i - 1]), rows[i].size,
                           log2(values[i]));
    return log2(values[MEASURED_COUNT - 1]) + size - rows[MEASURED_COUNT - 1].size;
}

static double speedup(double size, const struct measured *rows, unsigned threads)
{
    double exponent = rows[MEASURED_COUNT - 1].speedup;
    if (size <= rows[0].size)
        exponent = rows[0].speedup;
    for (size_t i = MEASURED_COUNT - 1; i >= 1 && size > rows[0].size; i--)
        if (size <= rows[i].size)
            exponent =
                on_line(size, rows[i - 1].size, rows[i - 1].speedup, rows[i].size, rows[i].speedup);
    return pow(threads, exponent);
}

nanoseconds cost_guess_time(enum engine_kind engine, uint32_t rows, unsigned threads)
{
    double values[MEASURED_COUNT];
    double size = size_of(rows);
    for (size_t i = 0; i < MEASURED_COUNT; i++)
        values[i] = measured[engine][i].milliseconds;
    double milliseconds = exp2(interpolate(size, measured[engine], values)) /
                          speedup(size, measured[engine], threads);
    return (nanoseconds)(milliseconds * NANOSECONDS_PER_MILLISECOND);
}

uint64_t cost_guess_memory(enum engine_kind engine, uint32_t rows, unsigned threads)
{
    double values[MEASURED_COUNT];
    for (size_t i = 0; i < MEASURED_COUNT; i++)
        values[i] = measured[engine][i].megabytes;
    /* A thread has a stack and buffers of its own, about a megabyte. */
    double megabytes =
        exp2(interpolate(size_of(rows), measured[engine], values)) * safety + threads;
    return (uint64_t)(megabytes * MEBIBYTE);
}

uint64_t cost_idle_memory(void)
{
    return (uint64_t)IDLE_MEBIBYTES * MEBIBYTE;
}

static void begin_generation(struct cost_memory *memory)
{
    memory->previous = memory->current;
    memory->current = 0;
    memory->runs = 0;
}

void cost_note_memory(struct cost_memory *memory, uint64_t before, uint64_t peak)
{
    if (peak == 0)
        return;
    if (before > peak / 2) {
        if (memory->current > peak)
            memory->current = peak;
        if (memory->previous > peak)
            memory->previous = peak;
        return;
    }
    if (memory->runs == GENERATION_RUNS)
        begin_generation(memory);
    memory->runs++;
    if (peak > memory->current)
        memory->current = peak;
}

void cost_note_shortage(struct cost_memory *memory, uint64_t given, uint64_t most)
{
    uint64_t more = given + given / 2;
    if (most > 0 && given < most && more > most)
        more = most;
    if (more > memory->current)
        memory->current = more;
}

uint64_t cost_expected_memory(const struct cost_memory *memory)
{
    return memory->current > memory->previous ? memory->current : memory->previous;
}
