/* Who may wait and who may start: the queue and the scheduler put together. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact.h"
#include "jobs/admission_internal.h"
#include "support.h"

#define MIB (UINT64_C(1) << 20)

enum { MOST_JOBS = 32, ANNA = 1, BERT = 2 };

static struct failure failure;
static struct admission *admission;
static struct circuit *large; /* takes 60 MiB */
static struct circuit *small; /* takes 30 MiB */
static struct job jobs[MOST_JOBS];
static struct job *called_off; /* the latest preparation that was */

static struct circuit *circuit_that_takes(const char *name, uint64_t bytes)
{
    struct circuit *circuit = NULL;
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&circuit, name, artifact, strlen(artifact), &failure), RESULT_OK);
    free(artifact);
    circuit_set_ready(circuit, &(struct circuit_stats){.gates = 8000, .rows = 1 << 13});
    circuit_note_proof(circuit, ENGINE_BB, 1, &(struct engine_usage){.peak = bytes});
    circuit_set_key(circuit, TARGET_DEFAULT, &(struct verification_key){.bytes = BUFFER_EMPTY});
    return circuit;
}

static void call_off(void *context, struct job *preparation)
{
    (void)context;
    called_off = preparation;
}

static int open_admission(void **state)
{
    (void)state;
    const struct admission_options options = {
        .scheduling = {.cores = 4, .workers = 4, .threads = 1, .memory_bytes = 100 * MIB},
        .queue_capacity = 8,
        .call_off = call_off};
    admission = admission_create(&options);
    assert_non_null(admission);
    large = circuit_that_takes("large", 60 * MIB);
    small = circuit_that_takes("small", 30 * MIB);
    memset(jobs, 0, sizeof(jobs));
    return 0;
}

static int close_admission(void **state)
{
    (void)state;
    admission_destroy(admission);
    circuit_release(large);
    circuit_release(small);
    return 0;
}

static enum result try_to_put(unsigned place, struct circuit *circuit, uint64_t client,
                              nanoseconds deadline, struct job **displaced)
{
    jobs[place] = (struct job){.kind = JOB_PROVE,
                               .circuit = circuit,
                               .target = TARGET_DEFAULT,
                               .client = client,
                               .deadline = deadline};
    return admission_put(admission, &jobs[place], displaced, &failure);
}

static void put(unsigned place, struct circuit *circuit)
{
    struct job *displaced = &jobs[place];
    assert_result(try_to_put(place, circuit, ANNA, DEADLINE_NEVER, &displaced), RESULT_OK);
    assert_null(displaced);
}

static void take(unsigned place)
{
    assert_int_equal(admission_take(admission) - jobs, place);
}

static void end(unsigned place)
{
    admission_end(admission, &jobs[place]);
}

static atomic_int taker;

static void *take_one(void *context)
{
    (void)context;
    atomic_store(&taker, (int)gettid());
    return admission_take(admission);
}

/* Eight pass it by; then those behind it wait with it, though they would fit. */
static void test_admission_take__does_not_let_a_large_one_be_overtaken_for_ever(void **state)
{
    (void)state;
    enum { MOST_OVERTAKEN = 8 };
    pthread_t thread;
    void *taken = NULL;
    unsigned last = 2 + MOST_OVERTAKEN;
    put(0, large);
    take(0);
    put(1, large);
    for (unsigned i = 2; i < last; i++) {
        put(i, small);
        take(i);
        end(i);
    }
    put(last, small);
    atomic_store(&taker, 0);
    assert_int_equal(pthread_create(&thread, NULL, take_one, NULL), 0);
    while (atomic_load(&taker) == 0 || !thread_sleeps(atomic_load(&taker)))
        (void)sched_yield();
    assert_int_equal(admission_waiting(admission), 2);
    end(0);
    assert_int_equal(pthread_join(thread, &taken), 0);
    assert_ptr_equal(taken, &jobs[1]);
    take(last);
    end(1);
    end(last);
}

static void test_admission_put__refuses_what_would_not_be_done_in_time(void **state)
{
    (void)state;
    struct job *displaced;
    nanoseconds second = (nanoseconds)MILLISECONDS_PER_SECOND * NANOSECONDS_PER_MILLISECOND;
    /* Of an idle server nobody knows better. */
    assert_result(try_to_put(0, small, ANNA, clock_now() + 1, &displaced), RESULT_OK);
    assert_result(try_to_put(1, small, ANNA, clock_now() + 1, &displaced), RESULT_QUEUE_TOO_LONG);
    assert_contains(failure.message, "--request-timeout");
    assert_int_equal(failure.retry_after_seconds, 1);
    assert_result(try_to_put(1, small, ANNA, clock_now() + 60 * second, &displaced), RESULT_OK);
    take(0);
    /* Half a minute for a proof, and four side by side. */
    jobs[0].prove_milliseconds = 30000;
    end(0);
    assert_result(try_to_put(2, small, ANNA, clock_now() + 10 * second, &displaced),
                  RESULT_QUEUE_TOO_LONG);
    assert_in_range(failure.retry_after_seconds, 20, 40);
    assert_result(try_to_put(2, small, ANNA, clock_now() + 60 * second, &displaced), RESULT_OK);
    take(1);
    take(2);
    end(1);
    end(2);
}

static void test_admission_put__says_when_to_come_again(void **state)
{
    (void)state;
    struct job *displaced = NULL;
    for (unsigned i = 0; i < 8; i++)
        put(i, small);
    assert_result(try_to_put(8, small, ANNA, DEADLINE_NEVER, &displaced), RESULT_QUEUE_FULL);
    assert_true(failure.retry_after_seconds >= 1);
    assert_result(try_to_put(8, small, BERT, DEADLINE_NEVER, &displaced), RESULT_OK);
    assert_ptr_equal(displaced, &jobs[7]);
    assert_result(displaced->failure.result, RESULT_QUEUE_FULL);
    assert_true(displaced->failure.retry_after_seconds >= 1);
    for (unsigned i = 0; i < 9; i++)
        if (i != 7)
            assert_true(admission_remove(admission, &jobs[i]));
}

/* A circuit whose prover died for want of memory is given more, and at last told that it never
 * fits.
 */
static void test_admission_end__expects_more_of_what_ran_out_of_memory(void **state)
{
    (void)state;
    static const uint64_t given[] = {60 * MIB, 90 * MIB, 100 * MIB};
    struct job *displaced;
    for (unsigned i = 0; i < 3; i++) {
        put(i, large);
        take(i);
        assert_int_equal(jobs[i].grant.memory_bytes, given[i]);
        jobs[i].failure.result = RESULT_PROVER_OUT_OF_MEMORY;
        end(i);
    }
    assert_result(try_to_put(3, large, ANNA, DEADLINE_NEVER, &displaced),
                  RESULT_CIRCUIT_EXCEEDS_MEMORY);
    assert_contains(failure.message, "150 MiB");
    assert_contains(failure.message, "100 MiB");
    put(3, small);
    take(3);
    end(3);
}

/* Its key is not known: a preparation begins in its stead, and the job when that has ended. */
static void test_admission_take__begins_a_preparation_before_the_job(void **state)
{
    (void)state;
    put(0, large);
    put(1, large);
    jobs[0].target = jobs[1].target = TARGET_EVM;
    struct job *preparation = admission_take(admission);
    assert_true(preparation->prepares && preparation->circuit == large);
    assert_int_equal(admission_waiting(admission), 2);
    put(2, small);
    take(2);
    end(2);
    assert_true(admission_remove(admission, &jobs[0]));
    assert_null(called_off);
    circuit_set_key(large, TARGET_EVM, &(struct verification_key){.bytes = BUFFER_EMPTY});
    admission_end(admission, preparation);
    preparation->done(preparation);
    take(1);
    end(1);
}

static void test_admission_remove__calls_a_preparation_off_with_the_last(void **state)
{
    (void)state;
    called_off = NULL;
    put(0, large);
    put(1, large);
    jobs[0].target = jobs[1].target = TARGET_EVM;
    struct job *preparation = admission_take(admission);
    assert_true(admission_remove(admission, &jobs[1]));
    assert_null(called_off);
    assert_true(admission_remove(admission, &jobs[0]));
    assert_ptr_equal(called_off, preparation);
    preparation->failure.result = RESULT_CANCELLED;
    admission_end(admission, preparation);
    preparation->done(preparation);
    assert_int_equal(circuit_key_state(large, TARGET_EVM, NULL), KEY_UNKNOWN);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_admission, close_admission)
    const struct CMUnitTest tests[] = {
        TEST(test_admission_take__does_not_let_a_large_one_be_overtaken_for_ever),
        TEST(test_admission_put__refuses_what_would_not_be_done_in_time),
        TEST(test_admission_put__says_when_to_come_again),
        TEST(test_admission_end__expects_more_of_what_ran_out_of_memory),
        TEST(test_admission_take__begins_a_preparation_before_the_job),
        TEST(test_admission_remove__calls_a_preparation_off_with_the_last),
    };
    return RUN_TESTS(tests);
}
