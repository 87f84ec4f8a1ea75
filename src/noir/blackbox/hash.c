/* SHA256_Transform is the only way to OpenSSL's bare compression; 3.0 marks it deprecated. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "noir/blackbox/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

void sha256_compress(uint32_t state[SHA256_STATE_WORDS], const uint32_t block[SHA256_BLOCK_WORDS])
{
    SHA256_CTX context;
    (void)SHA256_Init(&context);
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        context.h[word] = state[word];
    unsigned char bytes[4 * SHA256_BLOCK_WORDS];
    for (size_t word = 0; word < SHA256_BLOCK_WORDS; word++) {
        for (size_t byte = 0; byte < 4; byte++)
            bytes[4 * word + byte] = (unsigned char)(block[word] >> (24 - 8 * byte));
    }
    SHA256_Transform(&context, bytes);
    for (size_t word = 0; word < SHA256_STATE_WORDS; word++)
        state[word] = context.h[word];
}

bool blake2s_hash(unsigned char output[BLAKE_OUTPUT_BYTES], const unsigned char *message,
                  size_t length)
{
    return EVP_Digest(message, length, output, NULL, EVP_blake2s256(), NULL) == 1;
}
