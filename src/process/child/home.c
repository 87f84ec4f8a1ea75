#include "process/child/home.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/scratch.h"

/* Where bb looks for the CRS in its home. */
#define CRS_FOLDER ".bb-crs"

static bool copy_link(const char *name, const char *from, const char *to)
{
    char path[PATH_MAX];
    char copy[PATH_MAX];
    char target[PATH_MAX];
    if (!scratch_join(path, sizeof(path), from, name) ||
        !scratch_join(copy, sizeof(copy), to, name))
        return false;
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    if (length < 0)
        return errno == EINVAL; /* no link */
    target[length] = '\0';
    return symlink(target, copy) == 0;
}

static bool copy_links(const char *from, const char *home)
{
    char to[PATH_MAX];
    if (!scratch_join(to, sizeof(to), home, CRS_FOLDER) || mkdir(to, S_IRWXU) != 0)
        return false;
    DIR *entries = opendir(from);
    if (entries == NULL)
        return false;
    bool copied = true;
    for (struct dirent *entry = readdir(entries); copied && entry != NULL; entry = readdir(entries))
        copied = copy_link(entry->d_name, from, to);
    closedir(entries);
    return copied;
}

enum result child_home_make(char path[PATH_MAX], const struct child_home *home,
                            struct failure *failure)
{
    if (!scratch_join(path, PATH_MAX, home->parent, "bb-XXXXXX") || mkdtemp(path) == NULL) {
        path[0] = '\0';
        return failure_set(failure, RESULT_INTERNAL, "cannot make a folder in %s: %s", home->parent,
                           strerror(errno));
    }
    if (home->links == NULL || copy_links(home->links, path))
        return RESULT_OK;
    enum result result = failure_set(failure, RESULT_INTERNAL, "cannot copy the links of %s: %s",
                                     home->links, strerror(errno));
    scratch_remove_tree(path);
    path[0] = '\0';
    return result;
}
