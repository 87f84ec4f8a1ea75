/*
 * The daemon's private folder: $TMPDIR/proverd-XXXXXX, mode 0700, gone when the daemon goes. It is
 * bb's home, temporary folder and view of the CRS. A lock on it says that its daemon lives, so a
 * new daemon sweeps up what a killed one had to leave: folders of such names that are empty or have
 * a daemon's lock in them. Daemons may start at once.
 */
#ifndef PROCESS_SCRATCH_H
#define PROCESS_SCRATCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"

struct scratch {
    char path[PATH_MAX];
    int folder; /* locked for the life of the folder, as is the file `lock` in it */
    int lock;
};

/*
 * Makes the folder and sweeps up the caller's stale ones; its path is absolute, whatever TMPDIR is.
 * RESULT_INTERNAL with the reason and what to do when it cannot be made.
 */
MUST_USE_RESULT enum result scratch_create(struct scratch *scratch, struct failure *failure);

/*
 * Leaves a line in the folder for other processes of the same user, which scratch_read_notes()
 * finds while the daemon lives. False when it cannot be written.
 */
enum { SCRATCH_NOTE_BYTES = 512 };
bool scratch_leave_note(const struct scratch *scratch, const char *line);

/* Calls `reader` with the note of each daemon of the caller's in TMPDIR that lives. */
void scratch_read_notes(void (*reader)(void *context, const char *line), void *context);

/* Removes the folder and all in it. */
void scratch_destroy(struct scratch *scratch);

/* Removes a folder below it, or below any folder of the caller's, with all in it; follows no links.
 */
void scratch_remove_tree(const char *path);

/* Writes "path/name" to out. False when it does not fit. */
bool scratch_join(char *out, size_t out_size, const char *path, const char *name);

#endif
