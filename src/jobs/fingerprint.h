/*
 * Whether two things are the same, without keeping them: hashes under a key that is drawn when the
 * server starts and dies with it. Without that key an identity says nothing, so a witness cannot be
 * guessed from one; a bare hash would let it. BLAKE2b of libsodium, 32 bytes: two things that
 * differ do not get the same identity.
 */
#ifndef JOBS_FINGERPRINT_H
#define JOBS_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>

enum { IDENTITY_BYTES = 32 };

struct identity {
    unsigned char bytes[IDENTITY_BYTES];
};

/* Takes the same time whatever the two hold. */
bool identity_equal(const struct identity *left, const struct identity *right);

/* False for one that nobody has computed: all zeros, in which no hash ends. */
bool identity_is_known(const struct identity *identity);

/* The key, in guarded memory. Read-only once made: any thread. NULL for lack of memory. */
struct identity_key *identity_key_create(void);

/* Wipes it. NULL is fine. */
void identity_key_destroy(struct identity_key *key);

/*
 * An identity in the making, a piece at a time, one thread at a time. It lives in guarded memory,
 * because it holds the last of the bytes. NULL for lack of memory. The key is borrowed.
 */
struct identity_hash *identity_begin(const struct identity_key *key);

void identity_add(struct identity_hash *hash, const void *bytes, size_t length);

/* Adds a text and where it ends, so that what follows cannot pass for a part of it. */
void identity_add_text(struct identity_hash *hash, const char *text);

/* Wipes and frees the hash; *hash becomes NULL. */
void identity_end(struct identity_hash **hash, struct identity *identity);

/* The same when nobody wants the identity. NULL is fine. */
void identity_abandon(struct identity_hash *hash);

#endif
