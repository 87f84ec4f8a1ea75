/* The files of one bb run, in a 0700 folder of their own that goes with it. Private to engine/bb/.
 */
#ifndef ENGINE_BB_BB_FILES_INTERNAL_H
#define ENGINE_BB_BB_FILES_INTERNAL_H

#include <limits.h>

#include "base/buffer.h"
#include "base/failure.h"
#include "engine/operations.h"
#include "process/child/home.h"

struct bb_files {
    char folder[PATH_MAX];
};

/* Makes the folder. Whatever it returns, bb_files_close must follow. */
MUST_USE_RESULT enum engine_outcome
bb_files_open(struct bb_files *bb_files, const struct child_home *home, struct failure *failure);

/* Removes the folder and all in it. */
void bb_files_close(struct bb_files *bb_files);

/* Writes the path of a file of that name in the folder to path[PATH_MAX]. */
void bb_files_path(char *path, const struct bb_files *bb_files, const char *name);

MUST_USE_RESULT enum engine_outcome bb_files_write(const struct bb_files *bb_files,
                                                   const char *name, struct bytes bytes,
                                                   struct failure *failure);

/* bb unzips bytecode and witness itself: this writes what it expects. */
MUST_USE_RESULT enum engine_outcome bb_files_write_gzip(const struct bb_files *bb_files,
                                                        const char *name, struct bytes bytes,
                                                        struct failure *failure);

/* ENGINE_NONSENSE when bb did not write the file. */
MUST_USE_RESULT enum engine_outcome bb_files_read(struct buffer *bytes,
                                                  const struct bb_files *bb_files, const char *name,
                                                  struct failure *failure);

#endif
