#include "jobs/fingerprint.h"

#include <sodium.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

_Static_assert(FINGERPRINT_BYTES == crypto_generichash_BYTES,
               "the length that libsodium recommends");

struct fingerprint_key {
    unsigned char bytes[crypto_generichash_KEYBYTES];
};

struct fingerprint_hash {
    crypto_generichash_state state;
};

_Static_assert(SECRET_ALIGNMENT == 64, "libsodium wants its state aligned to 64");

bool fingerprint_equal(const struct fingerprint *left, const struct fingerprint *right)
{
    return sodium_memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

bool fingerprint_is_known(const struct fingerprint *fingerprint)
{
    return !sodium_is_zero(fingerprint->bytes, sizeof(fingerprint->bytes));
}

struct fingerprint_key *fingerprint_key_create(void)
{
    struct fingerprint_key *key = secret_allocate(sizeof(*key));
    if (key != NULL)
        randombytes_buf(key->bytes, sizeof(key->bytes));
    return key;
}

void fingerprint_key_destroy(struct fingerprint_key *key)
{
    secret_free(key);
}

struct fingerprint_hash *fingerprint_begin(const struct fingerprint_key *key)
{
    struct fingerprint_hash *hash = secret_allocate(sizeof(*hash));
    if (hash != NULL)
        CHECK_ZERO(crypto_generichash_init(&hash->state, key->bytes, sizeof(key->bytes),
                                           FINGERPRINT_BYTES));
    return hash;
}

void fingerprint_add(struct fingerprint_hash *hash, const void *bytes, size_t length)
{
    CHECK_ZERO(crypto_generichash_update(&hash->state, bytes, length));
}

void fingerprint_add_text(struct fingerprint_hash *hash, const char *text)
{
    fingerprint_add(hash, text, strlen(text) + 1);
}

void fingerprint_end(struct fingerprint_hash **hash, struct fingerprint *fingerprint)
{
    CHECK_ZERO(crypto_generichash_final(&(*hash)->state, fingerprint->bytes, FINGERPRINT_BYTES));
    fingerprint_abandon(*hash);
    *hash = NULL;
}

void fingerprint_abandon(struct fingerprint_hash *hash)
{
    secret_free(hash);
}
