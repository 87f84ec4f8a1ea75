#include "process/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/write.h"

#define FOLDER_PREFIX "proverd-"
#define LOCK_NAME "lock"
#define NOTE_NAME "note"

enum {
    MOST_OPEN_FOLDERS = 8,
    MOST_BYTES_BELOW = 256, /* of the longest path in it, from its parent on */
};

bool scratch_join(char *out, size_t out_size, const char *path, const char *name)
{
    int length = snprintf(out, out_size, "%s/%s", path, name);
    return length >= 0 && (size_t)length < out_size;
}

#define WHAT_TO_DO "set TMPDIR to a folder that can be written"

/* As an absolute path: each bb has a working directory of its own. */
static enum result find_parent(char parent[PATH_MAX], struct failure *failure)
{
    const char *given = getenv("TMPDIR");
    const char *folder = given == NULL || given[0] == '\0' ? "/tmp" : given;
    if (strlen(folder) > PATH_MAX - MOST_BYTES_BELOW)
        return failure_set(failure, RESULT_INTERNAL,
                           "TMPDIR is longer than %d bytes: %.64s...; " WHAT_TO_DO,
                           PATH_MAX - MOST_BYTES_BELOW, folder);
    if (realpath(folder, parent) == NULL)
        return failure_set(failure, RESULT_INTERNAL,
                           "cannot make a private folder in %.256s: %s; " WHAT_TO_DO, folder,
                           strerror(errno));
    if (strlen(parent) > PATH_MAX - MOST_BYTES_BELOW)
        return failure_set(failure, RESULT_INTERNAL,
                           "TMPDIR leads to a path longer than %d bytes: %.64s...; " WHAT_TO_DO,
                           PATH_MAX - MOST_BYTES_BELOW, parent);
    return RESULT_OK;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)walk;
    (void)(kind == FTW_DP ? rmdir(path) : unlink(path));
    return 0;
}

void scratch_remove_tree(const char *path)
{
    (void)nftw(path, remove_entry, MOST_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* -1 with errno EWOULDBLOCK when another has it. */
static int locked(int opened)
{
    if (opened >= 0 && flock(opened, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        close(opened);
        errno = error;
        return -1;
    }
    return opened;
}

/* The folder itself is locked from its first moment on, before there is anything in it. */
static int lock_folder(const char *folder)
{
    return locked(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

/* The file says that the folder is a daemon's, and nobody else's who likes the name. */
static int lock_file(const char *folder, int flags)
{
    char path[PATH_MAX];
    errno = ENAMETOOLONG;
    if (!scratch_join(path, sizeof(path), folder, LOCK_NAME))
        return -1;
    return locked(open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, S_IRUSR | S_IWUSR));
}

static bool is_own_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

static void sweep_if_stale(void *context, const char *folder)
{
    (void)context;
    int opened = lock_folder(folder);
    if (opened < 0)
        return;
    int lock = lock_file(folder, 0);
    if (lock >= 0)
        scratch_remove_tree(folder);
    else if (errno == ENOENT)
        (void)rmdir(folder); /* whose daemon died before it put anything there */
    if (lock >= 0)
        close(lock);
    close(opened);
}

/* The names that mkdtemp makes. */
static bool is_scratch_name(const char *name)
{
    static const char characters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const size_t prefix_length = sizeof(FOLDER_PREFIX) - 1;
    static const size_t random_characters = 6;
    return strncmp(name, FOLDER_PREFIX, prefix_length) == 0 &&
           strlen(name) == prefix_length + random_characters &&
           strspn(name + prefix_length, characters) == random_characters;
}

/* Each folder of the caller's that looks like a daemon's. */
static void visit_folders(const char *parent, void (*visit)(void *context, const char *folder),
                          void *context)
{
    DIR *entries = opendir(parent);
    if (entries == NULL)
        return;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char path[PATH_MAX];
        if (is_scratch_name(entry->d_name) &&
            scratch_join(path, sizeof(path), parent, entry->d_name) && is_own_folder(path))
            visit(context, path);
    }
    closedir(entries);
}

bool scratch_leave_note(const struct scratch *scratch, const char *line)
{
    char path[PATH_MAX];
    if (!scratch_join(path, sizeof(path), scratch->path, NOTE_NAME))
        return false;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    bool written = file >= 0 && write_all(file, line, strlen(line));
    if (file >= 0)
        close(file);
    return written;
}

struct notes {
    void (*reader)(void *context, const char *line);
    void *context;
};

/* A folder without a note is one that is being made: its lock is left alone. */
static void read_note(void *context, const char *folder)
{
    const struct notes *notes = context;
    char path[PATH_MAX];
    char line[SCRATCH_NOTE_BYTES];
    if (!scratch_join(path, sizeof(path), folder, NOTE_NAME))
        return;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return;
    ssize_t length = read(file, line, sizeof(line) - 1);
    close(file);
    int lock = lock_file(folder, 0);
    if (lock >= 0)
        close(lock);
    if (length <= 0 || lock >= 0)
        return;
    line[length] = '\0';
    notes->reader(notes->context, line);
}

void scratch_read_notes(void (*reader)(void *context, const char *line), void *context)
{
    char parent[PATH_MAX];
    struct failure failure;
    struct notes notes = {reader, context};
    if (find_parent(parent, &failure) == RESULT_OK)
        visit_folders(parent, read_note, &notes);
}

static enum result make(struct scratch *scratch, const char *parent, struct failure *failure)
{
    CHECK(scratch_join(scratch->path, sizeof(scratch->path), parent, FOLDER_PREFIX "XXXXXX"));
    if (mkdtemp(scratch->path) == NULL)
        return failure_set(failure, RESULT_INTERNAL,
                           "cannot make a private folder in %.256s: %s; " WHAT_TO_DO, parent,
                           strerror(errno));
    return RESULT_OK;
}

/* False, with errno: another daemon that starts has swept it, or is about to, or it cannot be. */
static bool take_locks(struct scratch *scratch)
{
    scratch->folder = lock_folder(scratch->path);
    scratch->lock = scratch->folder < 0 ? -1 : lock_file(scratch->path, O_CREAT | O_EXCL);
    return scratch->lock >= 0;
}

enum result scratch_create(struct scratch *scratch, struct failure *failure)
{
    enum { MOST_TRIES = 100 };
    char parent[PATH_MAX];
    if (find_parent(parent, failure) != RESULT_OK)
        return failure->result;
    visit_folders(parent, sweep_if_stale, NULL);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        scratch->folder = scratch->lock = -1;
        if (make(scratch, parent, failure) != RESULT_OK)
            return failure->result;
        if (take_locks(scratch))
            return RESULT_OK;
        bool swept = errno == EWOULDBLOCK || errno == ENOENT;
        failure_set(failure, RESULT_INTERNAL, "cannot lock %s: %s", scratch->path, strerror(errno));
        scratch_destroy(scratch);
        if (!swept)
            break;
    }
    return failure->result;
}

void scratch_destroy(struct scratch *scratch)
{
    scratch_remove_tree(scratch->path);
    if (scratch->lock >= 0)
        close(scratch->lock);
    if (scratch->folder >= 0)
        close(scratch->folder);
    scratch->folder = scratch->lock = -1;
}
