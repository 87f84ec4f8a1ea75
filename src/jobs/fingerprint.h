/*
 * Whether two things are the same, without keeping them: hashes under a key that is drawn when the
 * server starts and dies with it. Without that key a fingerprint says nothing, so a witness cannot
 * be guessed from one; a bare hash would let it. BLAKE2b of libsodium, 32 bytes: two things that
 * differ do not get the same fingerprint.
 */
#ifndef JOBS_FINGERPRINT_H
#define JOBS_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>

enum { FINGERPRINT_BYTES = 32 };

struct fingerprint {
    unsigned char bytes[FINGERPRINT_BYTES];
};

/* Takes the same time whatever the two hold. */
bool fingerprint_equal(const struct fingerprint *left, const struct fingerprint *right);

/* False for one that nobody has computed: all zeros, in which no hash ends. */
bool fingerprint_is_known(const struct fingerprint *fingerprint);

/* The key, in guarded memory. Read-only once made: any thread. NULL for lack of memory. */
struct fingerprint_key *fingerprint_key_create(void);

/* Wipes it. NULL is fine. */
void fingerprint_key_destroy(struct fingerprint_key *key);

/*
 * A fingerprint in the making, a piece at a time, one thread at a time. It lives in guarded
 * memory, because it holds the last of the bytes. NULL for lack of memory. The key is borrowed.
 */
struct fingerprint_hash *fingerprint_begin(const struct fingerprint_key *key);

void fingerprint_add(struct fingerprint_hash *hash, const void *bytes, size_t length);

/* Adds a text and where it ends, so that what follows cannot pass for a part of it. */
void fingerprint_add_text(struct fingerprint_hash *hash, const char *text);

/* Wipes and frees the hash; *hash becomes NULL. */
void fingerprint_end(struct fingerprint_hash **hash, struct fingerprint *fingerprint);

/* The same when nobody wants the fingerprint. NULL is fine. */
void fingerprint_abandon(struct fingerprint_hash *hash);

#endif
