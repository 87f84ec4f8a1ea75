#include "packer.h"

#include <string.h>

#include "support.h"

static int append(void *buffer, const char *bytes, size_t length)
{
    return buffer_append(buffer, bytes, length) ? 0 : -1;
}

void packer_open(msgpack_packer *packer, struct buffer *buffer)
{
    msgpack_packer_init(packer, buffer, append);
}

void packer_text(msgpack_packer *packer, const char *text)
{
    assert_int_equal(msgpack_pack_str(packer, strlen(text)), 0);
    assert_int_equal(msgpack_pack_str_body(packer, text, strlen(text)), 0);
}

void packer_bytes(msgpack_packer *packer, const void *bytes, size_t length)
{
    assert_int_equal(msgpack_pack_bin(packer, length), 0);
    assert_int_equal(msgpack_pack_bin_body(packer, bytes, length), 0);
}

void packer_words(msgpack_packer *packer, size_t count, unsigned char byte)
{
    unsigned char word[32];
    memset(word, byte, sizeof(word));
    assert_int_equal(msgpack_pack_array(packer, count), 0);
    for (size_t i = 0; i < count; i++)
        packer_bytes(packer, word, sizeof(word));
}
