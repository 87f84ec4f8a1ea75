#include "escape.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

int outcome(long returned)
{
    return returned < 0 ? errno : 0;
}

int outcome_of_open(long descriptor)
{
    if (descriptor < 0)
        return errno;
    if (descriptor > STDERR_FILENO)
        close((int)descriptor);
    return 0;
}

int open_of_daemon(const struct outside *outside, const char *name, int flags)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)outside->daemon, name);
    return open(path, flags | O_CLOEXEC);
}

static int read_path(const char *path)
{
    return outcome_of_open(open(path, O_RDONLY | O_CLOEXEC));
}

static const char *in_folder(const struct outside *outside, const char *name)
{
    static char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/%s", outside->folder, name);
    return path;
}

/* A file of its own, in the folder that it starts in. */
static int make_own(const char *name)
{
    int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return file < 0 ? errno : outcome(close(file));
}

static int read_passwd(const struct outside *outside)
{
    (void)outside;
    return read_path("/etc/passwd");
}

static int read_secret(const struct outside *outside)
{
    return read_path(outside->secret);
}

static int read_by_link(const struct outside *outside)
{
    (void)unlink("link");
    int error = outcome(symlink(outside->secret, "link"));
    return error != 0 ? error : read_path("link");
}

static int read_by_parent_folders(const struct outside *outside)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "../../../../../../../..%s", outside->secret);
    return read_path(path);
}

static int list_root(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int list_processes(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int read_environment_of_daemon(const struct outside *outside)
{
    return outcome_of_open(open_of_daemon(outside, "environ", O_RDONLY));
}

static int read_command_line_of_daemon(const struct outside *outside)
{
    return outcome_of_open(open_of_daemon(outside, "cmdline", O_RDONLY));
}

static int read_memory_of_daemon(const struct outside *outside)
{
    return outcome_of_open(open_of_daemon(outside, "mem", O_RDONLY));
}

static int write_memory_of_daemon(const struct outside *outside)
{
    return outcome_of_open(open_of_daemon(outside, "mem", O_WRONLY));
}

static int write_own_memory(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
}

static int read_physical_memory(const struct outside *outside)
{
    (void)outside;
    int error = read_path("/dev/mem");
    return error == ENOENT ? EACCES : error; /* machines without it have that way closed */
}

static int open_terminal(const struct outside *outside)
{
    (void)outside;
    return read_path("/dev/tty");
}

static int write_outside(const struct outside *outside)
{
    const char *path = in_folder(outside, "written");
    return outcome_of_open(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR));
}

static int write_temporary(const struct outside *outside)
{
    (void)outside;
    char path[] = "/tmp/escape-XXXXXX";
    int file = mkstemp(path);
    if (file >= 0)
        (void)unlink(path);
    return outcome_of_open(file);
}

static int write_shared_memory(const struct outside *outside)
{
    (void)outside;
    char path[] = "/dev/shm/escape-XXXXXX";
    int file = mkstemp(path);
    if (file >= 0)
        (void)unlink(path);
    return outcome_of_open(file);
}

static int write_crs(const struct outside *outside)
{
    return outcome_of_open(open(outside->crs, O_WRONLY | O_CLOEXEC));
}

static int empty_crs_by_opening(const struct outside *outside)
{
    return outcome_of_open(open(outside->crs, O_RDONLY | O_TRUNC | O_CLOEXEC));
}

static int empty_crs(const struct outside *outside)
{
    return outcome(truncate(outside->crs, 0));
}

static int write_library_cache(const struct outside *outside)
{
    (void)outside;
    return outcome_of_open(open("/etc/ld.so.cache", O_WRONLY | O_CLOEXEC));
}

static int remove_outside(const struct outside *outside)
{
    return outcome(unlink(in_folder(outside, "victim")));
}

static int rename_outside(const struct outside *outside)
{
    int error = make_own("own");
    return error != 0 ? error : outcome(rename("own", in_folder(outside, "renamed")));
}

static int link_in(const struct outside *outside)
{
    (void)unlink("linked");
    return outcome(link(outside->secret, "linked"));
}

static int link_out(const struct outside *outside)
{
    int error = make_own("own");
    return error != 0 ? error : outcome(link("own", in_folder(outside, "linked")));
}

static int link_by_symbol_out(const struct outside *outside)
{
    return outcome(symlink("/etc/passwd", in_folder(outside, "link")));
}

static int make_folder(const struct outside *outside)
{
    return outcome(mkdir(in_folder(outside, "made"), S_IRWXU));
}

static int make_setuid(const struct outside *outside)
{
    (void)outside;
    int error = make_own("own");
    return error != 0 ? error : outcome(chmod("own", S_ISUID | S_IRWXU | S_IXOTH));
}

static int change_owner(const struct outside *outside)
{
    (void)outside;
    int error = make_own("own");
    return error != 0 ? error : outcome(chown("own", getuid(), getgid()));
}

static int make_device(const struct outside *outside)
{
    (void)outside;
    (void)unlink("device");
    return outcome(mknod("device", S_IFCHR | S_IRUSR, makedev(1, 3)));
}

static int make_pipe(const struct outside *outside)
{
    (void)outside;
    (void)unlink("pipe");
    return outcome(mkfifo("pipe", S_IRUSR));
}

static int set_attribute(const struct outside *outside)
{
    return outcome(setxattr(outside->secret, "user.escape", "", 0, 0));
}

static int change_times(const struct outside *outside)
{
    return outcome(utimensat(AT_FDCWD, outside->secret, NULL, 0));
}

static int change_folder(const struct outside *outside)
{
    return outcome(chdir(outside->folder));
}

static int change_root(const struct outside *outside)
{
    (void)outside;
    return outcome(chroot("/"));
}

static int open_by_handle(const struct outside *outside)
{
    struct {
        struct file_handle handle;
        char room[128];
    } named = {.handle.handle_bytes = 128};
    int mount = 0;
    int error = outcome(name_to_handle_at(AT_FDCWD, outside->secret, &named.handle, &mount, 0));
    return error != 0 ? error
                      : outcome_of_open(open_by_handle_at(AT_FDCWD, &named.handle, O_RDONLY));
}

const struct escape escapes_by_files[] = {
    {"read_passwd", read_passwd},
    {"read_secret", read_secret},
    {"read_by_link", read_by_link},
    {"read_by_parent_folders", read_by_parent_folders},
    {"list_root", list_root},
    {"list_processes", list_processes},
    {"read_environment_of_daemon", read_environment_of_daemon},
    {"read_command_line_of_daemon", read_command_line_of_daemon},
    {"read_memory_of_daemon", read_memory_of_daemon},
    {"write_memory_of_daemon", write_memory_of_daemon},
    {"write_own_memory", write_own_memory},
    {"read_physical_memory", read_physical_memory},
    {"open_terminal", open_terminal},
    {"write_outside", write_outside},
    {"write_temporary", write_temporary},
    {"write_shared_memory", write_shared_memory},
    {"write_crs", write_crs},
    {"empty_crs_by_opening", empty_crs_by_opening},
    {"empty_crs", empty_crs},
    {"write_library_cache", write_library_cache},
    {"remove_outside", remove_outside},
    {"rename_outside", rename_outside},
    {"link_in", link_in},
    {"link_out", link_out},
    {"link_by_symbol_out", link_by_symbol_out},
    {"make_folder", make_folder},
    {"make_setuid", make_setuid},
    {"change_owner", change_owner},
    {"make_device", make_device},
    {"make_pipe", make_pipe},
    {"set_attribute", set_attribute},
    {"change_times", change_times},
    {"open_by_handle", open_by_handle},
    {"change_folder", change_folder},
    {"change_root", change_root},
    {NULL, NULL},
};
