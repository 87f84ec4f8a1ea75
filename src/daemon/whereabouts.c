#include "daemon/whereabouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* "" when it is not set. */
static const char *variable(void)
{
    const char *value = getenv("PROVERD_LISTEN");
    return value == NULL ? "" : value;
}

void whereabouts_tell(const struct scratch *scratch, const struct listen *listen)
{
    char line[SCRATCH_NOTE_BYTES];
    bool bracketed = strchr(listen->address, ':') != NULL;
    int length = snprintf(line, sizeof(line), "%s%s%s:%u %s", bracketed ? "[" : "", listen->address,
                          bracketed ? "]" : "", listen->port, variable());
    if (length < 0 || (size_t)length >= sizeof(line) || !scratch_leave_note(scratch, line))
        log_line(LOG_WARNING, "no word was left for proverd --check: give it --listen");
}

struct search {
    struct listen listen;
    unsigned found;
};

static void look(void *context, const char *line)
{
    struct search *search = context;
    struct failure failure;
    char address[SCRATCH_NOTE_BYTES];
    const char *blank = strchr(line, ' ');
    if (blank == NULL || strcmp(blank + 1, variable()) != 0)
        return;
    (void)snprintf(address, sizeof(address), "%.*s", (int)(blank - line), line);
    if (listen_parse(&search->listen, address, "the note", &failure) == RESULT_OK)
        search->found++;
}

bool whereabouts_find(struct listen *listen)
{
    struct search search = {.found = 0};
    scratch_read_notes(look, &search);
    if (search.found != 1)
        return false;
    *listen = search.listen;
    return true;
}
