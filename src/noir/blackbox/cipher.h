/* AES-128 in CBC mode, of OpenSSL. Thread-safe. */
#ifndef NOIR_BLACKBOX_CIPHER_H
#define NOIR_BLACKBOX_CIPHER_H

#include <stdbool.h>
#include <stddef.h>

enum { AES128_BLOCK_BYTES = 16, AES128_KEY_BYTES = 16 };

/*
 * Encrypts message[0..length) into output[0..length) without padding; the length is a multiple of
 * AES128_BLOCK_BYTES. False when the library has no memory.
 */
bool aes128_cbc_encrypt(unsigned char *output, const unsigned char *message, size_t length,
                        const unsigned char iv[AES128_BLOCK_BYTES],
                        const unsigned char key[AES128_KEY_BYTES]);

#endif
