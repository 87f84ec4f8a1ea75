#include "base/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/write.h"

#define TEMPORARY_PREFIX ".proverd-"

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
    int temporary_length =
        snprintf(temporary, sizeof(temporary), "%s/" TEMPORARY_PREFIX "XXXXXX", folder);
    errno = ENAMETOOLONG;
    if (path_length >= PATH_MAX || temporary_length >= PATH_MAX)
        return failed(failure, "write", name);
    int opened = open_folder(folder);
    if (opened < 0)
        return failed(failure, "open", folder);
    bool written = write_temporary(temporary, bytes, length) && rename_or_remove(temporary, path);
    return sync_and_close(opened, written) ? RESULT_OK : failed(failure, "write", path);
}

static enum result too_large(struct failure *failure, const char *path, size_t most)
{
    return failure_set(failure, RESULT_BODY_TOO_LARGE, "%s has more than %zu bytes", path, most);
}

static const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    return S_ISSOCK(mode) ? "a socket" : "a device";
}

/* A link's own reason is where it leads: past what the sandbox shows, or to nothing. */
static enum result unreadable(struct failure *failure, const char *path, int error)
{
    char target[256] = "";
    struct stat status;
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    if (length > 0 && error == EACCES)
        return failure_set(failure, RESULT_NOT_FOUND,
                           "cannot read %s: it is a link to %s, which may not be read: what lies "
                           "outside the folders that the server was given ends at its sandbox; "
                           "put the file itself there",
                           path, target);
    if (length > 0)
        return failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: it is a link to %s: %s",
                           path, target, strerror(error));
    if (error == ENXIO && lstat(path, &status) == 0)
        return failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: it is %s, not a file", path,
                           kind_of(status.st_mode));
    return failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: %s", path, strerror(error));
}

/* Without waiting for whoever is at the other end of a pipe. */
static enum result open_file(int *file, const char *path, size_t most, struct failure *failure)
{
    struct stat status;
    enum result result = RESULT_OK;
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*file < 0)
        return unreadable(failure, path, errno);
    if (fstat(*file, &status) != 0)
        result = unreadable(failure, path, errno);
    else if (!S_ISREG(status.st_mode))
        result = failure_set(failure, RESULT_NOT_FOUND, "cannot read %s: it is %s, not a file",
                             path, kind_of(status.st_mode));
    else if ((uint64_t)status.st_size > most)
        result = too_large(failure, path, most);
    if (result != RESULT_OK)
        close(*file);
    return result;
}

static enum result read_all(struct buffer *bytes, int file, const char *path, size_t most,
                            struct failure *failure)
{
    size_t before = bytes->length;
    while (buffer_reserve(bytes, BLOCK_BYTES)) {
        ssize_t got = read(file, bytes->data + bytes->length, BLOCK_BYTES);
        if (got == 0)
            return RESULT_OK;
        if (got < 0 && errno != EINTR)
            return unreadable(failure, path, errno);
        bytes->length += got < 0 ? 0 : (size_t)got;
        /* It can grow meanwhile. */
        if (bytes->length - before > most)
            return too_large(failure, path, most);
    }
    return failure_set(failure, RESULT_INTERNAL, "no memory to read %s", path);
}

enum result store_read(struct buffer *bytes, const char *path, size_t most, struct failure *failure)
{
    int file;
    enum result result = open_file(&file, path, most, failure);
    if (result != RESULT_OK)
        return result;
    result = read_all(bytes, file, path, most, failure);
    close(file);
    return result;
}

/* The names that store_write makes. */
static bool is_temporary(const char *name)
{
    static const size_t prefix_length = sizeof(TEMPORARY_PREFIX) - 1;
    static const size_t random_characters = 6;
    return strncmp(name, TEMPORARY_PREFIX, prefix_length) == 0 &&
           strlen(name) == prefix_length + random_characters;
}

void store_sweep(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        struct stat status;
        if (is_temporary(entry->d_name) &&
            fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    }
    closedir(entries);
}

enum result store_lock(int *lock, const char *folder, struct failure *failure)
{
    int opened = open_folder(folder);
    if (opened < 0)
        return failed(failure, "open", folder);
    if (flock(opened, LOCK_EX | LOCK_NB) == 0) {
        *lock = opened;
        return RESULT_OK;
    }
    enum result result =
        errno == EWOULDBLOCK
            ? failure_set(failure, RESULT_STORAGE_FAILED,
                          "another proverd works with the folder %s: stop it, or give this one a "
                          "--data-dir of its own",
                          folder)
            : failed(failure, "lock", folder);
    close(opened);
    return result;
}

bool store_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

struct store_stamp store_stamp(const char *path)
{
    /* Of file systems' clocks the coarsest tick every other second. */
    enum { SETTLED_SECONDS = 3 };
    struct stat status;
    struct timespec now;
    if (stat(path, &status) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return (struct store_stamp){.settled = false};
    return (struct store_stamp){
        .device = status.st_dev,
        .inode = status.st_ino,
        .size = status.st_size,
        .modified = status.st_mtim,
        .changed = status.st_ctim,
        .settled = now.tv_sec - status.st_ctim.tv_sec >= SETTLED_SECONDS,
    };
}

static bool same_time(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

bool store_unchanged(const struct store_stamp *then, const struct store_stamp *now)
{
    return then->settled && then->device == now->device && then->inode == now->inode &&
           then->size == now->size && same_time(&then->modified, &now->modified) &&
           same_time(&then->changed, &now->changed);
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

void store_discard(const char *folder, const char *name)
{
    struct failure failure;
    if (store_exists(folder) && store_remove(folder, name, &failure) != RESULT_OK)
        log_event(LOG_WARNING, "a file that nobody needs any more stays",
                  log_string("why", failure.message));
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
