#include "engine/bb/bb_files_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/gzip.h"
#include "base/store.h"
#include "process/scratch.h"

enum { MOST_FILE_BYTES = 64 << 20 };

static enum engine_outcome file_failure(struct failure *failure, const char *what, const char *path)
{
    return failure_say(failure, ENGINE_INTERNAL, "cannot %s %s: %s", what, path, strerror(errno));
}

enum engine_outcome bb_files_open(struct bb_files *bb_files, const struct child_home *home,
                                  struct failure *failure)
{
    return child_home_make(bb_files->folder, home, failure) == RESULT_OK ? ENGINE_OK
                                                                         : ENGINE_INTERNAL;
}

void bb_files_close(struct bb_files *bb_files)
{
    if (bb_files->folder[0] != '\0')
        scratch_remove_tree(bb_files->folder);
}

void bb_files_path(char *path, const struct bb_files *bb_files, const char *name)
{
    CHECK(scratch_join(path, PATH_MAX, bb_files->folder, name));
}

enum engine_outcome bb_files_write(const struct bb_files *bb_files, const char *name,
                                   struct bytes bytes, struct failure *failure)
{
    char path[PATH_MAX];
    bb_files_path(path, bb_files, name);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return file_failure(failure, "create", path);
    size_t done = 0;
    while (done < bytes.length) {
        ssize_t put = write(file, bytes.data + done, bytes.length - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            break;
        done += (size_t)put;
    }
    enum engine_outcome outcome =
        done == bytes.length ? ENGINE_OK : file_failure(failure, "write", path);
    close(file);
    return outcome;
}

enum engine_outcome bb_files_write_gzip(const struct bb_files *bb_files, const char *name,
                                        struct bytes bytes, struct failure *failure)
{
    struct buffer zipped = BUFFER_EMPTY;
    enum engine_outcome outcome;
    if (gzip_append(&zipped, bytes.data, bytes.length))
        outcome = bb_files_write(bb_files, name, bytes_of(&zipped), failure);
    else
        outcome = failure_say(failure, ENGINE_INTERNAL, "no memory for bb's files");
    buffer_free(&zipped);
    return outcome;
}

enum engine_outcome bb_files_read(struct buffer *bytes, const struct bb_files *bb_files,
                                  const char *name, struct failure *failure)
{
    char path[PATH_MAX];
    bb_files_path(path, bb_files, name);
    if (store_read(bytes, path, MOST_FILE_BYTES, NULL) == RESULT_OK)
        return ENGINE_OK;
    return failure_say(failure, ENGINE_NONSENSE, "bb did not write %s", name);
}
