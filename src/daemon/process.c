#include "daemon/process.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

bool process_open_standard_descriptors(void)
{
    int descriptor;
    do
        descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    return descriptor >= 0 && close(descriptor) == 0;
}

void process_keep_memory_private(void)
{
    static const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

static const int signals_to_stop[] = {SIGTERM, SIGINT, SIGQUIT, SIGXCPU};

/* The log says that they came, for whoever meant something by them. */
static const int signals_without_meaning[] = {SIGUSR1, SIGUSR2};

/* They come by what a parent or a library has set up, and end a process by default. */
static const int signals_ignored[] = {SIGPIPE, SIGXFSZ, SIGALRM, SIGVTALRM,
                                      SIGPROF, SIGIO,   SIGPWR,  SIGSTKFLT};

enum { COUNT_TO_STOP = sizeof(signals_to_stop) / sizeof(signals_to_stop[0]) };

static void add_signals(sigset_t *set, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sigaddset(set, numbers[i]);
}

static void set_action(int number, void (*action)(int))
{
    const struct sigaction wanted = {.sa_handler = action};
    (void)sigaction(number, &wanted, NULL);
}

/* A new program has no handlers but its own; what is left over from the parent is ignored. */
static void stop_ignoring(int number)
{
    struct sigaction found;
    if (sigaction(number, NULL, &found) == 0 && found.sa_handler == SIG_IGN)
        set_action(number, SIG_DFL);
}

void process_prepare_signals(struct process_signals *signals)
{
    for (int number = 1; number < SIGRTMIN; number++)
        stop_ignoring(number);
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        set_action(number, SIG_IGN);
    for (size_t i = 0; i < sizeof(signals_ignored) / sizeof(signals_ignored[0]); i++)
        set_action(signals_ignored[i], SIG_IGN);
    sigemptyset(&signals->at_start);
    add_signals(&signals->at_start, signals_to_stop, COUNT_TO_STOP);
    add_signals(&signals->at_start, signals_without_meaning,
                sizeof(signals_without_meaning) / sizeof(signals_without_meaning[0]));
    signals->serving = signals->at_start;
    sigaddset(&signals->serving, SIGHUP);
    sigaddset(&signals->serving, SIGCHLD);
    (void)pthread_sigmask(SIG_SETMASK, &signals->serving, NULL);
}

bool process_signal_stops(int number)
{
    for (size_t i = 0; i < COUNT_TO_STOP; i++)
        if (signals_to_stop[i] == number)
            return true;
    return false;
}
