/* ECDSA on secp256k1 and secp256r1 as Noir wants it, of OpenSSL. Thread-safe. */
#ifndef NOIR_BLACKBOX_ECDSA_H
#define NOIR_BLACKBOX_ECDSA_H

#include <stdbool.h>

enum ecdsa_curve { ECDSA_SECP256K1, ECDSA_SECP256R1 };

enum { ECDSA_NUMBER_BYTES = 32, ECDSA_SIGNATURE_BYTES = 64 };

/*
 * Verifies a signature, r and then s, of a 32-byte hash with the key (x, y); all big-endian.
 * *is_valid is false for numbers out of range, for a key that is not on the curve, and also for an
 * s over half the order: only one of the two signatures that fit is taken. False when the library
 * has no memory; *is_valid is then untouched.
 */
bool ecdsa_verify(bool *is_valid, enum ecdsa_curve curve,
                  const unsigned char hash[ECDSA_NUMBER_BYTES],
                  const unsigned char x[ECDSA_NUMBER_BYTES],
                  const unsigned char y[ECDSA_NUMBER_BYTES],
                  const unsigned char signature[ECDSA_SIGNATURE_BYTES]);

#endif
