#include "scratch/scratch.h"

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

#define FOLDER_PREFIX "proverd-"
#define LOCK_NAME "lock"

enum { MOST_OPEN_FOLDERS = 8 };

bool scratch_join(char *out, size_t out_size, const char *path, const char *name)
{
    int length = snprintf(out, out_size, "%s/%s", path, name);
    return length >= 0 && (size_t)length < out_size;
}

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder == NULL || folder[0] == '\0' ? "/tmp" : folder;
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

/* The lock of a folder, or -1 when there is none or another daemon holds it. */
static int take_lock(const char *folder, int flags)
{
    char path[PATH_MAX];
    if (!scratch_join(path, sizeof(path), folder, LOCK_NAME))
        return -1;
    int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, S_IRUSR | S_IWUSR);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return -1;
    }
    return lock;
}

static void sweep_if_stale(const char *folder)
{
    struct stat status;
    if (lstat(folder, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid())
        return;
    int lock = take_lock(folder, 0);
    if (lock < 0)
        return;
    scratch_remove_tree(folder);
    close(lock);
}

static void sweep_stale(const char *parent)
{
    DIR *entries = opendir(parent);
    if (entries == NULL)
        return;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char path[PATH_MAX];
        if (strncmp(entry->d_name, FOLDER_PREFIX, strlen(FOLDER_PREFIX)) == 0 &&
            scratch_join(path, sizeof(path), parent, entry->d_name))
            sweep_if_stale(path);
    }
    closedir(entries);
}

enum result scratch_create(struct scratch *scratch, struct failure *failure)
{
    const char *parent = temporary_folder();
    sweep_stale(parent);
    scratch->lock = -1;
    if (!scratch_join(scratch->path, sizeof(scratch->path), parent, FOLDER_PREFIX "XXXXXX"))
        return failure_set(failure, RESULT_INTERNAL, "TMPDIR is too long: %s", parent);
    if (mkdtemp(scratch->path) == NULL)
        return failure_set(failure, RESULT_INTERNAL,
                           "cannot make a private folder in %s: %s; set TMPDIR to a folder that "
                           "can be written",
                           parent, strerror(errno));
    scratch->lock = take_lock(scratch->path, O_CREAT | O_EXCL);
    if (scratch->lock < 0) {
        enum result result = failure_set(failure, RESULT_INTERNAL, "cannot lock %s: %s",
                                         scratch->path, strerror(errno));
        scratch_destroy(scratch);
        return result;
    }
    return RESULT_OK;
}

void scratch_destroy(struct scratch *scratch)
{
    scratch_remove_tree(scratch->path);
    if (scratch->lock >= 0)
        close(scratch->lock);
    scratch->lock = -1;
}
