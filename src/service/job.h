/*
 * A job: one proof to make, or one to check. Its owner fills in the first part, submits it, and has
 * it back, with the second part filled in, when `done` is called.
 */
#ifndef SERVICE_JOB_H
#define SERVICE_JOB_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/failure.h"
#include "prover/engine.h"
#include "queue/queue.h"
#include "registry/circuit.h"

enum job_kind { JOB_PROVE, JOB_VERIFY };

struct job {
    enum job_kind kind;
    const struct circuit *circuit;
    enum verifier_target target;
    struct buffer witness; /* JOB_PROVE: gunzipped and checked; wiped by the time of `done` */
    struct proof proof;    /* JOB_VERIFY: what to check */
    nanoseconds deadline;  /* of the whole request */
    /* Called once, on a thread of the service, as the service's last touch of the job. */
    void (*done)(struct job *job);
    void *context;

    struct failure
        failure; /* .result is RESULT_OK for a proof that has been verified, or a verdict */
    bool verified;
    double queue_milliseconds;
    double prove_milliseconds;
    double verify_milliseconds;

    struct queue_link link;   /* the service's */
    nanoseconds submitted_at; /* the service's */
};

/* Wipes and frees what the job holds, not the job. */
void job_free_contents(struct job *job);

#endif
