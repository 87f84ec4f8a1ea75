/*
 * Main attends to signals from the first moment to the last, so that nothing that the server waits
 * for makes it deaf. Other threads do the work of the start and the end.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/daemon.h"
#include "daemon/daemon_internal.h"
#include "daemon/process.h"

enum {
    EXIT_CANNOT_SERVE = 1,
    SECONDS_TO_END_A_START = 2, /* it may wait for a file that never comes */
};

/* What main waits for. */
struct attendance {
    struct daemon *daemon;
    struct process_signals signals;
    int signal_queue; /* a signalfd */
    int news;         /* an eventfd: the phase is another one */
    nanoseconds started_at;
    nanoseconds too_late; /* for a start to end */
    void (*part)(struct attendance *attendance);
};

static void enter_phase(struct attendance *attendance, enum daemon_phase phase)
{
    atomic_store(&attendance->daemon->phase, phase);
    CHECK_ZERO(eventfd_write(attendance->news, 1));
}

static void announce(const struct daemon *daemon, nanoseconds started_at)
{
    log_event(LOG_INFO, "ready", log_string("version", daemon->version),
              log_string("address", daemon->listen.address),
              log_integer("port", server_port(daemon->server)),
              log_string("bb_version", daemon->bb.version),
              log_string("engine", daemon->config->engine),
              log_milliseconds("start_ms", milliseconds_between(started_at, clock_now())));
}

/* A key file that cannot be meant leaves the keys as they are: nobody is shut out by a slip. */
static void read_again(const struct daemon *daemon)
{
    struct failure failure;
    service_rescan(daemon->service);
    if (daemon->api_keys == NULL)
        return;
    if (api_keys_reload(daemon->api_keys, daemon->config->api_key_file, &failure) == RESULT_OK)
        log_line(LOG_INFO, "API keys read again");
    else
        log_event(LOG_ERROR, "API keys not read again: those from before stay",
                  log_string("why", failure.message));
}

static void reap(const struct daemon *daemon)
{
    service_reap(daemon->service);
}

static void look_around(struct attendance *attendance)
{
    struct failure failure;
    if (daemon_look_around(attendance->daemon, &failure) != RESULT_OK)
        attendance->daemon->failure = failure;
}

/* A child dies with the thread that started it, so this one stays. */
static void live(struct attendance *attendance)
{
    struct daemon *daemon = attendance->daemon;
    struct pollfd stop = {.fd = daemon->stop, .events = POLLIN};
    if (daemon_start(daemon, &daemon->failure) != RESULT_OK)
        return;
    announce(daemon, attendance->started_at);
    enter_phase(attendance, DAEMON_SERVING);
    while (poll(&stop, 1, -1) < 0)
        CHECK(errno == EINTR);
    /* Main is at nothing of the daemon's any more: it was, before it said so. */
    CHECK(atomic_load(&daemon->told_to_stop));
    daemon_take_down(daemon);
}

static void *do_part(void *context)
{
    struct attendance *attendance = context;
    attendance->part(attendance);
    enter_phase(attendance, DAEMON_DONE);
    return NULL;
}

static void order_stop(struct attendance *attendance, int number)
{
    struct daemon *daemon = attendance->daemon;
    log_event(LOG_INFO, "stopping", log_string("signal", strsignal(number)));
    atomic_store(&daemon->told_to_stop, true);
    if (atomic_load(&daemon->phase) == DAEMON_STARTING) {
        attendance->too_late = deadline_in_seconds(SECONDS_TO_END_A_START);
        if (daemon->service != NULL)
            service_call_off_loading(daemon->service);
    }
    CHECK_ZERO(eventfd_write(daemon->stop, 1));
}

static void on_signal(struct attendance *attendance, int number)
{
    struct daemon *daemon = attendance->daemon;
    bool told_to_stop = atomic_load(&daemon->told_to_stop);
    if (process_signal_stops(number)) {
        if (!told_to_stop)
            order_stop(attendance, number);
    } else if (number == SIGHUP || number == SIGCHLD) {
        if (!told_to_stop)
            (number == SIGHUP ? read_again : reap)(daemon);
    } else {
        log_event(LOG_WARNING, "a signal that means nothing to proverd",
                  log_string("signal", strsignal(number)));
    }
}

static void take_signal(struct attendance *attendance)
{
    struct signalfd_siginfo caught;
    if (read(attendance->signal_queue, &caught, sizeof(caught)) == (ssize_t)sizeof(caught))
        on_signal(attendance, (int)caught.ssi_signo);
}

/* False: the part is over. */
static bool take_news(struct attendance *attendance)
{
    eventfd_t count;
    CHECK_ZERO(eventfd_read(attendance->news, &count));
    int phase = atomic_load(&attendance->daemon->phase);
    if (phase == DAEMON_SERVING) {
        attendance->too_late = DEADLINE_NEVER;
        /* Those that came before have waited. */
        CHECK(signalfd(attendance->signal_queue, &attendance->signals.serving, 0) >= 0);
    }
    return phase != DAEMON_DONE;
}

/* Until the part is over. False: it does not end, and it was told to. */
static bool attend(struct attendance *attendance)
{
    enum { SIGNALS, NEWS, WATCHED };
    struct pollfd watched[WATCHED] = {
        [SIGNALS] = {.fd = attendance->signal_queue, .events = POLLIN},
        [NEWS] = {.fd = attendance->news, .events = POLLIN},
    };
    while (true) {
        int ready = poll(watched, WATCHED, deadline_poll_timeout(attendance->too_late));
        CHECK(ready >= 0 || errno == EINTR);
        if (ready == 0)
            return false;
        if (ready > 0 && watched[NEWS].revents != 0 && !take_news(attendance))
            return true;
        if (ready > 0 && watched[SIGNALS].revents != 0)
            take_signal(attendance);
    }
}

/* Lets a thread do a part, and attends to signals meanwhile. False as attend(). */
static bool have_done(struct attendance *attendance, void (*part)(struct attendance *attendance))
{
    pthread_t thread;
    attendance->part = part;
    atomic_store(&attendance->daemon->phase, DAEMON_STARTING);
    int error = pthread_create(&thread, NULL, do_part, attendance);
    if (error != 0) {
        (void)failure_set(&attendance->daemon->failure, RESULT_INTERNAL,
                          "cannot start a thread: %s", strerror(error));
        return true;
    }
    if (!attend(attendance))
        return false;
    CHECK_ZERO(pthread_join(thread, NULL));
    return true;
}

static bool start_log(struct daemon *daemon)
{
    return log_start() || failure_set(&daemon->failure, RESULT_INTERNAL,
                                      "cannot start a thread for the log") == RESULT_OK;
}

/* False as attend(). The failure says how the start went. */
static bool have_all_done(struct attendance *attendance)
{
    struct daemon *daemon = attendance->daemon;
    if (!have_done(attendance, look_around))
        return false;
    /* No other thread runs just now: those to come are confined with this one. */
    if (daemon->failure.result != RESULT_OK ||
        daemon_confine(daemon, &daemon->failure) != RESULT_OK || !start_log(daemon))
        return true;
    return have_done(attendance, live);
}

static bool begin(struct attendance *attendance)
{
    struct daemon *daemon = attendance->daemon;
    process_prepare_signals(&attendance->signals);
    process_keep_memory_private();
    attendance->signal_queue = signalfd(-1, &attendance->signals.at_start, SFD_CLOEXEC);
    attendance->news = eventfd(0, EFD_CLOEXEC);
    daemon->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return attendance->signal_queue >= 0 && attendance->news >= 0 && daemon->stop >= 0;
}

/* The start hangs in something. Its thread goes with the process, and so do the children. */
static void abandon(struct daemon *daemon)
{
    log_line(LOG_WARNING, "the start does not end by itself, and is given up");
    if (atomic_load(&daemon->scratch_made))
        scratch_destroy(&daemon->scratch);
    log_line(LOG_INFO, "stopped");
    log_close();
    _exit(EXIT_SUCCESS);
}

/* The exit status. */
static int conclude(struct daemon *daemon)
{
    bool failed = daemon->failure.result != RESULT_OK && !atomic_load(&daemon->told_to_stop);
    if (failed)
        log_event(LOG_ERROR, "cannot serve", log_string("why", daemon->failure.message));
    if (daemon->failure.result != RESULT_OK)
        daemon_take_down(daemon);
    if (!failed)
        log_line(LOG_INFO, "stopped");
    log_close();
    return failed ? EXIT_CANNOT_SERVE : EXIT_SUCCESS;
}

int daemon_serve(const struct config *config, const struct listen *listen, const char *version)
{
    static struct daemon daemon;
    struct attendance attendance = {
        .daemon = &daemon, .started_at = clock_now(), .too_late = DEADLINE_NEVER};
    daemon.config = config;
    daemon.listen = *listen;
    daemon.version = version;
    if (!begin(&attendance))
        (void)failure_set(&daemon.failure, RESULT_INTERNAL, "cannot wait for signals: %s",
                          strerror(errno));
    else if (!have_all_done(&attendance))
        abandon(&daemon);
    return conclude(&daemon);
}
