/*
 * Proofs that are kept for a while, in memory: a map from a fingerprint to a proof, bounded in
 * bytes and in time. What was used least recently goes first when there is no room, and whatever
 * has had its time goes at the next call. Proofs are no secrets, so their memory is ordinary.
 *
 * Thread-safe. The clock is the caller's; it must not go back.
 */
#ifndef JOBS_CACHE_H
#define JOBS_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "engine/types.h"
#include "jobs/fingerprint.h"

struct cache;

struct cache_limits {
    size_t bytes; /* of proofs, public inputs and what it takes to find them; 0: nothing is kept */
    nanoseconds life; /* from being kept to being gone */
};

/* A proof, what it is a proof of, and how long it took. */
struct kept_proof {
    struct proof proof;
    struct fingerprint request;
    double queue_milliseconds;
    double prove_milliseconds;
    double verify_milliseconds;
};

/* NULL for lack of memory. */
struct cache *cache_create(const struct cache_limits *limits);
void cache_destroy(struct cache *cache);

/*
 * Keeps a copy of the proof under the key, in place of what was kept there. What is larger than the
 * whole cache, or finds no memory, is not kept: that costs somebody time, and nothing else.
 */
void cache_keep(struct cache *cache, const struct fingerprint *key, const struct kept_proof *proof,
                nanoseconds now);

/*
 * A copy of what is kept under the key; the caller frees found->proof. False, and *found as it was,
 * when there is nothing, or no memory for it.
 */
bool cache_find(struct cache *cache, struct kept_proof *found, const struct fingerprint *key,
                nanoseconds now);

/* What it holds just now. */
struct cache_usage {
    size_t proofs;
    size_t bytes;
};
struct cache_usage cache_usage(struct cache *cache);

#endif
