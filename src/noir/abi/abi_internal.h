/* The types as the parts of this module share them. */
#ifndef NOIR_ABI_ABI_INTERNAL_H
#define NOIR_ABI_ABI_INTERNAL_H

#include "noir/abi/abi.h"

enum abi_kind {
    ABI_FIELD,
    ABI_UNSIGNED,
    ABI_SIGNED,
    ABI_BOOLEAN,
    ABI_STRING,
    ABI_ARRAY,
    ABI_TUPLE,
    ABI_STRUCT
};

struct abi_member;

struct abi_type {
    enum abi_kind kind;
    uint32_t width;  /* of integers, in bits: 1 to 128 */
    uint32_t length; /* of strings in bytes, of arrays in elements */
    uint32_t cells;  /* of the whole: at most ABI_CELLS_MAX */
    uint32_t empty;  /* values without cells, itself and its parts: at most ABI_EMPTY_VALUES_MAX */
    char *name;      /* of structs, without its path; otherwise NULL */
    /* The element of an array, the fields of a tuple or struct. */
    struct abi_member *members;
    uint32_t member_count;
};

struct abi_member {
    char *name; /* NULL but in structs */
    struct abi_type type;
};

struct abi_parameter {
    char *name; /* "" for one without */
    struct abi_type type;
    bool is_public;
    bool is_unreadable; /* its type then means nothing */
};

enum abi_error_kind { ABI_ERROR_STRING, ABI_ERROR_FORMAT, ABI_ERROR_CUSTOM };

struct abi_error {
    uint64_t selector;
    enum abi_error_kind kind;
    char *string;         /* ABI_ERROR_STRING */
    uint32_t length;      /* ABI_ERROR_FORMAT: of the template, in bytes */
    struct abi_type type; /* ABI_ERROR_CUSTOM; ABI_ERROR_FORMAT: a tuple of the items */
};

struct abi {
    struct abi_parameter *parameters;
    uint32_t parameter_count;
    uint32_t parameter_cells;
    bool has_return;
    bool return_is_public;
    struct abi_type return_type;
    struct abi_error *errors;
    uint32_t error_count;
    char *unreadable_parameter; /* as abi_unreadable_parameter gives it */
    char *unreadable_return;    /* as abi_unreadable_return does; return_type then means nothing */
};

/* type.c: after a failure the type is to be freed, too. */
MUST_USE_RESULT enum result abi_type_read(struct abi_type *type, const json_t *object,
                                          unsigned int depth, struct failure *failure);
/* Fine on a zeroed type. */
void abi_type_free(struct abi_type *type);
/* The type of an element or field by its position. */
const struct abi_type *abi_type_part(const struct abi_type *type, uint32_t index);
/* The number of parts of an array, tuple or struct. */
uint32_t abi_type_part_count(const struct abi_type *type);
/* Writes the type as in a program, cut to `room`: "u8", "[Field; 3]", "Point". */
void abi_type_print(char *text, size_t room, const struct abi_type *type);

/* number.c */
struct abi_number {
    bool is_negative;
    struct integer256 magnitude;
};

enum abi_number_result { ABI_NUMBER_OK, ABI_NUMBER_MALFORMED, ABI_NUMBER_TOO_LARGE };

/* Reads the text of a number, with a sign when `is_signed`; at most 256 bits. */
enum abi_number_result abi_number_read(struct abi_number *number, const char *text, size_t length,
                                       bool is_signed);
/* The element of a number in a cell of the type. False when it does not fit. */
bool abi_number_encode(struct field *cell, const struct abi_number *number,
                       const struct abi_type *type);
/* The number in a cell of an integer type. */
struct abi_number abi_number_decode(const struct field *cell, const struct abi_type *type);

/* decode.c */
struct abi_cells {
    const struct field *next;
    size_t left;
};

/* The value at the cells, which moves on past it. NULL when too few are left or without memory. */
json_t *abi_decode(struct abi_cells *cells, const struct abi_type *type, enum abi_style style);
/* The length of the UTF-8 character that bytes[0..length), not empty, begin with; 0: none. */
size_t abi_character_length(const unsigned char *bytes, size_t length);
/* One byte a cell, as UTF-8; what is not becomes U+FFFD. */
json_t *abi_decode_string(struct abi_cells *cells, uint32_t length);

#endif
