/* What a circuit's proofs teach while the server runs: its state, its keys, its costs. */
#include <stdlib.h>

#include "base/check.h"
#include "circuits/circuit.h"

enum { MOST_PAUSE_SECONDS = 60 };

static const nanoseconds second =
    (nanoseconds)MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;

static void lock(struct circuit *circuit)
{
    CHECK_ZERO(pthread_mutex_lock(&circuit->lock));
}

static void unlock(struct circuit *circuit)
{
    CHECK_ZERO(pthread_mutex_unlock(&circuit->lock));
}

const struct verification_key *circuit_key(struct circuit *circuit, enum verifier_target target)
{
    lock(circuit);
    bool known = circuit->key_known[target];
    unlock(circuit);
    return known ? &circuit->keys[target] : NULL;
}

void circuit_set_key(struct circuit *circuit, enum verifier_target target,
                     struct verification_key *key)
{
    lock(circuit);
    if (!circuit->key_known[target]) {
        circuit->keys[target] = *key;
        circuit->key_known[target] = true;
        *key = (struct verification_key){.bytes = BUFFER_EMPTY};
    }
    unlock(circuit);
    verification_key_free(key);
}

/* With the lock held. */
static bool is_at_one(const struct circuit *circuit, enum verifier_target target)
{
    bool any = false;
    for (int i = 0; i < TARGET_COUNT; i++)
        any |= circuit->preparing[i];
    return circuit->preparing[target] || (any && circuit->state == CIRCUIT_LOADING);
}

static bool tell_refusal(const struct key_refusal *refusal, struct failure *why)
{
    nanoseconds left = refusal == NULL ? 0 : refusal->until - clock_now();
    if (left <= 0)
        return false;
    if (why != NULL)
        *why = refusal->why;
    if (why != NULL && refusal->until != DEADLINE_NEVER)
        why->retry_after_seconds = (unsigned)((left + second - 1) / second);
    return true;
}

/* With the lock held. */
static enum key_state state_of_key(const struct circuit *circuit, enum verifier_target target,
                                   struct failure *why)
{
    if (circuit->key_known[target])
        return KEY_KNOWN;
    if (circuit->state == CIRCUIT_FAILED && why != NULL)
        *why = circuit->failure;
    if (circuit->state == CIRCUIT_FAILED || tell_refusal(circuit->refusals[target], why))
        return KEY_REFUSED;
    return is_at_one(circuit, target) ? KEY_PREPARING : KEY_UNKNOWN;
}

enum key_state circuit_key_state(struct circuit *circuit, enum verifier_target target,
                                 struct failure *why)
{
    lock(circuit);
    enum key_state state = state_of_key(circuit, target, why);
    unlock(circuit);
    return state;
}

void circuit_begin_key(struct circuit *circuit, enum verifier_target target)
{
    lock(circuit);
    circuit->preparing[target] = true;
    unlock(circuit);
}

void circuit_end_key(struct circuit *circuit, enum verifier_target target)
{
    lock(circuit);
    circuit->preparing[target] = false;
    unlock(circuit);
}

static int64_t pause_seconds(unsigned times)
{
    int64_t seconds = 1;
    for (unsigned i = 0; i < times && seconds < MOST_PAUSE_SECONDS; i++)
        seconds *= 2;
    return seconds < MOST_PAUSE_SECONDS ? seconds : MOST_PAUSE_SECONDS;
}

void circuit_refuse_key(struct circuit *circuit, enum verifier_target target,
                        const struct failure *why, bool for_good)
{
    lock(circuit);
    struct key_refusal *refusal = circuit->refusals[target];
    if (refusal == NULL)
        refusal = calloc(1, sizeof(*refusal));
    if (refusal != NULL) {
        refusal->why = *why;
        refusal->until =
            for_good ? DEADLINE_NEVER : deadline_in_seconds(pause_seconds(refusal->times));
        refusal->times++;
    }
    circuit->refusals[target] = refusal;
    unlock(circuit);
}

enum result circuit_open(struct circuit *circuit, struct engine_circuit **opened,
                         struct engine *engine, struct failure *failure)
{
    const struct bytes bytecode = {circuit->bytecode, circuit->bytecode_length};
    struct engine_circuit **own = &circuit->opened[engine_kind(engine)];
    lock(circuit);
    enum result result = *own != NULL ? RESULT_OK : engine_open(engine, own, bytecode, failure);
    if (result == RESULT_OK)
        *opened = *own;
    unlock(circuit);
    return result;
}

uint64_t circuit_expected_memory(struct circuit *circuit, enum engine_kind engine,
                                 enum verifier_target target, unsigned threads)
{
    lock(circuit);
    uint64_t expected = cost_expected_memory(&circuit->costs.memory[engine]);
    const struct engine_circuit *opened = circuit->opened[engine];
    unlock(circuit);
    /* The handle lasts as long as the reference. */
    return expected > 0 || opened == NULL ? expected : engine_memory(opened, target, threads);
}

void circuit_set_ready(struct circuit *circuit, const struct circuit_stats *stats)
{
    lock(circuit);
    circuit->stats = *stats;
    circuit->state = CIRCUIT_READY;
    unlock(circuit);
}

void circuit_set_failed(struct circuit *circuit, const struct failure *failure)
{
    lock(circuit);
    circuit->failure = *failure;
    circuit->state = CIRCUIT_FAILED;
    unlock(circuit);
}

enum circuit_state circuit_state(struct circuit *circuit, struct circuit_stats *stats,
                                 struct failure *failure)
{
    lock(circuit);
    enum circuit_state state = circuit->state;
    if (state == CIRCUIT_READY && stats != NULL)
        *stats = circuit->stats;
    if (state == CIRCUIT_FAILED && failure != NULL)
        *failure = circuit->failure;
    unlock(circuit);
    return state;
}

void circuit_note_proof(struct circuit *circuit, enum engine_kind engine, double milliseconds,
                        const struct engine_usage *usage)
{
    lock(circuit);
    struct circuit_costs *costs = &circuit->costs;
    costs->proofs++;
    costs->total_milliseconds += milliseconds;
    if (milliseconds > costs->most_milliseconds)
        costs->most_milliseconds = milliseconds;
    if (usage->peak > costs->peak_memory_bytes)
        costs->peak_memory_bytes = usage->peak;
    cost_note_memory(&costs->memory[engine], usage->before, usage->peak);
    unlock(circuit);
}

void circuit_note_shortage(struct circuit *circuit, enum engine_kind engine, uint64_t given,
                           uint64_t most)
{
    lock(circuit);
    cost_note_shortage(&circuit->costs.memory[engine], given, most);
    unlock(circuit);
}

struct circuit_costs circuit_costs(struct circuit *circuit)
{
    lock(circuit);
    struct circuit_costs costs = circuit->costs;
    unlock(circuit);
    return costs;
}
