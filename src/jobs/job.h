/*
 * A job: something that takes longer than a network thread may wait. Its owner fills in the first
 * part, submits it, and has it back, with the second part filled in, when `done` is called.
 */
#ifndef JOBS_JOB_H
#define JOBS_JOB_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/failure.h"
#include "circuits/circuit.h"
#include "engine/engine.h"
#include "engine/executor/executor.h"
#include "jobs/fingerprint.h"
#include "jobs/queue.h"
#include "jobs/scheduler.h"

enum job_kind {
    JOB_PROVE,   /* circuit, target, witness or inputs -> proof, key */
    JOB_EXECUTE, /* circuit, inputs -> text: the witness, gzipped; or details, return value in it */
    JOB_VERIFY,  /* circuit or given_key, target, proof -> verified */
    JOB_KEY,     /* circuit, target -> key */
    JOB_SOLIDITY, /* circuit, target -> key, text */
    JOB_UPLOAD,   /* text: an artifact, name -> circuit, created */
    JOB_DELETE,   /* circuit */
};

/* Where a proof comes from. */
enum proof_origin {
    PROOF_MADE,     /* for this job */
    PROOF_SHARED,   /* for another job that was in flight */
    PROOF_CACHED,   /* for an earlier one */
    PROOF_REPLAYED, /* for an earlier one with the same idempotency key */
};

enum { JOB_REASON_BYTES = 320 };

struct flight;

struct job {
    enum job_kind kind;
    struct circuit *circuit; /* a reference of the job's */
    enum verifier_target target;
    bool brings_inputs;   /* instead of a witness */
    struct buffer inputs; /* executed to the witness, and wiped then; empty for no parameters */
    enum executor_format inputs_format;
    bool wants_return_value; /* JOB_EXECUTE: and no witness */
    struct buffer witness;   /* gunzipped and checked; wiped by `done` */
    struct buffer given_key; /* the caller's own verification key, instead of a circuit */
    struct proof proof;
    struct buffer text;
    struct fingerprint request; /* JOB_PROVE: of circuit, target, witness, and who may share it */
    struct fingerprint_hash *request_hash; /* with inputs: the same, and yet without the witness */
    struct fingerprint idempotency_key;    /* JOB_PROVE: of the client's key and the client */
    bool has_idempotency_key;
    char name[CIRCUIT_NAME_CHARACTERS + 1]; /* JOB_UPLOAD: empty for none */
    struct owner owner;                     /* JOB_UPLOAD, JOB_DELETE: who asks */
    bool is_operator;                       /* the same: who asks may do to others' what they may */
    nanoseconds deadline;                   /* of the whole request */
    uint64_t client;                        /* whose turn it takes in the queue; not QUEUE_SELF */
    /* Called once, as the service's last touch of the job: on one of its threads, or on the
     * caller's. */
    void (*done)(struct job *job);
    void *context;

    struct budget_share held; /* for a witness that was executed here; until it is freed */

    struct failure
        failure;     /* .result is RESULT_OK when it was done; a proof has been verified then */
    json_t *details; /* of an execution, for the client alone: see struct execution; or NULL */
    const struct verification_key *key; /* the circuit's; valid as long as the reference */
    enum proof_origin origin;           /* JOB_PROVE */
    bool verified;
    char reason[JOB_REASON_BYTES]; /* why a proof is not verified, in words without a full stop;
                                      empty when it is, or when the engine gave no reason */
    bool created;                  /* JOB_UPLOAD: false when that very circuit was there already */
    double queue_milliseconds;
    double execute_milliseconds; /* 0 when nothing was executed */
    double prove_milliseconds;
    double verify_milliseconds;

    /* The rest is the service's. */
    struct queue_link link;
    struct grant grant; /* what it has while it runs */
    nanoseconds submitted_at;
    int cancel; /* readable when it is called off */
    atomic_bool cancelled;
    bool executing;          /* it is with the executions */
    struct failure left;     /* its owner has left it meanwhile; RESULT_OK: not so */
    bool prepares;           /* the key that jobs in the queue wait for */
    bool ends_by_cancel;     /* its owner calls it off in time: its deadline only admits it */
    struct flight *flight;   /* what it waits for */
    struct job *next_waiter; /* of the same flight */
};

/* Wipes and frees what a client's body has become, while the job has not been submitted. */
void job_free_body(struct job *job);

/* Wipes and frees what the job holds, not the job. */
void job_free_contents(struct job *job);

#endif
