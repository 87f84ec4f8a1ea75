/* Where the log's lines go. Private to base/: log.c makes them. */
#ifndef BASE_LOG_INTERNAL_H
#define BASE_LOG_INTERNAL_H

#include "base/log.h"

/* Passes a line on, its newline included, or counts it as lost. Any thread. */
void log_put(const char *line, size_t length);

/* One line, newline included, to be freed. NULL for lack of memory. */
char *log_compose(size_t *length, enum log_level level, const char *event,
                  const struct log_field *fields, size_t field_count);

#endif
