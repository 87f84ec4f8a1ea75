#include "noir/debug_info/paths.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char short_main[] = "src/main.nr";

/* Where the last "/src/" of a path begins, or NULL: in front of it is a package. */
static const char *find_sources(const char *path)
{
    static const char folder[] = "/src/";
    const char *found = NULL;
    for (const char *next = strstr(path, folder); next != NULL; next = strstr(next + 1, folder))
        found = next;
    return found;
}

/* As on other systems, for a compiler that ran on Windows. NULL: no path, or no memory for it. */
static char *copy_path(const json_t *file)
{
    const char *path = json_string_value(json_object_get(file, "path"));
    char *copy = path == NULL ? NULL : strdup(path);
    if (copy == NULL || strchr(copy, '/') != NULL)
        return copy;
    for (char *at = strchr(copy, '\\'); at != NULL; at = strchr(at, '\\'))
        *at = '/';
    return copy;
}

/* Whether a program begins in that file: in the main.nr of its package, and no other has one. */
static bool is_main(const char *path)
{
    const char *sources = find_sources(path);
    return strcmp(sources == NULL ? path : sources + 1, short_main) == 0;
}

/* The path of the main.nr, the caller's; NULL when it is not known. */
static char *find_main(json_t *file_map)
{
    const char *key;
    json_t *file;
    json_object_foreach(file_map, key, file)
    {
        char *path = copy_path(file);
        if (path != NULL && is_main(path))
            return path;
        free(path);
    }
    return NULL;
}

/* Whether a folder is called after a version, which alone names no package: "v0.1.2". */
static bool is_version(const char *name)
{
    return isdigit((unsigned char)name[0]) || (name[0] == 'v' && isdigit((unsigned char)name[1]));
}

static const char *folder_before(const char *path, const char *end)
{
    while (end > path && end[-1] != '/')
        end--;
    return end;
}

/*
 * The path from the package's src on, and for another package than the program's own from its name
 * on, as "ec/v0.1.2/src/lib.nr": what stands before is of the machine that compiled.
 */
static const char *short_path(const char *path, const char *own, bool own_is_known)
{
    static const char folder[] = "/src/";
    const char *sources = find_sources(path);
    if (sources == NULL)
        return path;
    size_t own_length = strlen(own);
    if (!own_is_known)
        return sources + 1;
    if (strncmp(path, own, own_length) == 0 &&
        strncmp(path + own_length, folder, sizeof(folder) - 1) == 0)
        return path + own_length + 1;
    const char *name = folder_before(path, sources);
    return is_version(name) && name > path + 1 ? folder_before(path, name - 1) : name;
}

/* The file with another path; one without is as it is. NULL for lack of memory. */
static json_t *short_file(json_t *file, const char *own, bool own_is_known)
{
    char *path = copy_path(file);
    json_t *copy = json_copy(file);
    if (path != NULL && copy != NULL &&
        json_object_set_new(copy, "path", json_string(short_path(path, own, own_is_known))) != 0) {
        json_decref(copy);
        copy = NULL;
    }
    free(path);
    return copy;
}

json_t *debug_short_file_map(json_t *file_map)
{
    char *own = find_main(file_map);
    if (own != NULL && strcmp(own, short_main) == 0) {
        free(own);
        return json_incref(file_map);
    }
    const bool own_is_known = own != NULL;
    if (own_is_known)
        own[find_sources(own) - own] = '\0';
    json_t *shortened = json_object();
    const char *key;
    json_t *file;
    json_object_foreach(file_map, key, file)
    {
        if (json_object_set_new(shortened, key,
                                short_file(file, own_is_known ? own : "", own_is_known)) != 0) {
            json_decref(shortened);
            shortened = NULL;
            break;
        }
    }
    free(own);
    return shortened;
}
