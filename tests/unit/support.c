#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

void support_start(void)
{
    if (sodium_init() < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        abort();
}

static const char *result_name(enum result result)
{
    static const char *const names[] = {
#define X(name, code) [name] = #name,
        RESULT_TABLE(X)
#undef X
    };
    return (size_t)result < sizeof(names) / sizeof(names[0]) ? names[result] : "no result";
}

void assert_results_equal(enum result result, enum result expected, const char *file, int line)
{
    if (result == expected)
        return;
    print_error("%s, not %s\n", result_name(result), result_name(expected));
    _fail(file, line);
}

void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

bool aborts(void (*function)(void))
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        function();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

bool thread_sleeps(int number)
{
    char path[64];
    char status = '?';
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/stat", number);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    (void)!fscanf(file, "%*d (%*[^)]) %c", &status);
    assert_int_equal(fclose(file), 0);
    return status == 'S';
}

const char *needed_variable(const char *name, const char *how_to_set)
{
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0')
        fail_msg("this test needs the environment variable %s: %s", name, how_to_set);
    return value;
}

unsigned char *exact_copy(const void *bytes, size_t length)
{
    unsigned char *copy = malloc(length == 0 ? 1 : length);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

void spoil_copy(unsigned char *copy, size_t length)
{
    sodium_memzero(copy, length);
    free(copy);
}

size_t bytes_of_hex(unsigned char *bytes, size_t size, const char *hex)
{
    size_t length = 0;
    assert_int_equal(sodium_hex2bin(bytes, size, hex, strlen(hex), " ", &length, NULL), 0);
    return length;
}

void append_gzip(struct buffer *zipped, const void *bytes, size_t length)
{
    enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };
    z_stream stream = {.next_in = exact_copy(bytes, length), .avail_in = (uInt)length};
    unsigned char *copy = stream.next_in;
    assert_int_equal(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
                                  Z_DEFAULT_STRATEGY),
                     Z_OK);
    uLong bound = deflateBound(&stream, (uLong)length);
    assert_true(buffer_reserve(zipped, bound));
    stream.next_out = zipped->data + zipped->length;
    stream.avail_out = (uInt)bound;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    zipped->length += bound - stream.avail_out;
    assert_int_equal(deflateEnd(&stream), Z_OK);
    free(copy);
}

void make_folder(char path[PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, "/tmp/unit-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void remove_folder(const char *path)
{
    assert_int_equal(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void path_in(char path[PATH_MAX], const char *folder, const char *name)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    assert_in_range(length, 1, PATH_MAX - 1);
}

void write_file(const char *folder, const char *name, const void *bytes, size_t length)
{
    char path[PATH_MAX];
    path_in(path, folder, name);
    FILE *file = fopen(path, "wbe");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

void read_file(struct buffer *bytes, const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    path_in(path, folder, name);
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        fail_msg("cannot read %s", path);
    assert_int_equal(fstat(fileno(file), &status), 0);
    assert_true(buffer_reserve(bytes, (size_t)status.st_size));
    size_t got = fread(bytes->data + bytes->length, 1, (size_t)status.st_size, file);
    assert_int_equal(got, status.st_size);
    bytes->length += got;
    assert_int_equal(fclose(file), 0);
}

size_t count_entries(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    while (readdir(entries) != NULL)
        count++;
    assert_int_equal(closedir(entries), 0);
    return count - 2;
}

static int errors_before = -1;

void capture_errors_begin(void)
{
    int memory = memfd_create("errors", MFD_CLOEXEC);
    assert_true(memory >= 0);
    /* Only so are writes of several threads kept apart in a file of this kind. */
    assert_int_equal(fcntl(memory, F_SETFL, O_APPEND), 0);
    assert_int_equal(errors_before, -1);
    errors_before = dup(STDERR_FILENO);
    assert_int_equal(dup2(memory, STDERR_FILENO), STDERR_FILENO);
    close(memory);
}

char *capture_errors_end(void)
{
    struct stat status;
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    size_t length = (size_t)status.st_size;
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(pread(STDERR_FILENO, text, length, 0), length);
    text[length] = '\0';
    assert_int_equal(dup2(errors_before, STDERR_FILENO), STDERR_FILENO);
    close(errors_before);
    errors_before = -1;
    return text;
}
