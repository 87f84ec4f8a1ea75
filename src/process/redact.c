#include "process/redact.h"

#include <ctype.h>

#include "base/check.h"

enum { LONGEST_HARMLESS_RUN = 4 };

static size_t hex_run(const char *text, size_t length)
{
    size_t run = 0;
    while (run < length && isxdigit((unsigned char)text[run]))
        run++;
    return run;
}

void redact(char *out, size_t out_size, const char *text, size_t length)
{
    CHECK(out_size > 0);
    size_t used = 0;
    size_t at = 0;
    while (at < length && used + 1 < out_size) {
        size_t run = hex_run(text + at, length - at);
        if (run > LONGEST_HARMLESS_RUN) {
            out[used++] = '#';
            at += run;
            continue;
        }
        /* A short run is copied whole, so that its end is not taken for the start of another. */
        size_t end = at + (run > 0 ? run : 1);
        for (; at < end && used + 1 < out_size; at++)
            out[used++] = isprint((unsigned char)text[at]) ? text[at] : ' ';
    }
    out[used] = '\0';
}
