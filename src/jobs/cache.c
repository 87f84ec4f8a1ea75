#include "jobs/cache.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* A bucket for each proof of 8 KiB, within reason: the chains stay short. */
enum { BYTES_A_BUCKET = 8192, LEAST_BUCKETS = 64, MOST_BUCKETS = 65536 };

/* A ring; its head belongs to the cache, the rest to entries. */
struct place {
    struct place *next;
    struct place *previous;
};

struct entry {
    struct place by_age;
    struct place by_use;
    struct entry *next_in_bucket;
    struct fingerprint key;
    nanoseconds gone_at;
    size_t size;             /* of the whole entry */
    struct kept_proof proof; /* its buffers are empty: the bytes stand below */
    size_t proof_length;
    size_t public_inputs_length;
    unsigned char bytes[]; /* the proof, then the public inputs */
};

struct cache {
    struct cache_limits limits;
    pthread_mutex_t lock; /* over everything below */
    struct cache_usage usage;
    struct place by_age; /* next is the oldest; with one life for all it is the first to go */
    struct place by_use; /* next is the least recently used */
    size_t bucket_count;
    struct entry *buckets[];
};

static size_t buckets_for(size_t bytes)
{
    size_t wanted = bytes / BYTES_A_BUCKET;
    if (wanted < LEAST_BUCKETS)
        return LEAST_BUCKETS;
    return wanted > MOST_BUCKETS ? MOST_BUCKETS : wanted;
}

static void append(struct place *ring, struct place *place)
{
    *place = (struct place){ring, ring->previous};
    place->previous->next = place;
    ring->previous = place;
}

static void take_out(struct place *place)
{
    place->previous->next = place->next;
    place->next->previous = place->previous;
}

static struct entry *oldest(struct cache *cache)
{
    struct place *place = cache->by_age.next;
    return place == &cache->by_age
               ? NULL
               : (struct entry *)((char *)place - offsetof(struct entry, by_age));
}

static struct entry *least_used(struct cache *cache)
{
    struct place *place = cache->by_use.next;
    return place == &cache->by_use
               ? NULL
               : (struct entry *)((char *)place - offsetof(struct entry, by_use));
}

/* Keys are hashes already: any of their bytes choose a bucket as well as others. */
static struct entry **bucket_of(struct cache *cache, const struct fingerprint *key)
{
    uint64_t number;
    memcpy(&number, key->bytes, sizeof(number));
    return &cache->buckets[number % cache->bucket_count];
}

static struct entry *find(struct cache *cache, const struct fingerprint *key)
{
    struct entry *entry = *bucket_of(cache, key);
    while (entry != NULL && !fingerprint_equal(&entry->key, key))
        entry = entry->next_in_bucket;
    return entry;
}

static void drop(struct cache *cache, struct entry *entry)
{
    struct entry **at = bucket_of(cache, &entry->key);
    while (*at != entry)
        at = &(*at)->next_in_bucket;
    *at = entry->next_in_bucket;
    take_out(&entry->by_age);
    take_out(&entry->by_use);
    CHECK(cache->by_age.next != &entry->by_age && cache->by_use.next != &entry->by_use);
    cache->usage.proofs--;
    cache->usage.bytes -= entry->size;
    free(entry);
}

static void drop_expired(struct cache *cache, nanoseconds now)
{
    struct entry *entry;
    while ((entry = oldest(cache)) != NULL && entry->gone_at <= now)
        drop(cache, entry);
}

struct cache *cache_create(const struct cache_limits *limits)
{
    size_t count = buckets_for(limits->bytes);
    struct cache *cache = calloc(1, sizeof(*cache) + count * sizeof(cache->buckets[0]));
    if (cache == NULL)
        return NULL;
    cache->limits = *limits;
    cache->bucket_count = count;
    cache->by_age = (struct place){&cache->by_age, &cache->by_age};
    cache->by_use = (struct place){&cache->by_use, &cache->by_use};
    CHECK_ZERO(pthread_mutex_init(&cache->lock, NULL));
    return cache;
}

void cache_destroy(struct cache *cache)
{
    struct entry *entry;
    if (cache == NULL)
        return;
    while ((entry = oldest(cache)) != NULL)
        drop(cache, entry);
    CHECK_ZERO(pthread_mutex_destroy(&cache->lock));
    free(cache);
}

static struct entry *make_entry(const struct kept_proof *kept)
{
    const struct buffer *proof = &kept->proof.proof;
    const struct buffer *public_inputs = &kept->proof.public_inputs;
    size_t size = sizeof(struct entry) + proof->length + public_inputs->length;
    struct entry *entry = malloc(size);
    if (entry == NULL)
        return NULL;
    *entry = (struct entry){.size = size,
                            .proof = *kept,
                            .proof_length = proof->length,
                            .public_inputs_length = public_inputs->length};
    entry->proof.proof = (struct proof){BUFFER_EMPTY, BUFFER_EMPTY};
    if (proof->length > 0)
        memcpy(entry->bytes, proof->data, proof->length);
    if (public_inputs->length > 0)
        memcpy(entry->bytes + proof->length, public_inputs->data, public_inputs->length);
    return entry;
}

/* In the place of what had the key, with the lock held. The entry fits the limit. */
static void put(struct cache *cache, struct entry *entry)
{
    struct entry *old = find(cache, &entry->key);
    if (old != NULL)
        drop(cache, old);
    while (cache->usage.bytes > cache->limits.bytes - entry->size)
        drop(cache, least_used(cache));
    struct entry **bucket = bucket_of(cache, &entry->key);
    entry->next_in_bucket = *bucket;
    *bucket = entry;
    append(&cache->by_age, &entry->by_age);
    append(&cache->by_use, &entry->by_use);
    cache->usage.proofs++;
    cache->usage.bytes += entry->size;
}

void cache_keep(struct cache *cache, const struct fingerprint *key, const struct kept_proof *proof,
                nanoseconds now)
{
    struct entry *entry = make_entry(proof);
    if (entry == NULL || entry->size > cache->limits.bytes) {
        free(entry);
        return;
    }
    entry->key = *key;
    entry->gone_at = now + cache->limits.life;
    CHECK_ZERO(pthread_mutex_lock(&cache->lock));
    drop_expired(cache, now);
    put(cache, entry);
    CHECK_ZERO(pthread_mutex_unlock(&cache->lock));
}

/* With the lock held. */
static bool copy(struct kept_proof *found, const struct entry *entry)
{
    struct kept_proof made = entry->proof;
    if (buffer_append(&made.proof.proof, entry->bytes, entry->proof_length) &&
        buffer_append(&made.proof.public_inputs, entry->bytes + entry->proof_length,
                      entry->public_inputs_length)) {
        *found = made;
        return true;
    }
    proof_free(&made.proof);
    return false;
}

bool cache_find(struct cache *cache, struct kept_proof *found, const struct fingerprint *key,
                nanoseconds now)
{
    CHECK_ZERO(pthread_mutex_lock(&cache->lock));
    drop_expired(cache, now);
    struct entry *entry = find(cache, key);
    bool copied = entry != NULL && copy(found, entry);
    if (copied) {
        take_out(&entry->by_use);
        append(&cache->by_use, &entry->by_use);
    }
    CHECK_ZERO(pthread_mutex_unlock(&cache->lock));
    return copied;
}

struct cache_usage cache_usage(struct cache *cache)
{
    CHECK_ZERO(pthread_mutex_lock(&cache->lock));
    struct cache_usage usage = cache->usage;
    CHECK_ZERO(pthread_mutex_unlock(&cache->lock));
    return usage;
}
