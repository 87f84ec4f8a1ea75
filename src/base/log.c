#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log_internal.h"

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

static enum log_level lowest_level = LOG_INFO;
static enum log_format line_format = LOG_FORMAT_JSON;

struct log_field log_string(const char *name, const char *value)
{
    return (struct log_field){name, LOG_FIELD_STRING, {.string = value}};
}

struct log_field log_integer(const char *name, long long value)
{
    return (struct log_field){name, LOG_FIELD_INTEGER, {.integer = value}};
}

struct log_field log_milliseconds(const char *name, double value)
{
    return (struct log_field){name, LOG_FIELD_MILLISECONDS, {.milliseconds = value}};
}

void log_configure(enum log_level level, enum log_format format)
{
    lowest_level = level;
    line_format = format;
}

bool log_level_parse(enum log_level *level, const char *text)
{
    for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (strcmp(text, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

static json_t *field_value(const struct log_field *field)
{
    switch (field->kind) {
    case LOG_FIELD_STRING:
        return field->value.string == NULL ? json_null() : json_string(field->value.string);
    case LOG_FIELD_INTEGER:
        return json_integer(field->value.integer);
    case LOG_FIELD_MILLISECONDS:
        return json_real(field->value.milliseconds);
    }
    return json_null();
}

/*
 * What a terminal acts upon, or shows as nothing or in another order: C1 controls, DEL, marks of
 * direction, separators of lines, characters without width.
 */
static bool is_hidden(unsigned character)
{
    static const struct {
        unsigned first;
        unsigned last;
    } ranges[] = {{0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},  {0x200b, 0x200f},
                  {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    return false;
}

/* The character at a place of valid UTF-8, and its bytes; past U+FFFF, where none is hidden, 0. */
static unsigned read_character(const unsigned char *at, size_t *bytes)
{
    *bytes = 1;
    if (at[0] < 0xc0)
        return at[0];
    *bytes = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (*bytes == 2)
        return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
    if (*bytes == 3)
        return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
    return 0;
}

/* Prints JSON as jansson wrote it, which has escaped C0 controls alone. */
static void print_visibly(FILE *line, const char *json)
{
    const unsigned char *at = (const unsigned char *)json;
    size_t bytes;
    for (; *at != '\0'; at += bytes) {
        unsigned character = read_character(at, &bytes);
        if (is_hidden(character))
            (void)fprintf(line, "\\u%04x", character);
        else
            (void)fwrite(at, 1, bytes, line);
    }
}

/* Both formats print values with jansson: a client's path cannot forge a second line in either. */
static void print_value(FILE *line, const struct log_field *field)
{
    if (field->kind == LOG_FIELD_MILLISECONDS) {
        (void)fprintf(line, "%.3f", field->value.milliseconds);
        return;
    }
    json_t *value = field_value(field);
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    print_visibly(line, text == NULL ? "\"(not UTF-8)\"" : text);
    free(text);
    json_decref(value);
}

static void print_json(FILE *line, const char *time, enum log_level level, const char *event,
                       const struct log_field *fields, size_t field_count)
{
    (void)fprintf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", time,
                  level_names[level], event);
    for (size_t i = 0; i < field_count; i++) {
        (void)fprintf(line, ",\"%s\":", fields[i].name);
        print_value(line, &fields[i]);
    }
    (void)fputs("}\n", line);
}

static void print_text(FILE *line, const char *time, enum log_level level, const char *event,
                       const struct log_field *fields, size_t field_count)
{
    (void)fprintf(line, "%s %-7s %s", time, level_names[level], event);
    for (size_t i = 0; i < field_count; i++) {
        (void)fprintf(line, " %s=", fields[i].name);
        print_value(line, &fields[i]);
    }
    (void)fputc('\n', line);
}

char *log_compose(size_t *length, enum log_level level, const char *event,
                  const struct log_field *fields, size_t field_count)
{
    char time[CLOCK_TEXT_BYTES];
    char *text = NULL;
    FILE *line = open_memstream(&text, length);
    if (line == NULL)
        return NULL;
    clock_text(time);
    if (line_format == LOG_FORMAT_JSON)
        print_json(line, time, level, event, fields, field_count);
    else
        print_text(line, time, level, event, fields, field_count);
    if (fclose(line) == 0)
        return text;
    free(text);
    return NULL;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t field_count)
{
    size_t length;
    if (level < lowest_level)
        return;
    char *line = log_compose(&length, level, event, fields, field_count);
    if (line != NULL)
        log_put(line, length);
    free(line);
}
