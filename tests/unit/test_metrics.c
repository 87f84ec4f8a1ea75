/* What is counted, and how it reads. The metrics are the process's: each test looks at its own. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "metrics/metrics.h"
#include "metrics/metrics_internal.h"
#include "metrics/text.h"
#include "support.h"

/* All metrics as text, which the caller frees. */
static char *text_of_all(void)
{
    struct buffer text = BUFFER_EMPTY;
    assert_true(metrics_write_text(&text));
    char *copy = strndup((const char *)text.data, text.length);
    assert_non_null(copy);
    buffer_free(&text);
    return copy;
}

static void assert_shown(const char *line)
{
    char *text = text_of_all();
    assert_contains(text, line);
    free(text);
}

static bool is_shown(const char *part)
{
    char *text = text_of_all();
    bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

static void test_metrics_add__counts_each_series_for_itself(void **state)
{
    (void)state;
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("maze", "evm", "ok"));
    metrics_add(METRIC_PROOF_REQUESTS, 2, METRIC_LABELS("maze", "evm", "ok"));
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("maze", "evm", "queue_full"));
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("", "", "key_missing"));
    assert_shown("# TYPE prover_proof_requests_total counter\n"
                 "prover_proof_requests_total{circuit=\"\",target=\"\",code=\"key_missing\"} 1\n"
                 "prover_proof_requests_total{circuit=\"maze\",target=\"evm\",code=\"ok\"} 3\n"
                 "prover_proof_requests_total{circuit=\"maze\",target=\"evm\",code=\"queue_full\"} "
                 "1\n# HELP");
}

static void test_metrics_add__of_nothing_makes_a_series_appear(void **state)
{
    (void)state;
    assert_false(is_shown("cause=\"died\""));
    metrics_add(METRIC_RESTARTS, 0, METRIC_LABELS("died"));
    assert_shown("\nprover_restarts_total{cause=\"died\"} 0\n");
}

static void test_metrics_write_text__shows_counters_without_labels_from_the_start(void **state)
{
    (void)state;
    assert_shown("# HELP prover_proof_cache_hits_total Requests answered with a proof that was "
                 "kept.\n# TYPE prover_proof_cache_hits_total counter\n"
                 "prover_proof_cache_hits_total 0\n");
    assert_false(is_shown("prover_queue_depth")); /* nobody has said yet */
}

static void test_metrics_set__replaces(void **state)
{
    (void)state;
    metrics_set(METRIC_QUEUE_DEPTH, 7, METRIC_NO_LABELS);
    assert_shown("# TYPE prover_queue_depth gauge\nprover_queue_depth 7\n");
    metrics_set(METRIC_QUEUE_DEPTH, 0.1, METRIC_NO_LABELS);
    assert_shown("\nprover_queue_depth 0.1\n");
    metrics_set(METRIC_PROOF_PEAK_MEMORY, 4503599627370497.0, METRIC_LABELS("big"));
    assert_shown("{circuit=\"big\"} 4503599627370497\n");
}

/* A bound belongs to its bucket, and each bucket holds those below it too. */
static void test_metrics_observe__fills_cumulative_buckets(void **state)
{
    (void)state;
    static const double seconds[] = {0, 0.005, 0.0051, 120, 120.5, 1e9};
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
        metrics_observe(METRIC_PROOF_DURATION, seconds[i], METRIC_LABELS("maze", "evm"));
#define SERIES(suffix, rest)                                                                       \
    "prover_proof_generation_duration_seconds" suffix "{circuit=\"maze\",target=\"evm\"" rest "\n"
    assert_shown("# TYPE prover_proof_generation_duration_seconds histogram\n" SERIES(
        "_bucket", ",le=\"0.005\"} 2") SERIES("_bucket", ",le=\"0.01\"} 3"));
    assert_shown(SERIES("_bucket", ",le=\"60\"} 3") SERIES("_bucket", ",le=\"120\"} 4") SERIES(
        "_bucket", ",le=\"+Inf\"} 6") SERIES("_sum", "} 1000000240.5101") SERIES("_count", "} 6"));
#undef SERIES
}

static void test_metrics_observe__without_labels(void **state)
{
    (void)state;
    assert_shown("\nprover_queue_wait_time_seconds_bucket{le=\"0.005\"} 0\n");
    metrics_observe(METRIC_QUEUE_WAIT, 3, METRIC_NO_LABELS);
    assert_shown("\nprover_queue_wait_time_seconds_bucket{le=\"2.5\"} 0\n"
                 "prover_queue_wait_time_seconds_bucket{le=\"5\"} 1\n");
    assert_shown(
        "\nprover_queue_wait_time_seconds_sum 3\nprover_queue_wait_time_seconds_count 1\n");
}

static void test_metrics_write_text__escapes_labels(void **state)
{
    (void)state;
    metrics_set(METRIC_BUILD, 1, METRIC_LABELS("1\"2", "a\\b\nc", "x,y=\"z\""));
    assert_shown("prover_build_info{version=\"1\\\"2\",bb_version=\"a\\\\b\\nc\","
                 "engine=\"x,y=\\\"z\\\"\"} 1\n");
}

static void test_metrics_forget_circuit__takes_its_series_alone(void **state)
{
    (void)state;
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("gone", "evm", "ok"));
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("gone.too", "evm", "ok"));
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("going", "gone", "gone"));
    metrics_observe(METRIC_PROOF_DURATION, 1, METRIC_LABELS("gone", "evm"));
    metrics_set(METRIC_PROOF_PEAK_MEMORY, 1, METRIC_LABELS("gone"));
    metrics_add(METRIC_RESTARTS, 1, METRIC_LABELS("gone"));
    metrics_forget_circuit("gone");
    assert_false(is_shown("circuit=\"gone\""));
    assert_shown("{circuit=\"gone.too\",target=\"evm\",code=\"ok\"} 1\n");
    assert_shown("{circuit=\"going\",target=\"gone\",code=\"gone\"} 1\n");
    assert_shown("{cause=\"gone\"} 1\n");
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("gone", "evm", "ok"));
    assert_shown("{circuit=\"gone\",target=\"evm\",code=\"ok\"} 1\n");
}

static void test_metrics_forget_circuit__leaves_those_of_another_with_the_name(void **state)
{
    (void)state;
    metrics_keep_circuit("twice");
    metrics_keep_circuit("once");
    metrics_keep_circuit("twice");
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("twice", "evm", "ok"));
    metrics_forget_circuit("twice");
    assert_shown("{circuit=\"twice\",target=\"evm\",code=\"ok\"} 1\n");
    metrics_forget_circuit("once");
    metrics_forget_circuit("twice");
    assert_false(is_shown("circuit=\"twice\""));
}

static void miss_a_label(void)
{
    metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("maze", "evm"));
}

static void add_a_label(void)
{
    metrics_add(METRIC_RESTARTS, 1, METRIC_LABELS("died", "twice"));
}

static void count_a_gauge(void)
{
    metrics_add(METRIC_QUEUE_DEPTH, 1, METRIC_NO_LABELS);
}

static void test_metrics__stop_at_mistakes_of_ours(void **state)
{
    (void)state;
    assert_true(aborts(miss_a_label));
    assert_true(aborts(add_a_label));
    assert_true(aborts(count_a_gauge));
}

enum { THREADS = 4, ROUNDS = 2000 };

static void *count_often(void *context)
{
    const char *circuit = context;
    for (int i = 0; i < ROUNDS; i++) {
        char code[16];
        (void)snprintf(code, sizeof(code), "%d", i % 50);
        metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("shared", "evm", code));
        metrics_observe(METRIC_PROOF_DURATION, 1, METRIC_LABELS("shared", "evm"));
        metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS(circuit, "evm", code));
        metrics_forget_circuit(circuit);
    }
    return NULL;
}

static void test_metrics__lose_nothing_between_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    char circuits[THREADS][16];
    for (int i = 0; i < THREADS; i++) {
        (void)snprintf(circuits[i], sizeof(circuits[i]), "own%d", i);
        CHECK_ZERO(pthread_create(&threads[i], NULL, count_often, circuits[i]));
    }
    for (int i = 0; i < THREADS; i++)
        CHECK_ZERO(pthread_join(threads[i], NULL));
    for (int code = 0; code < 50; code++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "{circuit=\"shared\",target=\"evm\",code=\"%d\"} %d\n",
                       code, THREADS * ROUNDS / 50);
        assert_shown(line);
    }
    assert_shown("_count{circuit=\"shared\",target=\"evm\"} 8000\n");
    assert_false(is_shown("circuit=\"own"));
}

struct visited {
    char before[METRIC_LABELS_BYTES];
    int many;
};

/* Counts, as workers do meanwhile: held up, this would never end. */
static void visit_and_count(void *context, enum metric metric, const struct metric_sample *sample)
{
    struct visited *visited = context;
    metrics_add(METRIC_SHARED_PROOFS, 1, METRIC_NO_LABELS);
    if (metric != METRIC_PROOF_REQUESTS || strstr(sample->labels, "circuit=\"many\"") == NULL)
        return;
    assert_true(strcmp(visited->before, sample->labels) < 0);
    (void)snprintf(visited->before, sizeof(visited->before), "%s", sample->labels);
    assert_true(sample->value == 1);
    visited->many++;
}

static void test_metrics_visit__holds_up_nobody_and_sees_each_series_once(void **state)
{
    enum { MANY = 1000 };
    struct visited visited = {0};
    (void)state;
    for (int i = 0; i < MANY; i++) {
        char code[16];
        (void)snprintf(code, sizeof(code), "%d", i);
        metrics_add(METRIC_PROOF_REQUESTS, 1, METRIC_LABELS("many", "evm", code));
    }
    assert_true(metrics_visit(visit_and_count, &visited));
    assert_int_equal(visited.many, MANY);
    metrics_forget_circuit("many");
}

static double shown_number(const char *name)
{
    char *text = text_of_all();
    const char *line = strstr(text, name);
    assert_non_null(line);
    double number = strtod(line + strlen(name), NULL);
    free(text);
    return number;
}

static void test_metrics_look_at_process__asks_the_kernel(void **state)
{
    (void)state;
    metrics_look_at_process();
    double descriptors = shown_number("\nprocess_open_fds ");
    FILE *file = fopen("/dev/null", "re");
    assert_non_null(file);
    metrics_look_at_process();
    assert_int_equal((int)shown_number("\nprocess_open_fds "), (int)descriptors + 1);
    (void)fclose(file);
    assert_true(shown_number("\nprocess_cpu_seconds_total ") > 0);
#ifndef __SANITIZE_THREAD__ /* which has a thread of its own */
    assert_int_equal((int)shown_number("\nprocess_threads "), 1);
#endif
    assert_true(shown_number("\nprocess_resident_memory_bytes ") > 100000);
    assert_true(shown_number("\nprocess_virtual_memory_bytes ") >
                shown_number("\nprocess_resident_memory_bytes "));
    assert_true(shown_number("\nprocess_max_fds ") >= descriptors);
    double age = (double)time(NULL) - shown_number("\nprocess_start_time_seconds ");
    assert_true(age > -2 && age < 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics_write_text__shows_counters_without_labels_from_the_start),
        cmocka_unit_test(test_metrics_add__counts_each_series_for_itself),
        cmocka_unit_test(test_metrics_add__of_nothing_makes_a_series_appear),
        cmocka_unit_test(test_metrics_set__replaces),
        cmocka_unit_test(test_metrics_observe__fills_cumulative_buckets),
        cmocka_unit_test(test_metrics_observe__without_labels),
        cmocka_unit_test(test_metrics_write_text__escapes_labels),
        cmocka_unit_test(test_metrics_forget_circuit__takes_its_series_alone),
        cmocka_unit_test(test_metrics_forget_circuit__leaves_those_of_another_with_the_name),
        cmocka_unit_test(test_metrics__stop_at_mistakes_of_ours),
        cmocka_unit_test(test_metrics__lose_nothing_between_threads),
        cmocka_unit_test(test_metrics_visit__holds_up_nobody_and_sees_each_series_once),
        cmocka_unit_test(test_metrics_look_at_process__asks_the_kernel),
    };
    return RUN_TESTS(tests);
}
