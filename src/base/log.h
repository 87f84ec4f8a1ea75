/*
 * The log: one line an event on standard error, JSON for machines or text for people. A line is
 * written with one write(2), so lines of several threads never mix. Never log a byte of a witness.
 *
 * A server's log never waits for whoever reads it: lines that do not go out at once wait, 1 MiB of
 * them at most, and what is past that is lost and counted. A line says how many were lost when it
 * goes on.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_TEXT };

enum log_field_kind { LOG_FIELD_STRING, LOG_FIELD_INTEGER, LOG_FIELD_MILLISECONDS };

struct log_field {
    const char *name;
    enum log_field_kind kind;
    union {
        const char *string;
        long long integer;
        double milliseconds;
    } value;
};

struct log_field log_string(const char *name, const char *value);
struct log_field log_integer(const char *name, long long value);
struct log_field log_milliseconds(const char *name, double value);

/* Call once, before threads start. Lines below `level` are dropped. */
void log_configure(enum log_level level, enum log_format format);

/*
 * From here on no line waits for its reader. A pipe is opened anew for that, because the flag that
 * says so would be for all who share it. Call once, while the process may still open what it likes,
 * and before threads start.
 */
void log_open(void);

/* Starts the thread that writes what waits. False when the system has none left. After log_open. */
bool log_start(void);

/* Gives what waits a second more to go out, and ends the thread if it has. Before the process ends.
 */
void log_close(void);

/* How many lines have been lost so far. Any thread. */
unsigned long long log_lost(void);

/* Reads "debug", "info", "warning" or "error". False, and level as it was, for anything else. */
bool log_level_parse(enum log_level *level, const char *text);

/* Writes one line: time, level, event, then the fields in order. Thread-safe. */
void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t field_count);

/* log_event(LOG_INFO, "circuit ready", log_string("circuit", name), log_integer("rows", rows)) */
#define log_event(level, event, ...)                                                               \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                           \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* An event that needs no fields beyond its own words. */
#define log_line(level, event) log_write((level), (event), NULL, 0)

#endif
