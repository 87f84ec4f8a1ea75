/*
 * Assertions that stay on in production. A daemon that keeps witnesses in memory stops rather than
 * goes on in a state nobody thought of. They are for our own mistakes only: what a client, `bb` or
 * the system does wrong is an enum result.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/* A bug of ours when false. The condition has no side effects. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            check_failed(#condition, __FILE__, __LINE__);                                          \
    } while (0)

/* A call that returns 0 unless we misuse it (a mutex, a condition, a signal mask). */
#define CHECK_ZERO(call)                                                                           \
    do {                                                                                           \
        if ((call) != 0)                                                                           \
            check_failed(#call, __FILE__, __LINE__);                                               \
    } while (0)

/* A branch that cannot be taken. */
#define NOT_REACHED(why) check_failed(why, __FILE__, __LINE__)

/* Writes one line to standard error and aborts. */
void check_failed(const char *what, const char *file, int line) __attribute__((noreturn, cold));

#endif
