#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/condition.h"
#include "base/log_internal.h"

enum {
    MOST_WAITING_BYTES = 1 << 20,
    PIECE_BYTES = PIPE_BUF, /* as much as a pipe takes in one piece, or not at all */
    LAST_MOMENT_SECONDS = 1,
};

/* What a write to standard error does when its reader does not read. */
enum manner {
    MANNER_PLAIN,  /* it waits: log_open has not been called, or it is a file */
    MANNER_OWN,    /* it fails: a pipe or terminal opened anew, for others share the old way in */
    MANNER_SOCKET, /* it is asked not to wait */
    MANNER_POLLED, /* it waits, unless poll(2) has said that there is room */
};

/* While lines wait, they are written by the thread alone, if there is one, and in their order. */
static struct {
    pthread_mutex_t lock; /* over what follows, while there are several threads */
    enum manner manner;
    int descriptor;
    size_t first;   /* of the bytes that wait */
    size_t waiting; /* how many */
    unsigned long long lost;
    unsigned long long lost_untold; /* since a line last said so */
    pthread_t thread;
    pthread_cond_t changed;
    bool threaded; /* the thread runs */
    bool ending;
    bool ended;
    bool torn;                      /* the last line that was written has no end */
    char bytes[MOST_WAITING_BYTES]; /* a ring */
} out = {.lock = PTHREAD_MUTEX_INITIALIZER,
         .changed = PTHREAD_COND_INITIALIZER,
         .descriptor = STDERR_FILENO};

static bool has_room(int timeout)
{
    struct pollfd standard_error = {.fd = out.descriptor, .events = POLLOUT};
    return poll(&standard_error, 1, timeout) > 0;
}

/* As write(2), but of a polled one no more than a piece. */
static ssize_t write_some(const char *bytes, size_t length)
{
    switch (out.manner) {
    case MANNER_PLAIN:
    case MANNER_OWN:
        break;
    case MANNER_SOCKET:
        return send(out.descriptor, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    case MANNER_POLLED:
        length = length < PIECE_BYTES ? length : PIECE_BYTES;
        break;
    }
    return write(out.descriptor, bytes, length);
}

/* How many bytes went out without waiting; -1: there is nothing that takes them. */
static ssize_t write_at_once(const char *bytes, size_t length)
{
    size_t written = 0;
    while (written < length) {
        /* Two may find the room of one, so what waits when there is none is the thread's to write.
         */
        if (out.manner == MANNER_POLLED && (out.threaded || !has_room(0)))
            break;
        ssize_t put = write_some(bytes + written, length - written);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EAGAIN)
            break;
        if (put <= 0) {
            out.torn = written > 0;
            return -1;
        }
        written += (size_t)put;
    }
    return (ssize_t)written;
}

static void keep(const char *bytes, size_t length)
{
    size_t at = (out.first + out.waiting) % MOST_WAITING_BYTES;
    size_t to_the_end = MOST_WAITING_BYTES - at;
    size_t first = length < to_the_end ? length : to_the_end;
    memcpy(out.bytes + at, bytes, first);
    memcpy(out.bytes, bytes + first, length - first);
    out.waiting += length;
    CHECK_ZERO(pthread_cond_signal(&out.changed));
}

static void lose(unsigned long long lines)
{
    out.lost += lines;
    out.lost_untold += lines;
}

/* Half a line is on a disk that was full: what follows shall be one of its own. */
static bool mend_line(void)
{
    if (out.torn)
        out.torn = write_at_once("\n", 1) != 1;
    return !out.torn;
}

/* Writes a line, or what of it can be written at once, and the rest waits. False: it is lost. */
static bool put(const char *line, size_t length)
{
    ssize_t written = 0;
    if (length <= MOST_WAITING_BYTES && out.waiting == 0)
        written = mend_line() ? write_at_once(line, length) : -1;
    size_t rest = length - (size_t)(written > 0 ? written : 0);
    if (written < 0 || rest > MOST_WAITING_BYTES - out.waiting)
        return false;
    if (rest > 0)
        keep(line + written, rest);
    return true;
}

/* When it goes on, and not with every line that then finds a place. */
static void tell_losses(void)
{
    size_t length;
    if (out.lost_untold == 0 || out.waiting > MOST_WAITING_BYTES / 2)
        return;
    const struct log_field count = log_integer("lines", (long long)out.lost_untold);
    char *line = log_compose(&length, LOG_WARNING, "log lines were lost", &count, 1);
    if (line != NULL && put(line, length))
        out.lost_untold = 0;
    free(line);
}

/* The next bytes to be written: whole lines, if one fits. */
static size_t copy_piece(char piece[PIECE_BYTES])
{
    size_t length = out.waiting < PIECE_BYTES ? out.waiting : PIECE_BYTES;
    size_t to_the_end = MOST_WAITING_BYTES - out.first;
    size_t first = length < to_the_end ? length : to_the_end;
    memcpy(piece, out.bytes + out.first, first);
    memcpy(piece + first, out.bytes, length - first);
    const char *last = memrchr(piece, '\n', length);
    return last == NULL ? length : (size_t)(last - piece) + 1;
}

static unsigned long long lines_in(const char *bytes, size_t length)
{
    unsigned long long lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static void forget(size_t length)
{
    out.first = (out.first + length) % MOST_WAITING_BYTES;
    out.waiting -= length;
}

/* Where there is no thread: what has waited goes first. */
static void write_waiting(void)
{
    char piece[PIECE_BYTES];
    while (out.waiting > 0) {
        size_t length = copy_piece(piece);
        ssize_t written = write_at_once(piece, length);
        if (written == 0)
            return;
        if (written < 0)
            lose(lines_in(piece, length));
        forget(written < 0 ? length : (size_t)written);
    }
}

void log_put(const char *line, size_t length)
{
    CHECK_ZERO(pthread_mutex_lock(&out.lock));
    if (!out.threaded)
        write_waiting();
    tell_losses();
    if (!put(line, length))
        lose(1);
    CHECK_ZERO(pthread_mutex_unlock(&out.lock));
}

/* Waits as long as it takes. False: there is nothing that takes the bytes. */
static bool write_piece(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = has_room(-1) ? write_some(bytes, length) : -1;
        if (put < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

static void *write_what_waits(void *context)
{
    char piece[PIECE_BYTES];
    (void)context;
    CHECK_ZERO(pthread_mutex_lock(&out.lock));
    while (out.waiting > 0 || !out.ending) {
        if (out.waiting == 0) {
            CHECK_ZERO(pthread_cond_wait(&out.changed, &out.lock));
            continue;
        }
        size_t length = copy_piece(piece);
        CHECK_ZERO(pthread_mutex_unlock(&out.lock));
        bool written = write_piece(piece, length);
        CHECK_ZERO(pthread_mutex_lock(&out.lock));
        if (!written)
            lose(lines_in(piece, length));
        forget(length);
        tell_losses();
    }
    out.ended = true;
    CHECK_ZERO(pthread_cond_signal(&out.changed));
    CHECK_ZERO(pthread_mutex_unlock(&out.lock));
    return NULL;
}

static bool opens_anew(void)
{
    int anew = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (anew >= 0)
        out.descriptor = anew;
    return anew >= 0;
}

void log_open(void)
{
    struct stat status;
    condition_init(&out.changed);
    if (fstat(STDERR_FILENO, &status) != 0)
        return;
    if (S_ISSOCK(status.st_mode))
        out.manner = MANNER_SOCKET;
    else if (S_ISFIFO(status.st_mode) || isatty(STDERR_FILENO))
        out.manner = opens_anew() ? MANNER_OWN : MANNER_POLLED;
}

bool log_start(void)
{
    CHECK_ZERO(pthread_mutex_lock(&out.lock));
    bool started = pthread_create(&out.thread, NULL, write_what_waits, NULL) == 0;
    out.threaded = started;
    CHECK_ZERO(pthread_mutex_unlock(&out.lock));
    return started;
}

void log_close(void)
{
    nanoseconds deadline = deadline_in_seconds(LAST_MOMENT_SECONDS);
    CHECK_ZERO(pthread_mutex_lock(&out.lock));
    bool threaded = out.threaded;
    out.ending = true;
    CHECK_ZERO(pthread_cond_signal(&out.changed));
    while (threaded && !out.ended && condition_wait(&out.changed, &out.lock, deadline))
        ;
    out.threaded = threaded && !out.ended;
    bool ended = threaded && out.ended;
    CHECK_ZERO(pthread_mutex_unlock(&out.lock));
    if (ended)
        CHECK_ZERO(pthread_join(out.thread, NULL));
}

unsigned long long log_lost(void)
{
    CHECK_ZERO(pthread_mutex_lock(&out.lock));
    unsigned long long lost = out.lost;
    CHECK_ZERO(pthread_mutex_unlock(&out.lock));
    return lost;
}
