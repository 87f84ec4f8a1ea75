#include "jobs/scheduler.h"

#include <stddef.h>

#include "base/check.h"
#include "circuits/cost.h"

enum {
    MOST_SAMPLES = 4,         /* that a mean is of, as good as */
    SAMPLES_BEFORE_TRIAL = 4, /* of the best shape, before another is tried */
    TRIAL_EVERY = 32,         /* proofs made alone */
    UNKNOWN_ROWS = 1 << 13,
};

static const nanoseconds check_time = INT64_C(10) * NANOSECONDS_PER_MILLISECOND;
static const nanoseconds demand_window =
    (nanoseconds)MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
static const double key_share = 0.6; /* of the time of a proof */
static const double pace_weight = 0.25;

void scheduler_init(struct scheduler *scheduler, const struct scheduler_options *options)
{
    CHECK(options->cores > 0 && options->workers > 0);
    *scheduler = (struct scheduler){.options = *options};
    for (int i = 0; i < ENGINE_KINDS; i++)
        scheduler->engines[i].pace = 1;
    scheduler->running.next = &scheduler->running;
    scheduler->running.previous = &scheduler->running;
}

unsigned scheduler_most_threads(const struct scheduler *scheduler)
{
    return scheduler->options.threads > 0 ? scheduler->options.threads : scheduler->options.cores;
}

/* With more workers than cores, or a given number of threads, the operator's word counts. */
static unsigned most_cores(const struct scheduler_options *options)
{
    if (options->threads > 0)
        return options->threads * options->workers;
    return options->cores > options->workers ? options->cores : options->workers;
}

static unsigned log2_of(uint32_t number)
{
    unsigned log = 0;
    while (number > 1) {
        number /= 2;
        log++;
    }
    return log;
}

/* The class of a circuit's size. */
static unsigned size_of(uint32_t rows)
{
    return log2_of(rows == 0 ? UNKNOWN_ROWS : rows);
}

/* Shapes halve the cores again and again, so each has another logarithm. */
static unsigned shape_of(unsigned threads)
{
    unsigned shape = log2_of(threads);
    return shape < SCHEDULER_SHAPES ? shape : SCHEDULER_SHAPES - 1;
}

/* The threads that a shape stands for; 0: none of this scheduler's. */
static unsigned threads_of(const struct scheduler *scheduler, unsigned shape)
{
    unsigned threads = scheduler_most_threads(scheduler);
    while (threads > 0 && shape_of(threads) > shape)
        threads /= 2;
    return threads > 0 && shape_of(threads) == shape ? threads : 0;
}

static double ratio(nanoseconds a, nanoseconds b)
{
    return (double)a / (double)b;
}

/* The measured time, or what follows from the class's other shapes, or from the rows alone. */
static double expected_time(const struct scheduler *scheduler, enum engine_kind engine,
                            uint32_t rows, unsigned threads)
{
    const struct scheduler_time *times = scheduler->engines[engine].times[size_of(rows)];
    uint32_t guessed_rows = rows == 0 ? UNKNOWN_ROWS : rows;
    double guess = (double)cost_guess_time(engine, guessed_rows, threads);
    if (times[shape_of(threads)].samples > 0)
        return (double)times[shape_of(threads)].mean;
    for (unsigned i = 0; i < SCHEDULER_SHAPES; i++)
        if (times[i].samples > 0)
            return guess * ratio(times[i].mean,
                                 cost_guess_time(engine, guessed_rows, threads_of(scheduler, i)));
    return guess * scheduler->engines[engine].pace;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many of the shape run side by side when so many want to. */
static unsigned side_by_side(const struct scheduler *scheduler, unsigned threads, unsigned wanting)
{
    unsigned fit = most_cores(&scheduler->options) / threads;
    unsigned together = least(least(fit, scheduler->options.workers), wanting);
    return together == 0 ? 1 : together;
}

/* The threads that make the most proofs a second when so many want to be made. */
static unsigned best_threads(const struct scheduler *scheduler, const struct work *work,
                             unsigned wanting)
{
    double best_rate = 0;
    unsigned best = 1;
    if (scheduler->options.threads > 0)
        return scheduler->options.threads;
    for (unsigned threads = scheduler->options.cores; threads > 0; threads /= 2) {
        double rate = side_by_side(scheduler, threads, wanting) /
                      expected_time(scheduler, work->engine, work->rows, threads);
        if (rate >= best_rate) {
            best_rate = rate;
            best = threads;
        }
    }
    return best;
}

static bool is_alone(const struct scheduler *scheduler, const struct work *work, unsigned wanting)
{
    return wanting == 1 && work->kind == WORK_PROOF && scheduler->options.threads == 0;
}

/*
 * A proof that is alone tries another shape now and then: only what was measured is known. The
 * next smaller one, which costs least, once the best is known; later the larger one in turns.
 */
static unsigned try_another(const struct scheduler *scheduler, const struct work *work,
                            unsigned best)
{
    unsigned size = size_of(work->rows);
    const struct scheduler_engine *engine = &scheduler->engines[work->engine];
    const struct scheduler_time *times = engine->times[size];
    unsigned smaller = best / 2;
    unsigned larger = best;
    for (unsigned threads = scheduler->options.cores; threads > best; threads /= 2)
        larger = threads;
    unsigned count = engine->proofs_alone[size] + 1;
    if (smaller > 0 && times[shape_of(smaller)].samples == 0 &&
        times[shape_of(best)].samples >= SAMPLES_BEFORE_TRIAL)
        return smaller;
    if (count % TRIAL_EVERY != 0)
        return best;
    return count / TRIAL_EVERY % 2 == 0 || smaller == 0 ? larger : smaller;
}

/* Most jobs that have wanted cores at once, now or a moment ago: who was here is soon back. */
static unsigned note_demand(struct scheduler *scheduler, size_t waiting, nanoseconds now)
{
    size_t all = scheduler->computing + waiting;
    unsigned wanting =
        all > scheduler->options.workers ? scheduler->options.workers : (unsigned)all;
    nanoseconds age = now - scheduler->demand_since;
    if (age >= demand_window) {
        scheduler->demand[1] = age >= 2 * demand_window ? 0 : scheduler->demand[0];
        scheduler->demand[0] = 0;
        scheduler->demand_since = now;
    }
    if (wanting > scheduler->demand[0])
        scheduler->demand[0] = wanting;
    return scheduler->demand[0] > scheduler->demand[1] ? scheduler->demand[0]
                                                       : scheduler->demand[1];
}

static uint64_t memory_of(const struct work *work, unsigned threads)
{
    if (work->kind == WORK_CHECK)
        return cost_idle_memory();
    if (work->memory_bytes > 0)
        return work->memory_bytes;
    return cost_guess_memory(work->engine, work->rows == 0 ? UNKNOWN_ROWS : work->rows, threads);
}

uint64_t scheduler_memory_for(const struct scheduler *scheduler, const struct work *work)
{
    return memory_of(work, scheduler->options.threads > 0 ? scheduler->options.threads : 1);
}

bool scheduler_could_fit(const struct scheduler *scheduler, const struct work *work)
{
    bool known = work->rows > 0 || work->memory_bytes > 0;
    return scheduler->options.memory_bytes == 0 || !known ||
           scheduler_memory_for(scheduler, work) <= scheduler->options.memory_bytes;
}

/* The threads for work that wants cores; 0 when none is free. */
static unsigned choose_threads(const struct scheduler *scheduler, const struct work *work,
                               unsigned wanting)
{
    unsigned free = most_cores(&scheduler->options) - scheduler->cores_taken;
    unsigned threads = best_threads(scheduler, work, wanting);
    if (is_alone(scheduler, work, wanting))
        threads = try_another(scheduler, work, threads);
    while (threads > free)
        threads /= 2;
    return threads;
}

static void take(struct scheduler *scheduler, struct grant *grant)
{
    grant->next = &scheduler->running;
    grant->previous = scheduler->running.previous;
    grant->previous->next = grant;
    scheduler->running.previous = grant;
    scheduler->computing += grant->cores > 0;
    scheduler->cores_taken += grant->cores;
    scheduler->memory_taken += grant->memory_bytes;
}

enum scheduling scheduler_start(struct scheduler *scheduler, struct grant *grant,
                                const struct work *work, size_t waiting, nanoseconds now)
{
    uint64_t most_memory = scheduler->options.memory_bytes;
    unsigned wanting = 0;
    struct grant given = {.started_at = now, .expected = check_time};
    if (work->kind != WORK_CHECK) {
        wanting = note_demand(scheduler, waiting, now);
        given.threads = given.cores = choose_threads(scheduler, work, wanting);
        if (given.cores == 0)
            return SHORT_OF_CORES;
        given.expected =
            (nanoseconds)expected_time(scheduler, work->engine, work->rows, given.threads);
    }
    given.memory_bytes = memory_of(work, given.threads);
    if (most_memory > 0) {
        /* A guess that grows with the threads is no reason to hold up what was let in. */
        if (given.memory_bytes > most_memory)
            given.memory_bytes = most_memory;
        if (given.memory_bytes > most_memory - scheduler->memory_taken)
            return SHORT_OF_MEMORY;
    }
    if (is_alone(scheduler, work, wanting))
        scheduler->engines[work->engine].proofs_alone[size_of(work->rows)]++;
    *grant = given;
    take(scheduler, grant);
    return SCHEDULED;
}

void scheduler_end(struct scheduler *scheduler, struct grant *grant)
{
    CHECK(scheduler->cores_taken >= grant->cores && scheduler->memory_taken >= grant->memory_bytes);
    grant->previous->next = grant->next;
    grant->next->previous = grant->previous;
    scheduler->computing -= grant->cores > 0;
    scheduler->cores_taken -= grant->cores;
    scheduler->memory_taken -= grant->memory_bytes;
}

void scheduler_note_time(struct scheduler *scheduler, enum engine_kind engine, uint32_t rows,
                         unsigned threads, nanoseconds took)
{
    struct scheduler_engine *learnt = &scheduler->engines[engine];
    struct scheduler_time *time = &learnt->times[size_of(rows)][shape_of(threads)];
    double measured_pace =
        ratio(took, cost_guess_time(engine, rows == 0 ? UNKNOWN_ROWS : rows, threads));
    if (time->samples < MOST_SAMPLES)
        time->samples++;
    time->mean += (took - time->mean) / time->samples;
    learnt->pace += (measured_pace - learnt->pace) * pace_weight;
}

nanoseconds scheduler_time_of(const struct scheduler *scheduler, const struct work *work)
{
    if (work->kind == WORK_CHECK)
        return check_time;
    unsigned threads = best_threads(scheduler, work, scheduler->options.workers);
    double time = expected_time(scheduler, work->engine, work->rows, threads);
    return (nanoseconds)(work->kind == WORK_KEY ? time * key_share : time);
}

nanoseconds scheduler_delay_of(const struct scheduler *scheduler, const struct work *work)
{
    unsigned workers = scheduler->options.workers;
    if (work->kind == WORK_CHECK)
        return check_time / workers;
    unsigned threads = best_threads(scheduler, work, workers);
    return scheduler_time_of(scheduler, work) / side_by_side(scheduler, threads, workers);
}

nanoseconds scheduler_delay_of_running(const struct scheduler *scheduler, nanoseconds now)
{
    unsigned cores = most_cores(&scheduler->options);
    nanoseconds delay = 0;
    for (const struct grant *grant = scheduler->running.next; grant != &scheduler->running;
         grant = grant->next) {
        nanoseconds left = grant->started_at + grant->expected - now;
        /* With one worker alone its job holds up the next for all it has left. */
        unsigned share = scheduler->options.workers == 1 ? cores : grant->cores;
        if (left > 0)
            delay += left / cores * share;
    }
    return delay;
}
