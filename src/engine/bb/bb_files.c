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

static enum result file_failure(struct failure *failure, const char *what, const char *path)
{
    return failure_set(failure, RESULT_INTERNAL, "cannot %s %s: %s", what, path, strerror(errno));
}

enum result workplace_open(struct workplace *workplace, const struct child_home *home,
                           struct failure *failure)
{
    return child_home_make(workplace->folder, home, failure);
}

void workplace_close(struct workplace *workplace)
{
    if (workplace->folder[0] != '\0')
        scratch_remove_tree(workplace->folder);
}

void workplace_path(char *path, const struct workplace *workplace, const char *name)
{
    CHECK(scratch_join(path, PATH_MAX, workplace->folder, name));
}

enum result workplace_write(const struct workplace *workplace, const char *name, struct bytes bytes,
                            struct failure *failure)
{
    char path[PATH_MAX];
    workplace_path(path, workplace, name);
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
    enum result result = done == bytes.length ? RESULT_OK : file_failure(failure, "write", path);
    close(file);
    return result;
}

enum result workplace_write_gzip(const struct workplace *workplace, const char *name,
                                 struct bytes bytes, struct failure *failure)
{
    struct buffer zipped = BUFFER_EMPTY;
    enum result result = gzip_append(&zipped, bytes.data, bytes.length)
                             ? workplace_write(workplace, name, bytes_of(&zipped), failure)
                             : failure_set(failure, RESULT_INTERNAL, "no memory for bb's files");
    buffer_free(&zipped);
    return result;
}

enum result workplace_read(struct buffer *bytes, const struct workplace *workplace,
                           const char *name, struct failure *failure)
{
    char path[PATH_MAX];
    workplace_path(path, workplace, name);
    if (store_read(bytes, path, MOST_FILE_BYTES, NULL) == RESULT_OK)
        return RESULT_OK;
    return failure_set(failure, RESULT_PROVER_NONSENSE, "bb did not write %s", name);
}
