/*
 * Preloaded into proverd: to open a file whose path ends with $HANGING_FILE never comes back, as on
 * a file system whose server is gone. That it has come to it is told by a byte in $HANGING_NOTE.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int open(const char *path, int flags, ...);

static int note = -1;

/* Before the program is confined. */
__attribute__((constructor)) static void open_note(void)
{
    const char *path = getenv("HANGING_NOTE");
    if (path != NULL)
        note = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static bool hangs(const char *path)
{
    const char *end = getenv("HANGING_FILE");
    size_t length = strlen(path);
    return end != NULL && length >= strlen(end) && strcmp(path + length - strlen(end), end) == 0;
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    int mode = (flags & O_CREAT) != 0 ? va_arg(more, int) : 0;
    va_end(more);
    if (hangs(path)) {
        (void)!write(note, "!", 1);
        for (;;)
            (void)pause();
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
