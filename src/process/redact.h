/* Makes text of bb's fit for a log: it may quote the values of a witness. */
#ifndef PROCESS_REDACT_H
#define PROCESS_REDACT_H

#include <stddef.h>

/*
 * Copies text[0..length) into out[0..out_size) as one NUL-terminated printable ASCII line, cut to
 * fit. Every run of 5 or more digits or hexadecimal digits becomes "#": counts and sizes of bb's
 * survive, field elements do not. out_size > 0.
 */
void redact(char *out, size_t out_size, const char *text, size_t length);

#endif
