/* MessagePack written in few words. */
#ifndef UNIT_PACKER_H
#define UNIT_PACKER_H

#include <msgpack.h>

#include "base/buffer.h"
#include "engine/bb/request.h"

/* What the packer writes is appended to the buffer. */
void packer_open(msgpack_packer *packer, struct buffer *buffer);

void packer_text(msgpack_packer *packer, const char *text);
void packer_bytes(msgpack_packer *packer, const void *bytes, size_t length);

/* `count` times 32 bytes of the value `byte`, as a list of words. */
void packer_words(msgpack_packer *packer, size_t count, unsigned char byte);

#endif
