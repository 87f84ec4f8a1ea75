/* The symbols as reading and finding share them. */
#ifndef NOIR_DEBUG_INFO_DEBUG_INFO_INTERNAL_H
#define NOIR_DEBUG_INFO_DEBUG_INFO_INTERNAL_H

#include "noir/debug_info/debug_info.h"

#define NO_PARENT UINT32_MAX

/* A node of the tree. Its parent comes before it, so that every way up ends. */
struct source_node {
    uint32_t parent; /* NO_PARENT for a root, which stands for no place */
    uint32_t file;
    uint32_t offset; /* in bytes */
};

struct opcode_place {
    uint32_t opcode;
    uint32_t node;
};

/* Ascending opcodes. */
struct opcode_places {
    uint32_t function; /* of Brillig */
    struct opcode_place *places;
    size_t count;
};

struct circuit_symbols {
    struct source_node *nodes;
    size_t node_count;
    struct opcode_places opcodes;
    struct opcode_places *brillig;
    size_t brillig_count;
};

struct source_file {
    uint32_t identifier;
    char *path;
    char *source;
    size_t length;
};

struct debug_symbols {
    struct circuit_symbols *circuits;
    size_t circuit_count;
    struct source_file *files;
    size_t file_count;
};

#endif
