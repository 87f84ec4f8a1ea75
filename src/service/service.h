/*
 * The life of a job: it waits in the queue, a worker takes it, the engine makes the proof, the same
 * engine verifies it, its owner gets it back. One worker is one thread and, in the pool engine, one
 * bb process. A further thread answers those whose deadline passes while they wait, and one more
 * loads new circuits.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include <stdint.h>

#include "crs/crs.h"
#include "prover/engine.h"
#include "registry/registry.h"
#include "service/job.h"

struct service;

/* Everything borrowed for the service's life. */
struct service_options {
    struct engine *engine;
    struct registry *registry;
    const struct crs *crs;
    const char *bb_path;
    const struct bb_abilities *bb;
    const char *data_folder;     /* where uploads and keys are kept; NULL: nowhere */
    const char *circuits_folder; /* NULL: none */
    uint64_t max_rows;           /* 0: what the CRS serves */
    unsigned workers;
    size_t queue_capacity;
    int64_t prove_timeout_seconds;
    bool unverified_proofs; /* verify each, and let it pass all the same: for benchmarks */
};

/* NULL for lack of memory or descriptors. No thread runs yet. */
struct service *service_create(const struct service_options *options);

/*
 * Reads each circuit into the engine, holds it against the CRS, and computes its key. The first
 * that cannot be served ends it, with the reason and its name.
 */
enum result service_load_circuits(struct service *service, struct failure *failure);

/* Starts the threads. RESULT_INTERNAL when the system has none left. */
enum result service_start(struct service *service, struct failure *failure);

/*
 * Hands a job over; its `done` will be called. Otherwise (RESULT_QUEUE_FULL, RESULT_STOPPING) the
 * job is still the caller's. Any thread.
 */
enum result service_submit(struct service *service, struct job *job, struct failure *failure);

/*
 * Calls off a job of a worker that nobody wants any more. True: it still waited, and is the
 * caller's again; its `done` is not called. False: a thread of the service has it, and its `done`
 * is called soon, with RESULT_CANCELLED unless it was too late. The caller sees to it that the job
 * is not freed meanwhile. Any thread.
 */
bool service_cancel(struct service *service, struct job *job);

/* Reads the circuits folder again, soon. Any thread. */
void service_rescan(struct service *service);

/*
 * Takes no more jobs, lets those it has go on for the grace time, calls off the rest, which end
 * with RESULT_STOPPING. Every `done` has been called and every thread ended when it returns.
 */
void service_stop(struct service *service, int64_t grace_seconds);

/* After service_stop, or without service_start. */
void service_destroy(struct service *service);

/* A snapshot, without a process being started. Any thread. */
struct service_status {
    const char *bb_version;
    const char *crs_files;
    unsigned workers;
    unsigned jobs_processing;
    size_t jobs_pending;
    size_t queue_capacity;
};
struct service_status service_status(struct service *service);

/* RESULT_OK, or why no proof can be made just now: bb or the CRS is gone. Any thread. */
enum result service_check(struct service *service, struct failure *failure);

struct registry *service_registry(const struct service *service);

#endif
