/* What the files of config/ share. */
#ifndef DAEMON_CONFIG_INTERNAL_H
#define DAEMON_CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/config.h"

enum option_kind { OPTION_GROUP, OPTION_TEXT, OPTION_CHOICE, OPTION_NUMBER, OPTION_LIST };

struct option {
    const char *flag; /* "" of a group */
    enum option_kind kind;
    size_t offset;
    size_t count_offset; /* OPTION_LIST */
    const char *value;   /* what --help calls it; for OPTION_CHOICE the choices */
    const char *text_default;
    int64_t number_default;
    int64_t least;
    int64_t most;
    const char *help;
};

/* The table, groups included. */
extern const struct option option_table[];
extern const size_t option_count;

/* PROVERD_ and the flag in capitals. */
void option_variable(char variable[CONFIG_VARIABLE_BYTES], const struct option *option);

/*
 * The option whose flag, or variable behind PROVERD_, is nearest to the `length` bytes that were
 * written; NULL if none is near.
 */
const struct option *option_nearest(const char *written, size_t length);

/* What a number is counted in, by what --help calls its value. */
enum quantity { QUANTITY_COUNT, QUANTITY_BYTES, QUANTITY_SECONDS };
enum quantity quantity_of(const char *value);

/*
 * Reads digits, and for bytes and seconds perhaps a unit behind them; nothing before, between or
 * after. False, and *number as it was, for anything else and for what does not fit.
 */
bool quantity_read(int64_t *number, enum quantity quantity, const char *text);

/* The shortest way to write it that is read as the same. */
enum { QUANTITY_BYTES_OF_TEXT = 24 };
void quantity_write(char text[QUANTITY_BYTES_OF_TEXT], enum quantity quantity, int64_t number);

/* What is understood, for people: "a size: ..." */
const char *quantity_describe(enum quantity quantity);

#endif
