/* The files of one bb run, in a 0700 folder of their own that goes with it. Private to engine/bb/.
 */
#ifndef ENGINE_BB_BB_FILES_INTERNAL_H
#define ENGINE_BB_BB_FILES_INTERNAL_H

#include <limits.h>

#include "base/buffer.h"
#include "base/failure.h"
#include "engine/bb/request.h"
#include "process/child/home.h"

struct workplace {
    char folder[PATH_MAX];
};

/* Makes the folder. Whatever it returns, workplace_close must follow. */
MUST_USE_RESULT enum result workplace_open(struct workplace *workplace,
                                           const struct child_home *home, struct failure *failure);

/* Removes the folder and all in it. */
void workplace_close(struct workplace *workplace);

/* Writes the path of a file of that name in the folder to path[PATH_MAX]. */
void workplace_path(char *path, const struct workplace *workplace, const char *name);

MUST_USE_RESULT enum result workplace_write(const struct workplace *workplace, const char *name,
                                            struct bytes bytes, struct failure *failure);

/* bb unzips bytecode and witness itself: this writes what it expects. */
MUST_USE_RESULT enum result workplace_write_gzip(const struct workplace *workplace,
                                                 const char *name, struct bytes bytes,
                                                 struct failure *failure);

/* RESULT_PROVER_NONSENSE when bb did not write the file. */
MUST_USE_RESULT enum result workplace_read(struct buffer *bytes, const struct workplace *workplace,
                                           const char *name, struct failure *failure);

#endif
