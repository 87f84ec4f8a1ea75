#include "jobs/kept_internal.h"

#include <stdlib.h>

#include "jobs/cache.h"
#include "metrics/metrics.h"

/* A contract never changes while this bb runs: room alone ends its time. */
enum { CONTRACT_SECONDS = 365 * 24 * 3600 };

struct kept {
    bool proofs_are_kept;
    struct cache *proofs;    /* by the request's fingerprint */
    struct cache *replies;   /* by the fingerprint of an idempotency key */
    struct cache *contracts; /* by the request's fingerprint, each as a proof's bytes */
};

static struct cache *create_cache(size_t bytes, int64_t seconds)
{
    return cache_create(&(struct cache_limits){bytes, seconds * MILLISECONDS_PER_SECOND *
                                                          NANOSECONDS_PER_MILLISECOND});
}

struct kept *kept_create(const struct sharing_options *options)
{
    struct kept *kept = calloc(1, sizeof(*kept));
    if (kept == NULL)
        return NULL;
    kept->proofs_are_kept = options->proof_bytes > 0;
    kept->proofs = create_cache(options->proof_bytes, options->proof_seconds);
    kept->replies = create_cache(options->reply_bytes, options->reply_seconds);
    kept->contracts = create_cache(options->contract_bytes, CONTRACT_SECONDS);
    if (kept->proofs == NULL || kept->replies == NULL || kept->contracts == NULL) {
        kept_destroy(kept);
        return NULL;
    }
    return kept;
}

void kept_destroy(struct kept *kept)
{
    if (kept == NULL)
        return;
    cache_destroy(kept->proofs);
    cache_destroy(kept->replies);
    cache_destroy(kept->contracts);
    free(kept);
}

enum result kept_refuse_key(struct failure *failure)
{
    return failure_set(failure, RESULT_IDEMPOTENCY_KEY_REUSED,
                       "this Idempotency-Key came with another request; take a new key for a new "
                       "request");
}

static void answer_kept(struct job *job, const struct kept_proof *proof)
{
    job->proof = proof->proof;
    job->verified = true;
    job->queue_milliseconds = proof->queue_milliseconds;
    job->prove_milliseconds = proof->prove_milliseconds;
    job->verify_milliseconds = proof->verify_milliseconds;
}

static void keep_reply(struct kept *kept, const struct job *job, const struct kept_proof *proof)
{
    if (job->has_idempotency_key)
        cache_keep(kept->replies, &job->idempotency_key, proof, clock_now());
}

enum result kept_find_reply(struct kept *kept, struct job *job, struct failure *failure)
{
    struct kept_proof reply = {.proof = {BUFFER_EMPTY, BUFFER_EMPTY}};
    if (!job->has_idempotency_key ||
        !cache_find(kept->replies, &reply, &job->idempotency_key, clock_now()))
        return RESULT_OK;
    bool same = fingerprint_equal(&reply.request, &job->request);
    if (!same || job->key == NULL) {
        proof_free(&reply.proof);
        return same ? RESULT_OK : kept_refuse_key(failure);
    }
    answer_kept(job, &reply);
    job->origin = PROOF_REPLAYED;
    metrics_add(METRIC_CACHE_HITS, 1, METRIC_NO_LABELS);
    return RESULT_OK;
}

static void find_proof(struct kept *kept, struct job *job)
{
    struct kept_proof found = {.proof = {BUFFER_EMPTY, BUFFER_EMPTY}};
    if (!kept->proofs_are_kept)
        return;
    if (job->key == NULL || !cache_find(kept->proofs, &found, &job->request, clock_now())) {
        metrics_add(METRIC_CACHE_MISSES, 1, METRIC_NO_LABELS);
        return;
    }
    keep_reply(kept, job, &found);
    answer_kept(job, &found);
    job->origin = PROOF_CACHED;
    metrics_add(METRIC_CACHE_HITS, 1, METRIC_NO_LABELS);
}

static bool find_contract(struct kept *kept, struct job *job)
{
    struct kept_proof found = {.proof = {BUFFER_EMPTY, BUFFER_EMPTY}};
    if (job->key == NULL || !cache_find(kept->contracts, &found, &job->request, clock_now()))
        return false;
    buffer_move(&job->text, &found.proof.proof);
    proof_free(&found.proof);
    return true;
}

bool kept_find(struct kept *kept, struct job *job)
{
    switch (job->kind) {
    case JOB_PROVE:
        find_proof(kept, job);
        return job->origin != PROOF_MADE;
    case JOB_KEY:
        return job->key != NULL;
    case JOB_SOLIDITY:
        return find_contract(kept, job);
    case JOB_VERIFY:
    case JOB_EXECUTE:
    case JOB_UPLOAD:
    case JOB_DELETE:
        break;
    }
    return false;
}

bool kept_has(struct kept *kept, const struct job *job)
{
    const struct verification_key *key = circuit_key(job->circuit, job->target);
    struct job same = {.key = key, .request = job->request};
    bool has = job->kind == JOB_KEY ? key != NULL : find_contract(kept, &same);
    buffer_free(&same.text);
    return has;
}

void kept_keep(struct kept *kept, const struct fingerprint *request, const struct job *work,
               const struct job *waiters)
{
    const struct kept_proof proof = {
        .proof = work->proof,
        .request = *request,
        .queue_milliseconds = work->queue_milliseconds,
        .prove_milliseconds = work->prove_milliseconds,
        .verify_milliseconds = work->verify_milliseconds,
    };
    struct kept_proof contract = {.proof = {BUFFER_EMPTY, BUFFER_EMPTY}};
    contract.proof.proof = work->text;
    if (work->failure.result != RESULT_OK)
        return;
    if (work->kind == JOB_SOLIDITY)
        cache_keep(kept->contracts, request, &contract, clock_now());
    if (work->kind != JOB_PROVE)
        return;
    cache_keep(kept->proofs, request, &proof, clock_now());
    for (const struct job *job = waiters; job != NULL; job = job->next_waiter)
        keep_reply(kept, job, &proof);
}
