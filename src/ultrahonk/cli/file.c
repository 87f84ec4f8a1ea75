#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ultrahonk/cli/cli_internal.h"

bool cli_read_file(struct cli_file *file, const char *path, size_t most)
{
    FILE *opened = fopen(path, "rb");
    unsigned char *data = opened == NULL ? NULL : malloc(most + 1);
    if (data == NULL) {
        (void)cli_fail("%s: %s", path, strerror(errno));
        if (opened != NULL)
            (void)fclose(opened);
        return false;
    }
    size_t length = fread(data, 1, most + 1, opened);
    bool failed = ferror(opened) != 0;
    (void)fclose(opened);
    if (failed || length > most) {
        free(data);
        (void)cli_fail(failed ? "%s: cannot be read" : "%s: longer than any such file", path);
        return false;
    }
    *file = (struct cli_file){data, length};
    return true;
}

bool cli_write_file(const char *folder, const char *name, const unsigned char *bytes, size_t length)
{
    char path[PATH_MAX];
    int characters = snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = characters > 0 && (size_t)characters < sizeof(path) ? fopen(path, "wbe") : NULL;
    bool written = file != NULL && fwrite(bytes, 1, length, file) == length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        (void)cli_fail("%s/%s could not be written: %s", folder, name, strerror(errno));
    return written;
}
