#include "circuits/circuit_id_internal.h"

#include <sodium.h>
#include <string.h>

enum { LENGTH_BYTES = 8 };

/* Behind its length, so that no byte can change its place from one part to the next. */
static void add_text(crypto_hash_sha256_state *hash, const char *text)
{
    const char *part = text == NULL ? "" : text;
    size_t length = strlen(part);
    unsigned char prefix[LENGTH_BYTES];
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        prefix[i] = (unsigned char)((uint64_t)length >> (8 * (LENGTH_BYTES - 1 - i)));
    (void)crypto_hash_sha256_update(hash, prefix, sizeof(prefix));
    (void)crypto_hash_sha256_update(hash, (const unsigned char *)part, length);
}

void circuit_compute_ids(struct circuit *circuit)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state hash;
    crypto_hash_sha256(digest, circuit->bytecode, circuit->bytecode_length);
    (void)sodium_bin2hex(circuit->bytecode_id, sizeof(circuit->bytecode_id), digest,
                         sizeof(digest));
    (void)crypto_hash_sha256_init(&hash);
    add_text(&hash, circuit->bytecode_id);
    add_text(&hash, circuit->abi_text);
    add_text(&hash, circuit->debug_text);
    (void)crypto_hash_sha256_final(&hash, digest);
    (void)sodium_bin2hex(circuit->id, sizeof(circuit->id), digest, sizeof(digest));
}

static bool is_hex(const char *text, const char *digits, size_t length)
{
    return strlen(text) == length && strspn(text, digits) == length;
}

bool circuit_is_id(const char *text)
{
    return is_hex(text, "0123456789abcdef", CIRCUIT_ID_CHARACTERS);
}

bool circuit_name_misleads(const struct circuit *circuit)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *name = circuit->name;
    if (is_hex(name, digits, CIRCUIT_SHORT_ID_CHARACTERS))
        return strncmp(name, circuit->id, CIRCUIT_SHORT_ID_CHARACTERS) != 0 &&
               strncmp(name, circuit->bytecode_id, CIRCUIT_SHORT_ID_CHARACTERS) != 0;
    return is_hex(name, digits, CIRCUIT_ID_CHARACTERS);
}
