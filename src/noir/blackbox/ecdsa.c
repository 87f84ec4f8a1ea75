#include "noir/blackbox/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

enum { POINT_BYTES = 1 + 2 * ECDSA_NUMBER_BYTES, UNCOMPRESSED = 4 };

struct curve {
    char name[16];
    int identifier;
    unsigned char half_order[ECDSA_NUMBER_BYTES];
};

static const struct curve curves[] = {
    [ECDSA_SECP256K1] = {"secp256k1",
                         NID_secp256k1,
                         {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                          0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0}},
    [ECDSA_SECP256R1] = {"prime256v1",
                         NID_X9_62_prime256v1,
                         {0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b,
                          0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8}},
};

static bool is_on_curve(bool *on_curve, const struct curve *curve,
                        const unsigned char point[POINT_BYTES])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(curve->identifier);
    EC_POINT *parsed = group == NULL ? NULL : EC_POINT_new(group);
    /* It also refuses coordinates that are not below the field's prime. */
    if (parsed != NULL)
        *on_curve = EC_POINT_oct2point(group, parsed, point, POINT_BYTES, NULL) == 1;
    bool done = parsed != NULL;
    EC_POINT_free(parsed);
    EC_GROUP_free(group);
    return done;
}

/* NULL when the library has no memory. */
static EVP_PKEY *make_key(const struct curve *curve, unsigned char point[POINT_BYTES])
{
    char name[sizeof(curve->name)];
    memcpy(name, curve->name, sizeof(name));
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, POINT_BYTES),
        OSSL_PARAM_construct_end()};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

/* The signature as DER, the only form EVP takes; *der is for OPENSSL_free. 0 without memory. */
static int encode_signature(unsigned char **der,
                            const unsigned char signature[ECDSA_SIGNATURE_BYTES])
{
    BIGNUM *r = BN_bin2bn(signature, ECDSA_NUMBER_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(signature + ECDSA_NUMBER_BYTES, ECDSA_NUMBER_BYTES, NULL);
    ECDSA_SIG *parsed = ECDSA_SIG_new();
    if (r == NULL || s == NULL || parsed == NULL || ECDSA_SIG_set0(parsed, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(parsed);
        return 0;
    }
    int length = i2d_ECDSA_SIG(parsed, der);
    ECDSA_SIG_free(parsed);
    return length > 0 ? length : 0;
}

static bool verify(bool *is_valid, const struct curve *curve, const unsigned char *hash,
                   unsigned char point[POINT_BYTES], const unsigned char *signature)
{
    bool done = false;
    unsigned char *der = NULL;
    EVP_PKEY_CTX *context = NULL;
    EVP_PKEY *key = make_key(curve, point);
    int length = encode_signature(&der, signature);
    if (key != NULL && length > 0)
        context = EVP_PKEY_CTX_new(key, NULL);
    if (context != NULL && EVP_PKEY_verify_init(context) == 1) {
        *is_valid = EVP_PKEY_verify(context, der, (size_t)length, hash, ECDSA_NUMBER_BYTES) == 1;
        done = true;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    OPENSSL_free(der);
    return done;
}

bool ecdsa_verify(bool *is_valid, enum ecdsa_curve curve,
                  const unsigned char hash[ECDSA_NUMBER_BYTES],
                  const unsigned char x[ECDSA_NUMBER_BYTES],
                  const unsigned char y[ECDSA_NUMBER_BYTES],
                  const unsigned char signature[ECDSA_SIGNATURE_BYTES])
{
    const struct curve *chosen = &curves[curve];
    if (memcmp(signature + ECDSA_NUMBER_BYTES, chosen->half_order, ECDSA_NUMBER_BYTES) > 0) {
        *is_valid = false;
        return true;
    }
    unsigned char point[POINT_BYTES];
    point[0] = UNCOMPRESSED;
    memcpy(point + 1, x, ECDSA_NUMBER_BYTES);
    memcpy(point + 1 + ECDSA_NUMBER_BYTES, y, ECDSA_NUMBER_BYTES);
    bool on_curve = false;
    if (!is_on_curve(&on_curve, chosen, point))
        return false;
    if (!on_curve) {
        *is_valid = false;
        return true;
    }
    return verify(is_valid, chosen, hash, point, signature);
}
