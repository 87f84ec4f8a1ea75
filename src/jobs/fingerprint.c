#include "jobs/fingerprint.h"

#include <sodium.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

_Static_assert(IDENTITY_BYTES == crypto_generichash_BYTES, "the length that libsodium recommends");

struct identity_key {
    unsigned char bytes[crypto_generichash_KEYBYTES];
};

struct identity_hash {
    crypto_generichash_state state;
};

_Static_assert(SECRET_ALIGNMENT == 64, "libsodium wants its state aligned to 64");

bool identity_equal(const struct identity *left, const struct identity *right)
{
    return sodium_memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

bool identity_is_known(const struct identity *identity)
{
    return !sodium_is_zero(identity->bytes, sizeof(identity->bytes));
}

struct identity_key *identity_key_create(void)
{
    struct identity_key *key = secret_allocate(sizeof(*key));
    if (key != NULL)
        randombytes_buf(key->bytes, sizeof(key->bytes));
    return key;
}

void identity_key_destroy(struct identity_key *key)
{
    secret_free(key);
}

struct identity_hash *identity_begin(const struct identity_key *key)
{
    struct identity_hash *hash = secret_allocate(sizeof(*hash));
    if (hash != NULL)
        CHECK_ZERO(
            crypto_generichash_init(&hash->state, key->bytes, sizeof(key->bytes), IDENTITY_BYTES));
    return hash;
}

void identity_add(struct identity_hash *hash, const void *bytes, size_t length)
{
    CHECK_ZERO(crypto_generichash_update(&hash->state, bytes, length));
}

void identity_add_text(struct identity_hash *hash, const char *text)
{
    identity_add(hash, text, strlen(text) + 1);
}

void identity_end(struct identity_hash **hash, struct identity *identity)
{
    CHECK_ZERO(crypto_generichash_final(&(*hash)->state, identity->bytes, IDENTITY_BYTES));
    identity_abandon(*hash);
    *hash = NULL;
}

void identity_abandon(struct identity_hash *hash)
{
    secret_free(hash);
}
