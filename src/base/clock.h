/* Time that never jumps. A deadline is a point on the monotonic clock, in nanoseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { NANOSECONDS_PER_MILLISECOND = 1000000, MILLISECONDS_PER_SECOND = 1000 };

typedef int64_t nanoseconds;

#define DEADLINE_NEVER INT64_MAX

/* Nanoseconds of CLOCK_MONOTONIC. Thread-safe. */
nanoseconds clock_now(void);

/* The deadline `seconds` from now. */
nanoseconds deadline_in_seconds(int64_t seconds);

/* Milliseconds until the deadline as poll(2) wants them: rounded up, 0 when past, -1 for never. */
int deadline_poll_timeout(nanoseconds deadline);

/* The time of day as text, in UTC: 2026-11-23T23:48:39.834Z. */
enum { CLOCK_TEXT_BYTES = 40 };
void clock_text(char text[CLOCK_TEXT_BYTES]);

double milliseconds_between(nanoseconds from, nanoseconds to);

#endif
