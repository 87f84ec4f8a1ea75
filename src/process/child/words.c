#include "process/child/words_internal.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "process/redact.h"

enum { MILLISECONDS_A_SECOND = 1000 };

static bool may_say(struct words *words)
{
    nanoseconds now = clock_now();
    if (milliseconds_between(words->second_began, now) >= MILLISECONDS_A_SECOND) {
        words->second_began = now;
        words->said = 0;
    }
    return words->said < WORDS_LINES_A_SECOND;
}

/* The cut may have left of a number so little that nothing would be redacted: it goes as a whole.
 */
static void drop_cut_number(struct words *words)
{
    while (words->length > 0 && isxdigit((unsigned char)words->line[words->length - 1]))
        words->length--;
}

static void say(struct words *words, pid_t pid)
{
    char shown[WORDS_LINE_BYTES + 1];
    if (words->cut)
        drop_cut_number(words);
    if (words->length == 0)
        return;
    if (!may_say(words)) {
        words->left_out++;
        return;
    }
    redact(shown, sizeof(shown), words->line, words->length);
    log_event(LOG_DEBUG, "a child says", log_integer("pid", pid), log_string("line", shown),
              log_integer("left_out", words->left_out));
    words->said++;
    words->left_out = 0;
}

static void end_line(struct words *words, pid_t pid)
{
    say(words, pid);
    sodium_memzero(words->line, sizeof(words->line));
    words->length = 0;
    words->cut = false;
}

static void add(struct words *words, const char *bytes, size_t length)
{
    size_t room = sizeof(words->line) - words->length;
    words->cut = words->cut || length > room;
    if (length > room)
        length = room;
    memcpy(words->line + words->length, bytes, length);
    words->length += length;
}

void words_take(struct words *words, pid_t pid, const char *bytes, size_t length)
{
    const char *end;
    while ((end = memchr(bytes, '\n', length)) != NULL) {
        size_t line = (size_t)(end - bytes);
        add(words, bytes, line);
        end_line(words, pid);
        bytes += line + 1;
        length -= line + 1;
    }
    add(words, bytes, length);
}

void words_end(struct words *words, pid_t pid)
{
    end_line(words, pid);
}
