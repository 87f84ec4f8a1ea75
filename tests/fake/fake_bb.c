/*
 * A bb that does as it is told. Its arguments are a script, done from left to right:
 *
 *   echo            reads a frame and answers with its payload
 *   raw HEX         reads a frame and writes these bytes, header and all
 *   serve           does so until there are no more
 *   read            reads a frame
 *   say HEX         writes these bytes, unasked
 *   errors N        writes N bytes and a last line to standard error
 *   complain TEXT   writes the text to standard error
 *   hold N          takes N bytes of memory, and keeps them
 *   print TEXT      writes the text and a newline to standard output
 *   tell WHAT       reads a frame and answers with text: of `environment`, `descriptors` (open
 * ones, by number), `folder`, `session` (pid, session and process group) or `limits` count FILE
 * appends its process id to the file, as a line meet FIFO       waits until somebody opens the FIFO
 * for writing, and has closed it close           closes standard input and output hang never goes
 * on exit N          ends with this status abort           ends by SIGABRT once FILE       goes on
 * if the file is not there yet, and creates it; else goes to `then` then            where `once`
 * goes on; ends the script for those who were first again           goes to the beginning
 *
 *   ids             from here on each frame has an id, which an answer repeats
 *   kinds           from here on each frame has a kind, as those of our own children
 *   progress TEXT   writes a message of progress
 *   flood N         writes N of them, without a payload
 *   misnumber       the next answers have another id than was asked under
 *
 * It ends with status 0 at the script's end, or when a frame is wanted and standard input has
 * ended; with 99 when it does not understand its script.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NO_SCRIPT = 99, HEADER_BYTES = 4, ID_BYTES = 8, MOST_TEXT_BYTES = 65536 };

static size_t id_bytes;
static unsigned char id[ID_BYTES];
static unsigned char id_added;

/* As in src/process/frame.h. */
enum { KIND_QUESTION = 1, KIND_ANSWER, KIND_PROGRESS, KIND_BYTES = 1 };
static bool has_kinds;

extern char **environ;

static void give_up(const char *why)
{
    (void)fprintf(stderr, "fake_bb: %s\n", why);
    exit(NO_SCRIPT);
}

static void write_all(int descriptor, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t put = write(descriptor, at, length);
        if (put <= 0)
            exit(1);
        at += put;
        length -= (size_t)put;
    }
}

static void read_all(void *bytes, size_t length)
{
    char *at = bytes;
    while (length > 0) {
        ssize_t got = read(STDIN_FILENO, at, length);
        if (got <= 0)
            exit(0);
        at += got;
        length -= (size_t)got;
    }
}

/* The caller frees the payload. */
static char *read_frame(size_t *length)
{
    unsigned char header[HEADER_BYTES];
    read_all(header, sizeof(header));
    *length =
        header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
    if (*length < id_bytes)
        give_up("no id, or no kind");
    read_all(id, id_bytes);
    *length -= id_bytes;
    if (has_kinds && id[0] != KIND_QUESTION)
        give_up("no question");
    char *payload = malloc(*length + 1);
    if (payload == NULL)
        give_up("no memory");
    read_all(payload, *length);
    return payload;
}

static void write_message(unsigned char kind, const char *payload, size_t length)
{
    size_t whole = id_bytes + length;
    unsigned char header[HEADER_BYTES] = {(unsigned char)whole, (unsigned char)(whole >> 8),
                                          (unsigned char)(whole >> 16),
                                          (unsigned char)(whole >> 24)};
    if (has_kinds)
        id[0] = kind;
    id[0] = (unsigned char)(id[0] + id_added);
    write_all(STDOUT_FILENO, header, sizeof(header));
    write_all(STDOUT_FILENO, id, id_bytes);
    write_all(STDOUT_FILENO, payload, length);
}

static void write_frame(const char *payload, size_t length)
{
    write_message(KIND_ANSWER, payload, length);
}

static void flood(unsigned long messages)
{
    while (messages-- > 0)
        write_message(KIND_PROGRESS, "", 0);
}

/* The kind takes the id's place. */
static void have_kinds(void)
{
    has_kinds = true;
    id_bytes = KIND_BYTES;
}

/* In one write: what fits into a pipe is all there at once. */
static void write_hex(const char *hex)
{
    unsigned char bytes[1024];
    size_t length = strlen(hex) / 2;
    if (length > sizeof(bytes))
        give_up("too many digits");
    for (size_t i = 0; i < length; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    write_all(STDOUT_FILENO, bytes, length);
}

static void write_errors(size_t length)
{
    static const char last[] = "\nthe last words";
    char *noise = malloc(length + 1);
    if (noise == NULL)
        give_up("no memory");
    memset(noise, 'z', length);
    write_all(STDERR_FILENO, noise, length);
    write_all(STDERR_FILENO, last, sizeof(last) - 1);
    free(noise);
}

static void hold(size_t length)
{
    if (mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
             0) == MAP_FAILED)
        give_up("no memory");
}

static void list_descriptors(FILE *out)
{
    DIR *open_ones = opendir("/proc/self/fd");
    if (open_ones == NULL)
        give_up("no /proc");
    struct dirent *entry;
    while ((entry = readdir(open_ones)) != NULL)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(open_ones))
            (void)fprintf(out, "%s ", entry->d_name);
    (void)closedir(open_ones);
}

static void tell(const char *what)
{
    static char text[MOST_TEXT_BYTES];
    char folder[4096];
    size_t ignored;
    struct rlimit core = {1, 1};
    free(read_frame(&ignored));
    FILE *out = fmemopen(text, sizeof(text), "w");
    if (out == NULL)
        give_up("no memory");
    if (strcmp(what, "environment") == 0)
        for (char **each = environ; *each != NULL; each++)
            (void)fprintf(out, "%s\n", *each);
    else if (strcmp(what, "descriptors") == 0)
        list_descriptors(out);
    else if (strcmp(what, "folder") == 0)
        (void)fputs(getcwd(folder, sizeof(folder)) == NULL ? "?" : folder, out);
    else if (strcmp(what, "session") == 0)
        (void)fprintf(out, "%d %d %d", (int)getpid(), (int)getsid(0), (int)getpgrp());
    else if (strcmp(what, "limits") == 0 && getrlimit(RLIMIT_CORE, &core) == 0)
        (void)fprintf(out, "%llu %llu", (unsigned long long)core.rlim_cur,
                      (unsigned long long)core.rlim_max);
    else
        give_up("tell what?");
    long length = ftell(out);
    (void)fclose(out);
    write_frame(text, (size_t)length);
}

static void count(const char *path)
{
    char line[32];
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int length = snprintf(line, sizeof(line), "%d\n", (int)getpid());
    if (file < 0)
        give_up("cannot count");
    write_all(file, line, (size_t)length);
    (void)close(file);
}

static void meet(const char *path)
{
    char byte;
    int fifo = open(path, O_RDONLY | O_CLOEXEC);
    if (fifo < 0)
        give_up("cannot open the FIFO");
    while (read(fifo, &byte, 1) > 0)
        ;
    (void)close(fifo);
}

static bool is_first(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        (void)close(file);
    return file >= 0;
}

static void echo(void)
{
    size_t length;
    char *payload = read_frame(&length);
    write_frame(payload, length);
    free(payload);
}

/* Does what needs no word behind it. */
static bool do_alone(const char *word)
{
    size_t ignored;
    if (strcmp(word, "echo") == 0)
        echo();
    else if (strcmp(word, "serve") == 0)
        for (;;)
            echo();
    else if (strcmp(word, "read") == 0)
        free(read_frame(&ignored));
    else if (strcmp(word, "ids") == 0)
        id_bytes = ID_BYTES;
    else if (strcmp(word, "kinds") == 0)
        have_kinds();
    else if (strcmp(word, "misnumber") == 0)
        id_added = 1;
    else if (strcmp(word, "close") == 0)
        (void)(close(STDIN_FILENO) + close(STDOUT_FILENO));
    else if (strcmp(word, "hang") == 0)
        for (;;)
            (void)pause();
    else if (strcmp(word, "abort") == 0)
        abort();
    else if (strcmp(word, "then") == 0)
        exit(0);
    else
        return false;
    return true;
}

static bool do_with(const char *word, const char *value)
{
    size_t ignored;
    if (strcmp(word, "raw") == 0)
        free(read_frame(&ignored));
    if (strcmp(word, "raw") == 0 || strcmp(word, "say") == 0)
        write_hex(value);
    else if (strcmp(word, "errors") == 0)
        write_errors(strtoul(value, NULL, 10));
    else if (strcmp(word, "progress") == 0)
        write_message(KIND_PROGRESS, value, strlen(value));
    else if (strcmp(word, "flood") == 0)
        flood(strtoul(value, NULL, 10));
    else if (strcmp(word, "complain") == 0)
        write_all(STDERR_FILENO, value, strlen(value));
    else if (strcmp(word, "hold") == 0)
        hold(strtoul(value, NULL, 10));
    else if (strcmp(word, "print") == 0)
        (void)(printf("%s\n", value) + fflush(stdout));
    else if (strcmp(word, "tell") == 0)
        tell(value);
    else if (strcmp(word, "count") == 0)
        count(value);
    else if (strcmp(word, "meet") == 0)
        meet(value);
    else if (strcmp(word, "exit") == 0)
        exit(atoi(value));
    else
        return false;
    return true;
}

int main(int word_count, char **words)
{
    (void)signal(SIGPIPE, SIG_DFL);
    for (int at = 1; at < word_count; at++) {
        if (strcmp(words[at], "once") == 0 && at + 1 < word_count) {
            if (is_first(words[++at]))
                continue;
            while (at < word_count && strcmp(words[at], "then") != 0)
                at++;
        } else if (!do_alone(words[at])) {
            if (at + 1 == word_count || !do_with(words[at], words[at + 1]))
                give_up(words[at]);
            at++;
        }
    }
    return 0;
}
