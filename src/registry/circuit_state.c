/* What a circuit's proofs teach while the server runs: its state, its keys, its costs. */
#include "base/check.h"
#include "registry/circuit.h"

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

void circuit_note_proof(struct circuit *circuit, double milliseconds,
                        const struct pool_usage *usage)
{
    lock(circuit);
    struct circuit_costs *costs = &circuit->costs;
    costs->proofs++;
    costs->total_milliseconds += milliseconds;
    if (milliseconds > costs->most_milliseconds)
        costs->most_milliseconds = milliseconds;
    if (usage->peak > costs->peak_memory_bytes)
        costs->peak_memory_bytes = usage->peak;
    cost_note_memory(&costs->memory, usage->before, usage->peak);
    unlock(circuit);
}

void circuit_note_shortage(struct circuit *circuit, uint64_t given, uint64_t most)
{
    lock(circuit);
    cost_note_shortage(&circuit->costs.memory, given, most);
    unlock(circuit);
}

struct circuit_costs circuit_costs(struct circuit *circuit)
{
    lock(circuit);
    struct circuit_costs costs = circuit->costs;
    unlock(circuit);
    return costs;
}
