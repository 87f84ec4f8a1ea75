#include "noir/blackbox/cipher.h"

#include <limits.h>
#include <openssl/evp.h>

#include "base/check.h"

bool aes128_cbc_encrypt(unsigned char *output, const unsigned char *message, size_t length,
                        const unsigned char iv[AES128_BLOCK_BYTES],
                        const unsigned char key[AES128_KEY_BYTES])
{
    CHECK(length % AES128_BLOCK_BYTES == 0);
    if (length > INT_MAX)
        return false;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool done =
        context != NULL && EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
        (length == 0 || EVP_EncryptUpdate(context, output, &written, message, (int)length) == 1);
    EVP_CIPHER_CTX_free(context);
    return done && (size_t)written == length;
}
