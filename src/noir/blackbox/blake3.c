#include <string.h>

#include "noir/blackbox/hash.h"

enum {
    BLOCK_BYTES = 64,
    BLOCK_WORDS = 16,
    CHUNK_BYTES = 1024,
    CHAIN_WORDS = 8,
    /* A message of 2^64 bytes has 2^54 chunks, so a stack of 54 finished subtrees is enough. */
    STACK_DEPTH = 54
};

enum block_flag { CHUNK_START = 1, CHUNK_END = 2, PARENT = 4, ROOT = 8 };

static const uint32_t initial_chain[CHAIN_WORDS] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                                    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

/* What goes into one compression: kept apart so that the last one can be made the root. */
struct node {
    uint32_t chain[CHAIN_WORDS];
    uint32_t words[BLOCK_WORDS];
    uint64_t counter;
    uint32_t length;
    uint32_t flags;
};

static uint32_t rotate_right(uint32_t value, unsigned int bits)
{
    return value >> bits | value << (32 - bits);
}

static void quarter(uint32_t v[16], const size_t at[4], uint32_t first, uint32_t second)
{
    uint32_t a = v[at[0]] + v[at[1]] + first;
    uint32_t d = rotate_right(v[at[3]] ^ a, 16);
    uint32_t c = v[at[2]] + d;
    uint32_t b = rotate_right(v[at[1]] ^ c, 12);
    a += b + second;
    d = rotate_right(d ^ a, 8);
    c += d;
    b = rotate_right(b ^ c, 7);
    v[at[0]] = a;
    v[at[1]] = b;
    v[at[2]] = c;
    v[at[3]] = d;
}

/* The chaining value that comes out of a node. */
static void compress(uint32_t output[CHAIN_WORDS], const struct node *node)
{
    static const size_t places[8][4] = {{0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14},
                                        {3, 7, 11, 15}, {0, 5, 10, 15}, {1, 6, 11, 12},
                                        {2, 7, 8, 13},  {3, 4, 9, 14}};
    static const size_t permutation[BLOCK_WORDS] = {2, 6,  3,  10, 7, 0,  4,  13,
                                                    1, 11, 12, 5,  9, 14, 15, 8};
    uint32_t v[16];
    memcpy(v, node->chain, sizeof(node->chain));
    memcpy(v + CHAIN_WORDS, initial_chain, 4 * sizeof(v[0]));
    v[12] = (uint32_t)node->counter;
    v[13] = (uint32_t)(node->counter >> 32);
    v[14] = node->length;
    v[15] = node->flags;
    uint32_t words[BLOCK_WORDS];
    memcpy(words, node->words, sizeof(words));
    for (size_t round = 0; round < 7; round++) {
        for (size_t index = 0; index < 8; index++)
            quarter(v, places[index], words[2 * index], words[2 * index + 1]);
        uint32_t permuted[BLOCK_WORDS];
        for (size_t index = 0; index < BLOCK_WORDS; index++)
            permuted[index] = words[permutation[index]];
        memcpy(words, permuted, sizeof(words));
    }
    for (size_t index = 0; index < CHAIN_WORDS; index++)
        output[index] = v[index] ^ v[index + CHAIN_WORDS];
}

static void load_block(struct node *node, const unsigned char *bytes, size_t length)
{
    unsigned char block[BLOCK_BYTES] = {0};
    if (length > 0)
        memcpy(block, bytes, length);
    for (size_t word = 0; word < BLOCK_WORDS; word++) {
        node->words[word] = 0;
        for (size_t byte = 0; byte < 4; byte++)
            node->words[word] |= (uint32_t)block[4 * word + byte] << (8 * byte);
    }
    node->length = (uint32_t)length;
}

/* The last node of a chunk of at most CHUNK_BYTES. */
static struct node chunk_node(const unsigned char *bytes, size_t length, uint64_t counter)
{
    struct node node = {.counter = counter, .flags = CHUNK_START};
    memcpy(node.chain, initial_chain, sizeof(node.chain));
    while (length > BLOCK_BYTES) {
        load_block(&node, bytes, BLOCK_BYTES);
        compress(node.chain, &node);
        node.flags = 0;
        bytes += BLOCK_BYTES;
        length -= BLOCK_BYTES;
    }
    load_block(&node, bytes, length);
    node.flags |= CHUNK_END;
    return node;
}

static struct node parent_node(const uint32_t left[CHAIN_WORDS], const uint32_t right[CHAIN_WORDS])
{
    struct node node = {.length = BLOCK_BYTES, .flags = PARENT};
    memcpy(node.chain, initial_chain, sizeof(node.chain));
    memcpy(node.words, left, CHAIN_WORDS * sizeof(left[0]));
    memcpy(node.words + CHAIN_WORDS, right, CHAIN_WORDS * sizeof(right[0]));
    return node;
}

void blake3_hash(unsigned char output[BLAKE_OUTPUT_BYTES], const unsigned char *message,
                 size_t length)
{
    /* Whole subtrees to the left of the current chunk, the largest first: one for each bit that is
     * set in the number of chunks done. */
    uint32_t stack[STACK_DEPTH][CHAIN_WORDS];
    size_t depth = 0;
    uint64_t chunk = 0;
    for (; length > CHUNK_BYTES; chunk++) {
        struct node node = chunk_node(message, CHUNK_BYTES, chunk);
        uint32_t chain[CHAIN_WORDS];
        compress(chain, &node);
        for (uint64_t done = chunk + 1; (done & 1) == 0; done >>= 1) {
            node = parent_node(stack[--depth], chain);
            compress(chain, &node);
        }
        memcpy(stack[depth++], chain, sizeof(chain));
        message += CHUNK_BYTES;
        length -= CHUNK_BYTES;
    }
    struct node node = chunk_node(message, length, chunk);
    while (depth > 0) {
        uint32_t chain[CHAIN_WORDS];
        compress(chain, &node);
        node = parent_node(stack[--depth], chain);
    }
    node.counter = 0;
    node.flags |= ROOT;
    uint32_t root[CHAIN_WORDS];
    compress(root, &node);
    for (size_t index = 0; index < BLAKE_OUTPUT_BYTES; index++)
        output[index] = (unsigned char)(root[index / 4] >> (8 * (index % 4)));
}
