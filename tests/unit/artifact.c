#include "artifact.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char small_program[] =
    "03929196a46d61696e9181aa4173736572745a65726f93909292c42000000000000000000000000000000000"
    "000000000000000000000000000000010092c42030644e72e131a029b85045b68181585d2833e84879b97091"
    "43e1f593f000000001c420000000000000000000000000000000000000000000000000000000000000000091"
    "009100909090";

const char folded_program[] =
    "03929296a46d61696e9181aa4173736572745a65726f93909292c42000000000000000000000000000000000"
    "000000000000000000000000000000010092c42030644e72e131a029b85045b68181585d2833e84879b97091"
    "43e1f593f000000001c420000000000000000000000000000000000000000000000000000000000000000091"
    "009100909096a4666f6c649181aa4173736572745a65726f93909292c4200000000000000000000000000000"
    "0000000000000000000000000000000000010092c42030644e72e131a029b85045b68181585d2833e84879b9"
    "709143e1f593f000000001c42000000000000000000000000000000000000000000000000000000000000000"
    "0091009100909090";

char *artifact_of_bytes(const void *bytes, size_t length, bool zipped)
{
    static const char head[] = "{\"noir_version\":\"1.0.0-beta.26\",\"abi\":{},\"bytecode\":\"";
    struct buffer content = BUFFER_EMPTY;
    if (zipped)
        append_gzip(&content, bytes, length);
    else
        assert_true(buffer_append(&content, bytes, length));
    size_t encoded = sodium_base64_encoded_len(content.length, sodium_base64_VARIANT_ORIGINAL);
    char *artifact = malloc(sizeof(head) + encoded + 2);
    assert_non_null(artifact);
    memcpy(artifact, head, sizeof(head));
    (void)sodium_bin2base64(artifact + sizeof(head) - 1, encoded, content.data, content.length,
                            sodium_base64_VARIANT_ORIGINAL);
    (void)strcat(artifact, "\"}");
    buffer_free(&content);
    return artifact;
}

char *artifact_of_hex(const char *program)
{
    unsigned char bytes[1024];
    return artifact_of_bytes(bytes, bytes_of_hex(bytes, sizeof(bytes), program), true);
}
