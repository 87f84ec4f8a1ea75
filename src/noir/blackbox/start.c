#include "noir/blackbox/start.h"

#include <openssl/crypto.h>

void blackbox_start(void)
{
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}
