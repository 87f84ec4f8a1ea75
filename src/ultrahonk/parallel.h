/*
 * Work in several threads. They begin and end within the call, so that a library with threads has
 * none when nobody calls it. The one file that starts any.
 */
#ifndef ULTRAHONK_PARALLEL_H
#define ULTRAHONK_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MOST_THREADS = 256 };

/*
 * Calls work(context, i) once for each i below `count`, in up to so many threads, of which the
 * caller's is one; the lower i first. What the calls write must not overlap. When a thread cannot
 * be had, the others do its work. `threads` is 1 to PARALLEL_MOST_THREADS.
 */
void parallel_for(size_t threads, size_t count, void (*work)(void *context, size_t i),
                  void *context);

#endif
