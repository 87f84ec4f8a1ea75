#include "engine_fake.h"

#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WORD_BYTES = 32 };

static enum result load_circuit(struct engine *engine, struct circuit_stats *stats,
                                const struct engine_task *task, struct failure *failure)
{
    (void)engine, (void)task, (void)failure;
    *stats = (struct circuit_stats){.gates = 1, .rows = 1, .acir_opcodes = 1};
    return RESULT_OK;
}

/* Waits at a gate until one is let through. */
static enum result pass(int gate, atomic_uint *called_off, const struct engine_task *task,
                        struct failure *failure)
{
    enum { GATE, CANCEL, COUNT };
    struct pollfd polled[COUNT] = {
        [GATE] = {.fd = gate, .events = POLLIN}, [CANCEL] = {.fd = task->cancel, .events = POLLIN}};
    eventfd_t one;
    int ready = poll(polled, COUNT, deadline_poll_timeout(task->deadline));
    if (ready == 0)
        return failure_set(failure, RESULT_PROVE_TIMEOUT, "too late");
    if (polled[CANCEL].revents != 0) {
        atomic_fetch_add(called_off, 1);
        return failure_set(failure, RESULT_CANCELLED, "called off");
    }
    (void)eventfd_read(gate, &one);
    return RESULT_OK;
}

static enum result compute_key(struct engine *engine, struct verification_key *key,
                               const struct engine_task *task, struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)engine;
    unsigned char word[WORD_BYTES] = {(unsigned char)task->target};
    if (task->target != TARGET_DEFAULT) {
        atomic_fetch_add(&fake->keys_begun, 1);
        enum result result = pass(fake->key_gate, &fake->keys_called_off, task, failure);
        enum result outcome = (enum result)atomic_load(&fake->key_outcome);
        if (result != RESULT_OK)
            return result;
        if (outcome != RESULT_OK)
            return failure_set(failure, outcome, "no key");
    }
    return buffer_append(&key->bytes, word, sizeof(word)) ? RESULT_OK : RESULT_INTERNAL;
}

/* The witness is the public input, so that a test can tell whose proof it has. */
static enum result prove(struct engine *engine, struct proof *proof, const struct engine_task *task,
                         struct bytes key, struct bytes witness, struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)engine;
    (void)key;
    unsigned number = atomic_fetch_add(&fake->begun, 1) + 1;
    enum result result = pass(fake->gate, &fake->called_off, task, failure);
    if (result != RESULT_OK)
        return result;
    unsigned char word[WORD_BYTES] = {(unsigned char)number};
    bool made = buffer_append(&proof->proof, word, sizeof(word)) &&
                buffer_append(&proof->public_inputs, witness.data, witness.length);
    return made ? RESULT_OK : failure_set(failure, RESULT_INTERNAL, "no memory");
}

static enum result verify(struct engine *engine, bool *verified, const struct engine_task *task,
                          struct bytes key, const struct proof *proof, struct failure *failure)
{
    (void)engine, (void)task, (void)key, (void)proof, (void)failure;
    *verified = true;
    return RESULT_OK;
}

static enum result solidity_verifier(struct engine *engine, struct buffer *source,
                                     const struct engine_task *task, struct bytes key,
                                     struct failure *failure)
{
    struct engine_fake *fake = (struct engine_fake *)engine;
    (void)task, (void)key, (void)failure;
    atomic_fetch_add(&fake->contracts, 1);
    return buffer_append(source, "contract", 8) ? RESULT_OK : RESULT_INTERNAL;
}

static void destroy(struct engine *engine)
{
    (void)engine;
}

void engine_fake_open(struct engine_fake *fake)
{
    static const struct engine_operations operations = {
        load_circuit, compute_key, prove, verify, solidity_verifier, NULL, NULL, destroy};
    *fake = (struct engine_fake){.engine = {&operations},
                                 .gate = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE),
                                 .key_gate = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE)};
    assert_true(fake->gate >= 0 && fake->key_gate >= 0);
}

void engine_fake_close(struct engine_fake *fake)
{
    assert_int_equal(close(fake->gate), 0);
    assert_int_equal(close(fake->key_gate), 0);
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
