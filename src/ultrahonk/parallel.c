#include "ultrahonk/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/check.h"

struct loop {
    void (*work)(void *context, size_t i);
    void *context;
    size_t count;
    atomic_size_t next;
};

static void *run(void *shared)
{
    struct loop *loop = shared;
    for (;;) {
        const size_t i = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (i >= loop->count)
            return NULL;
        loop->work(loop->context, i);
    }
}

/* Signals are the caller's to take. */
static size_t start(pthread_t *threads, size_t count, struct loop *loop)
{
    sigset_t all;
    sigset_t before;
    size_t started = 0;
    CHECK_ZERO(sigfillset(&all));
    CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &all, &before));
    while (started < count && pthread_create(&threads[started], NULL, run, loop) == 0)
        started++;
    CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &before, NULL));
    return started;
}

void parallel_for(size_t threads, size_t count, void (*work)(void *context, size_t i),
                  void *context)
{
    pthread_t others[PARALLEL_MOST_THREADS];
    struct loop loop = {.work = work, .context = context, .count = count};
    size_t most = threads < count ? threads : count;
    CHECK(threads >= 1 && threads <= PARALLEL_MOST_THREADS);
    size_t started = most > 1 ? start(others, most - 1, &loop) : 0;
    (void)run(&loop);
    for (size_t i = 0; i < started; i++)
        CHECK_ZERO(pthread_join(others[i], NULL));
}
