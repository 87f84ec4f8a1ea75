/*
 * The metrics: one table of them, and what has been counted so far. Like the log they are the
 * process's: whoever sees something happen counts it in one line, and only http/ reads them
 * (metrics/text.h). Every function is thread-safe, and takes a lock for less than a microsecond.
 *
 * A metric has one series for each combination of its labels' values. Values come from sets that
 * are bounded: the circuits of the registry, verifier targets, codes, routes. What a client writes
 * is never one. Source of names and types: the Prometheus documentation's "Metric and label
 * naming".
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

enum { METRIC_MOST_LABELS = 3 };

/* Upper bounds of the histograms' buckets, in seconds; one more holds what is past the last. */
#define METRIC_BUCKETS                                                                             \
    {                                                                                              \
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120                 \
    }

/* X(metric, type, name, labels, help) */
#define METRIC_TABLE(X)                                                                            \
    X(METRIC_PROOF_REQUESTS, METRIC_COUNTER, "prover_proof_requests_total", "circuit,target,code", \
      "Requests for a proof, by how they ended; the labels are empty where none was found.")       \
    X(METRIC_PROOF_DURATION, METRIC_HISTOGRAM, "prover_proof_generation_duration_seconds",         \
      "circuit,target", "Time that the prover took for a proof, those that did not verify too.")   \
    X(METRIC_EXECUTION_DURATION, METRIC_HISTOGRAM, "prover_execution_duration_seconds", "circuit", \
      "Time to execute a circuit with inputs, well or not.")                                       \
    X(METRIC_VERIFICATION_DURATION, METRIC_HISTOGRAM,                                              \
      "prover_proof_verification_duration_seconds", "circuit,target",                              \
      "Time to verify a proof, each one that was made and those that clients sent.")               \
    X(METRIC_QUEUE_WAIT, METRIC_HISTOGRAM, "prover_queue_wait_time_seconds", "",                   \
      "Time from joining the queue to leaving it, taken by a worker or given up.")                 \
    X(METRIC_ACTIVE_JOBS, METRIC_GAUGE, "prover_active_jobs", "",                                  \
      "Jobs at work: proofs, verifications, keys, executions.")                                    \
    X(METRIC_QUEUE_DEPTH, METRIC_GAUGE, "prover_queue_depth", "",                                  \
      "Jobs that wait, for a prover or to be executed.")                                           \
    X(METRIC_ACTIVE_EXECUTIONS, METRIC_GAUGE, "prover_active_executions", "",                      \
      "Of the jobs at work, the executions.")                                                      \
    X(METRIC_EXECUTION_QUEUE_DEPTH, METRIC_GAUGE, "prover_execution_queue_depth", "",              \
      "Of the jobs that wait, those to be executed.")                                              \
    X(METRIC_QUEUE_CAPACITY, METRIC_GAUGE, "prover_queue_capacity", "",                            \
      "Jobs that may wait (--queue).")                                                             \
    X(METRIC_BODY_BYTES, METRIC_GAUGE, "prover_body_bytes", "",                                    \
      "Bytes that bodies, witnesses and kept uploads take (--max-bodies-bytes).")                  \
    X(METRIC_WORKERS, METRIC_GAUGE, "prover_workers", "",                                          \
      "Jobs that may be at work side by side.")                                                    \
    X(METRIC_PROOF_PEAK_MEMORY, METRIC_GAUGE, "prover_proof_peak_memory_bytes", "circuit",         \
      "Most memory that a prover has had resident for a proof of the circuit.")                    \
    X(METRIC_RESTARTS, METRIC_COUNTER, "prover_restarts_total", "cause",                           \
      "Provers that ended and whose place another takes, by what ended them.")                     \
    X(METRIC_MSM_RETRIES, METRIC_COUNTER, "prover_msm_retries_total", "outcome",                   \
      "Wrong proofs made again with the older MSM: saved, or failed for their witness.")           \
    X(METRIC_EXECUTOR_RESTARTS, METRIC_COUNTER, "prover_executor_restarts_total", "cause",         \
      "The same of processes that execute circuits.")                                              \
    X(METRIC_CACHE_HITS, METRIC_COUNTER, "prover_proof_cache_hits_total", "",                      \
      "Requests answered with a proof that was kept.")                                             \
    X(METRIC_CACHE_MISSES, METRIC_COUNTER, "prover_proof_cache_misses_total", "",                  \
      "Requests whose proof was looked for among those kept, and was not there.")                  \
    X(METRIC_SHARED_PROOFS, METRIC_COUNTER, "prover_shared_proofs_total", "",                      \
      "Requests that joined an equal one in flight, and cost no proof of their own.")              \
    X(METRIC_CANCELLED_JOBS, METRIC_COUNTER, "prover_cancelled_jobs_total", "",                    \
      "Jobs called off because nobody wanted their answer any more.")                              \
    X(METRIC_HTTP_REQUESTS, METRIC_COUNTER, "prover_http_requests_total", "method,route,status",   \
      "Requests of any kind; method and route are empty where there is no such route.")            \
    X(METRIC_LOG_LINES_LOST, METRIC_COUNTER, "prover_log_lines_lost_total", "",                    \
      "Lines of the log that were lost because standard error was not read.")                      \
    X(METRIC_BUILD, METRIC_GAUGE, "prover_build_info", "version,bb_version,engine",                \
      "Always 1; the labels say what runs.")                                                       \
    X(METRIC_CPU_SECONDS, METRIC_COUNTER, "process_cpu_seconds_total", "",                         \
      "CPU time of the daemon alone, without its provers.")                                        \
    X(METRIC_RESIDENT_BYTES, METRIC_GAUGE, "process_resident_memory_bytes", "",                    \
      "Memory of the daemon alone that is resident.")                                              \
    X(METRIC_VIRTUAL_BYTES, METRIC_GAUGE, "process_virtual_memory_bytes", "",                      \
      "Address space of the daemon.")                                                              \
    X(METRIC_OPEN_DESCRIPTORS, METRIC_GAUGE, "process_open_fds", "", "Open file descriptors.")     \
    X(METRIC_MOST_DESCRIPTORS, METRIC_GAUGE, "process_max_fds", "",                                \
      "Most file descriptors that may be open.")                                                   \
    X(METRIC_THREADS, METRIC_GAUGE, "process_threads", "", "Threads of the daemon.")               \
    X(METRIC_START_TIME, METRIC_GAUGE, "process_start_time_seconds", "",                           \
      "When the daemon started, in seconds since 1970.")

enum metric {
#define X(metric, type, name, labels, help) metric,
    METRIC_TABLE(X)
#undef X
        METRIC_COUNT
};

/*
 * `values` are those of the metric's labels in the table's order, ended by
 * NULL; METRIC_NO_LABELS for a metric without. Copied. Without memory for a new series the call
 * does nothing: nothing else shall fail for a metric.
 */

/* Adds to a counter. An amount of 0 makes its series appear, so that a first event is a change. */
void metrics_add(enum metric metric, double amount, const char *const *values);

/* The new value of a gauge, or of a counter that somebody else keeps. */
void metrics_set(enum metric metric, double value, const char *const *values);

/* One more observation of a histogram. */
void metrics_observe(enum metric metric, double seconds, const char *const *values);

/* metrics_add(METRIC_RESTARTS, 1, METRIC_LABELS("died")) */
#define METRIC_LABELS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define METRIC_NO_LABELS NULL

/*
 * A circuit of that name is there; and one is gone. With the last of a name every series of it is
 * dropped: a proof of one that was deleted can outlast the coming of another by its name.
 */
void metrics_keep_circuit(const char *circuit);
void metrics_forget_circuit(const char *circuit);

#endif
