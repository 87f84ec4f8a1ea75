#include "engine_fake.h"

#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "proof_input.h"

enum { WORD_BYTES = 32 };

/* What bb made for the target, of that root; of the first one when the root is none. */
static struct proof_input record_of(const struct engine_fake *fake, enum verifier_target target,
                                    unsigned root)
{
    const struct buffer *records = fake->records[target == TARGET_DEFAULT ? 0 : 1];
    assert_true(target == TARGET_DEFAULT || target == TARGET_EVM);
    bool is_root = root >= 1 && root <= ENGINE_FAKE_ROOTS;
    const struct buffer *record = &records[is_root ? root - 1 : 0];
    assert_true(record->length > 0);
    return proof_input_of(record->data, record->length);
}

static enum engine_outcome open_circuit(struct engine *engine, struct engine_circuit **circuit,
                                        struct bytes bytecode, struct failure *failure)
{
    struct engine_circuit *opened = malloc(sizeof(*opened));
    (void)bytecode;
    if (opened == NULL)
        return failure_say(failure, ENGINE_INTERNAL, "no memory");
    opened->engine = engine;
    *circuit = opened;
    atomic_fetch_add(&((struct engine_fake *)engine)->opened, 1);
    return ENGINE_OK;
}

static void close_circuit(struct engine_circuit *circuit)
{
    atomic_fetch_add(&((struct engine_fake *)circuit->engine)->closed, 1);
    free(circuit);
}

static uint64_t memory(const struct engine_circuit *circuit, enum verifier_target target,
                       unsigned threads)
{
    (void)target, (void)threads;
    return atomic_load(&((struct engine_fake *)circuit->engine)->memory);
}

static enum engine_outcome describe(struct engine_circuit *circuit, struct circuit_stats *stats,
                                    const struct engine_task *task, struct failure *failure)
{
    (void)circuit, (void)task, (void)failure;
    *stats = (struct circuit_stats){.gates = 1, .rows = 1, .acir_opcodes = 1};
    return ENGINE_OK;
}

/* Waits at a gate until one is let through. */
static enum engine_outcome pass(int gate, atomic_uint *called_off, const struct engine_task *task,
                                struct failure *failure)
{
    enum { GATE, CANCEL, COUNT };
    struct pollfd polled[COUNT] = {
        [GATE] = {.fd = gate, .events = POLLIN}, [CANCEL] = {.fd = task->cancel, .events = POLLIN}};
    eventfd_t one;
    int ready = poll(polled, COUNT, deadline_poll_timeout(task->deadline));
    if (ready == 0)
        return failure_say(failure, ENGINE_TIMED_OUT, "too late");
    if (polled[CANCEL].revents != 0) {
        atomic_fetch_add(called_off, 1);
        return failure_say(failure, ENGINE_CANCELLED, "called off");
    }
    (void)eventfd_read(gate, &one);
    return ENGINE_OK;
}

static enum engine_outcome compute_key(struct engine_circuit *circuit, struct verification_key *key,
                                       const struct engine_task *task, struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)circuit->engine;
    if (task->target != TARGET_DEFAULT) {
        atomic_fetch_add(&fake->keys_begun, 1);
        enum engine_outcome result = pass(fake->key_gate, &fake->keys_called_off, task, failure);
        enum engine_outcome outcome = (enum engine_outcome)atomic_load(&fake->key_outcome);
        if (result != ENGINE_OK)
            return result;
        if (outcome != ENGINE_OK)
            return failure_say(failure, outcome, "no key");
    }
    struct proof_input record = record_of(fake, task->target, 1);
    return buffer_append(&key->bytes, record.key, record.key_length) ? ENGINE_OK : ENGINE_INTERNAL;
}

/* Makes a bit of the last commitment another. */
static void spoil(struct proof *proof)
{
    proof->proof.data[proof->proof.length - 1] ^= 1;
}

static enum engine_outcome prove(struct engine_circuit *circuit, struct proof *proof,
                                 const struct engine_task *task, struct bytes key,
                                 struct bytes witness, struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)circuit->engine;
    (void)key;
    (void)atomic_fetch_add(&fake->begun, 1);
    enum engine_outcome result = pass(fake->gate, &fake->called_off, task, failure);
    if (result != ENGINE_OK)
        return result;
    struct proof_input record = record_of(fake, task->target, witness.data[0]);
    if (!buffer_append(&proof->proof, record.proof, record.proof_length) ||
        !buffer_append(&proof->public_inputs, record.public_inputs, record.public_inputs_length))
        return failure_say(failure, ENGINE_INTERNAL, "no memory");
    if (atomic_load(&fake->spoils))
        spoil(proof);
    return ENGINE_OK;
}

static enum engine_outcome verify(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)engine;
    (void)task, (void)key, (void)proof, (void)failure;
    atomic_fetch_add(&fake->verifications, 1);
    *verified = true;
    return ENGINE_OK;
}

static enum engine_outcome solidity_verifier(struct engine *engine, struct buffer *source,
                                             const struct engine_task *task, struct bytes key,
                                             struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)engine;
    (void)task, (void)key, (void)failure;
    atomic_fetch_add(&fake->contracts, 1);
    return buffer_append(source, "contract", 8) ? ENGINE_OK : ENGINE_INTERNAL;
}

static void destroy(struct engine *engine)
{
    (void)engine;
}

static void read_records(struct engine_fake *fake)
{
    static const char *const targets[] = {"noir_recursive", "evm"};
    static const unsigned roots[] = {3, ENGINE_FAKE_ROOTS};
    char name[64];
    for (unsigned target = 0; target < 2; target++)
        for (unsigned i = 0; i < roots[target]; i++) {
            (void)snprintf(name, sizeof(name), "%u_%s", i + 1, targets[target]);
            read_file(&fake->records[target][i], PROOF_RECORDS, name);
        }
}

void engine_fake_open(struct engine_fake *fake)
{
    static const struct engine_operations operations = {
        .open = open_circuit,
        .close = close_circuit,
        .describe = describe,
        .compute_key = compute_key,
        .prove = prove,
        .memory = memory,
        .verify = verify,
        .solidity_verifier = solidity_verifier,
        .destroy = destroy,
    };
    *fake = (struct engine_fake){.engine = {&operations},
                                 .gate = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE),
                                 .key_gate = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE)};
    assert_true(fake->gate >= 0 && fake->key_gate >= 0);
    read_records(fake);
}

void engine_fake_close(struct engine_fake *fake)
{
    assert_int_equal(atomic_load(&fake->opened), atomic_load(&fake->closed));
    assert_int_equal(close(fake->gate), 0);
    assert_int_equal(close(fake->key_gate), 0);
    for (unsigned i = 0; i < 2 * ENGINE_FAKE_ROOTS; i++)
        buffer_free(&fake->records[i / ENGINE_FAKE_ROOTS][i % ENGINE_FAKE_ROOTS]);
}

void engine_fake_let_through(struct engine_fake *fake, unsigned count)
{
    assert_int_equal(eventfd_write(fake->gate, count), 0);
}

void engine_fake_let_keys_through(struct engine_fake *fake, unsigned count)
{
    assert_int_equal(eventfd_write(fake->key_gate, count), 0);
}

void engine_fake_await_keys(struct engine_fake *fake, unsigned count)
{
    while (atomic_load(&fake->keys_begun) < count)
        (void)sched_yield();
}

void engine_fake_await(struct engine_fake *fake, unsigned count)
{
    while (atomic_load(&fake->begun) < count)
        (void)sched_yield();
}
