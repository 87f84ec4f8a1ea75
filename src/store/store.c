#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write.h"

enum { BLOCK_BYTES = 65536 };

static enum result failed(struct failure *failure, const char *what, const char *path)
{
    int error = errno;
    enum result result =
        error == ENOSPC || error == EDQUOT ? RESULT_STORAGE_FULL : RESULT_STORAGE_FAILED;
    return failure_set(failure, result, "cannot %s %s: %s", what, path, strerror(error));
}

enum result store_make_folder(const char *folder, struct failure *failure)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
            return failed(failure, "make the folder", path);
        *slash = '/';
    }
    if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
        return failed(failure, "make the folder", path);
    return access(path, R_OK | W_OK | X_OK) == 0 ? RESULT_OK : failed(failure, "write to", path);
}

/* Before anything is changed, so that a lack of descriptors leaves all as it was. */
static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Makes the folder's entries last, and closes it; errno stays that of what failed. */
static bool sync_and_close(int folder, bool changed)
{
    int error = errno;
    bool synced = changed && fsync(folder) == 0;
    if (changed)
        error = errno;
    close(folder);
    errno = error;
    return synced;
}

static bool write_temporary(char *temporary, const void *bytes, size_t length)
{
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return false;
    bool written = write_all(file, bytes, length) && fsync(file) == 0;
    int error = errno;
    close(file);
    if (!written)
        (void)unlink(temporary);
    errno = error;
    return written;
}

static bool rename_or_remove(const char *temporary, const char *path)
{
    if (rename(temporary, path) == 0)
        return true;
    int error = errno;
    (void)unlink(temporary);
    errno = error;
    return false;
}

enum result store_write(const char *folder, const char *name, const void *bytes, size_t length,
                        struct failure *failure)
{
    char path[PATH_MAX];
    char temporary[PATH_MAX];
    int path_length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    int temporary_length = snprintf(temporary, sizeof(temporary), "%s/.%s.XXXXXX", folder, name);
    errno = ENAMETOOLONG;
    if (path_length >= PATH_MAX || temporary_length >= PATH_MAX)
        return failed(failure, "write", name);
    int opened = open_folder(folder);
    if (opened < 0)
        return failed(failure, "open", folder);
    bool written = write_temporary(temporary, bytes, length) && rename_or_remove(temporary, path);
    return sync_and_close(opened, written) ? RESULT_OK : failed(failure, "write", path);
}

enum result store_read(struct buffer *bytes, const char *path, size_t most, struct failure *failure)
{
    enum result result = RESULT_OK;
    size_t before = bytes->length;
    size_t got = 0;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    do {
        if (!buffer_reserve(bytes, BLOCK_BYTES)) {
            result = failure_set(failure, RESULT_INTERNAL, "no memory to read %s", path);
            break;
        }
        got = fread(bytes->data + bytes->length, 1, BLOCK_BYTES, file);
        bytes->length += got;
        if (bytes->length - before > most)
            result = failure_set(failure, RESULT_BODY_TOO_LARGE, "%s has more than %zu bytes", path,
                                 most);
    } while (got > 0 && result == RESULT_OK);
    if (result == RESULT_OK && ferror(file))
        result =
            failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    (void)fclose(file);
    return result;
}

/* The names that store_write makes: ".NAME.XXXXXX". */
static bool is_temporary(const char *name)
{
    enum { RANDOM_CHARACTERS = 6 };
    const char *last_dot = strrchr(name, '.');
    return name[0] == '.' && last_dot > name && strlen(last_dot + 1) == RANDOM_CHARACTERS;
}

static int remove_temporary(const char *path, const struct stat *status, int type,
                            struct FTW *place)
{
    (void)status;
    if (type == FTW_F && is_temporary(path + place->base))
        (void)unlink(path);
    return 0;
}

void store_sweep(const char *folder)
{
    enum { MOST_OPEN_FOLDERS = 8 };
    (void)nftw(folder, remove_temporary, MOST_OPEN_FOLDERS, FTW_PHYS);
}

bool store_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

enum result store_remove(const char *folder, const char *name, struct failure *failure)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int opened = open_folder(folder);
    if (opened < 0)
        return failed(failure, "open", folder);
    bool removed = unlink(path) == 0 || errno == ENOENT;
    return sync_and_close(opened, removed) ? RESULT_OK : failed(failure, "remove", path);
}

static bool is_wanted(const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t suffix_length = strlen(suffix);
    return name[0] != '.' && length > suffix_length &&
           strcmp(name + length - suffix_length, suffix) == 0;
}

enum result store_list(const char *folder, const char *suffix,
                       void (*each)(void *context, const char *name), void *context,
                       struct failure *failure)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return failed(failure, "read the folder", folder);
    for (int i = 0; i < count; i++) {
        if (is_wanted(entries[i]->d_name, suffix))
            each(context, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return RESULT_OK;
}
