/*
 * The life of a job: it waits in the queue, a worker takes it when there are cores and memory for
 * it, the engine makes the proof, libultrahonk checks it, its owner gets it back. A worker is
 * one thread, and at work on one job at a time. One further thread follows the circuits folder; who
 * waits too long for its job leaves it.
 */
#ifndef JOBS_SERVICE_H
#define JOBS_SERVICE_H

#include <stdint.h>

#include "circuits/registry.h"
#include "engine/crs.h"
#include "engine/engine.h"
#include "jobs/job.h"

struct service;

/* What is not proven twice: requests are identical when their fingerprints are. */
struct sharing_options {
    bool in_flight;     /* identical requests in flight share one proof */
    size_t proof_bytes; /* of proofs that are kept for whoever asks for the same again; 0: none */
    int64_t proof_seconds;
    size_t reply_bytes; /* of those kept for whoever sends the same idempotency key again */
    int64_t reply_seconds;
    size_t contract_bytes; /* of Solidity verifiers that are kept in memory */
};

/* Everything borrowed for the service's life. */
struct service_options {
    struct engine *engine;
    struct registry *registry;
    const struct crs *crs;
    const char *bb_path;
    const struct bb_abilities *bb;
    const char *data_folder;             /* where uploads and keys are kept; NULL: nowhere */
    const char *circuits_folder;         /* NULL: none */
    uint64_t max_rows;                   /* 0: what the CRS serves */
    struct scheduler_options scheduling; /* its workers are threads of the service */
    size_t queue_capacity;
    int64_t prove_timeout_seconds;
    struct sharing_options sharing;
    struct executor_options executor; /* no children: jobs bring witnesses only */
    int64_t execute_timeout_seconds;
    struct budget *budget; /* for uploads that are kept and witnesses executed here; NULL: none */
};

/* NULL for lack of memory or descriptors. No thread runs yet. */
struct service *service_create(const struct service_options *options);

/*
 * Before service_start, on the thread that calls it, which has to live as long as the service does:
 * reads each circuit into the engine, holds it
 * against the CRS, and computes its key. The first that cannot be served ends it, with the reason
 * and its name.
 */
MUST_USE_RESULT enum result service_load_circuits(struct service *service, struct failure *failure);

/*
 * Ends service_load_circuits soon, whether it has begun or not: with RESULT_CANCELLED, and the bb
 * that was at work on it dead. Any thread.
 */
void service_call_off_loading(struct service *service);

/* Starts the threads. RESULT_INTERNAL when the system has none left. */
MUST_USE_RESULT enum result service_start(struct service *service, struct failure *failure);

/*
 * Hands a job over; its `done` will be called, perhaps before this returns, with what becomes of
 * it: RESULT_QUEUE_FULL, RESULT_QUEUE_TOO_LONG (it would not be done by its deadline) and
 * RESULT_CIRCUIT_EXCEEDS_MEMORY too. Otherwise (those, RESULT_STARTING, RESULT_STOPPING,
 * RESULT_IDEMPOTENCY_KEY_REUSED, RESULT_INTERNAL, and why there is no key for its target) the job
 * is still the caller's. No job is bound by its deadline: whoever submits it leaves in time. One
 * with inputs needs an executor: its circuit is executed first, which waits for no proof. Any
 * thread.
 */
MUST_USE_RESULT enum result service_submit(struct service *service, struct job *job,
                                           struct failure *failure);

/*
 * Ends the wait for a job that was submitted: its `done` is called, with this failure, unless it
 * has been or is being called already. Work that nobody waits for any more is called off: it leaves
 * the queue, or its prover is killed. The caller keeps the job from being freed meanwhile. Any
 * thread.
 */
void service_leave(struct service *service, struct job *job, const struct failure *why);

/*
 * Whether a JOB_KEY or JOB_SOLIDITY costs no prover, or next to nothing: what it asks for is there,
 * or kept, or known to be impossible. Any thread.
 */
bool service_knows(struct service *service, const struct job *job);

/* Reads the circuits folder again, soon. Any thread. */
void service_rescan(struct service *service);

/* Buries the children that died while nobody asked them anything. At a SIGCHLD. Any thread. */
void service_reap(struct service *service);

/*
 * Takes no more jobs, lets those it has go on for the grace time, calls off the rest, which end
 * with RESULT_STOPPING. Every `done` has been called and every thread ended when it returns.
 */
void service_stop(struct service *service, int64_t grace_seconds);

/* After service_stop, or without service_start. */
void service_destroy(struct service *service);

enum service_state {
    SERVICE_OK,
    SERVICE_BUSY,     /* as many jobs wait as may, for a prover or to be executed */
    SERVICE_STARTING, /* before service_start has returned */
    SERVICE_STOPPING, /* service_stop has been called */
};

/* A snapshot, without a process being started. Any thread. */
struct service_status {
    const char *bb_version;
    const char *crs_files;
    enum service_state state;
    unsigned workers;
    unsigned jobs_processing; /* proofs and the like, and executions */
    size_t jobs_pending;
    size_t queue_capacity;
    unsigned executions_processing; /* of the jobs, the executions alone */
    size_t executions_pending;
};
struct service_status service_status(struct service *service);

/* RESULT_OK, or why no proof can be made just now: bb or the CRS is gone. Any thread. */
MUST_USE_RESULT enum result service_check(struct service *service, struct failure *failure);

struct registry *service_registry(const struct service *service);

/* The key of this service's fingerprints. */
const struct fingerprint_key *service_fingerprint_key(const struct service *service);

#endif
