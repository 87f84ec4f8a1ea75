/*
 * One child process: started without a shell, spoken to over pipes, watched by a deadline, killed
 * and reaped. Children run in a session of their own, inherit no descriptor but their three pipes,
 * have no core dumps, and die with the thread that started them (PR_SET_PDEATHSIG), so a killed
 * daemon leaves none behind. What they may do beyond that is up to their sandbox; one that has a
 * sandbox also has, for each call, no more CPU time than the cores give until the deadline, and
 * address space by the memory that the call is expected to take.
 *
 * What a child says on standard error is read while it is called, and logged at debug level.
 *
 * A child belongs to one thread at a time. The process must ignore SIGPIPE.
 */
#ifndef PROCESS_CHILD_CHILD_H
#define PROCESS_CHILD_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/failure.h"
#include "process/child/home.h"
#include "process/frame.h"
#include "process/sandbox/sandbox.h"

/*
 * Both lists end with NULL; arguments[0] is the program's name for itself. All borrowed, sandbox
 * and path for the child's life.
 */
struct child_command {
    const char *path;
    const char *const *arguments;
    const char *const *environment; /* without HOME and TMPDIR, which are its folder */
    const char *folder;             /* the caller's, to start in; NULL for one by `home` */
    const struct child_home *home;  /* made at the start, removed at the end; NULL for none */
    const struct sandbox *sandbox;  /* what it may do; NULL: whatever the daemon may */
    enum frame_layout frames;       /* that it reads and writes */
};

/*
 * What becomes of a child and of what it is asked. The failure that goes with one has the sentence,
 * for the log; what it means to a client, who asks the child has to say.
 */
enum child_outcome {
    CHILD_OK,
    CHILD_UNUSABLE,      /* it cannot be started */
    CHILD_DIED,          /* it has ended, or closed its output */
    CHILD_NONSENSE,      /* it has said what is no answer */
    CHILD_TIMED_OUT,     /* the deadline has passed */
    CHILD_CANCELLED,     /* it was called off */
    CHILD_INTERNAL,      /* memory, a descriptor or the like is short on our side */
    CHILD_OUT_OF_MEMORY, /* of a pool: it died for want of it */
    CHILD_FAILED,        /* of a pool: two in a row died or talked nonsense */
};

struct child;

/* How a child ended. */
struct child_obituary {
    char cause[64];
    char last_words[256]; /* the end of its standard error, redacted */
    uint64_t peak_memory_bytes;
    /*
     * It could get no more memory: it said so (std::bad_alloc), or it was killed, not by us, and
     * the kernel has killed for want of memory since the child was started.
     */
    bool out_of_memory;
};

/*
 * Starts the command. CHILD_UNUSABLE with the reason when it cannot be executed. On success the
 * caller owns *child and ends it with child_end.
 */
MUST_USE_RESULT enum child_outcome
child_start(struct child **child, const struct child_command *command, struct failure *failure);

enum {
    CHILD_MOST_PROGRESS_BYTES = 256, /* of one message */
    CHILD_MOST_PROGRESS = 1 << 16,   /* messages before an answer: one a second for 18 hours */
};

/*
 * What a call may cost, how it is called off, and who is told how far it is. Of the last a child
 * with another layout than FRAME_WITH_KIND says nothing; a payload is any bytes, which the child
 * may have been made to say.
 */
struct child_limits {
    nanoseconds deadline;
    int cancel; /* a descriptor that becomes readable when the answer is not wanted; -1 for none */
    size_t max_response_bytes;
    uint64_t memory_bytes; /* that it is expected to take at most; 0: nobody knows */
    void (*progress)(void *context, struct bytes payload); /* on the calling thread; NULL: nobody */
    void *context;
};

/*
 * CHILD_OK when the child waits in silence, as it must between calls. CHILD_DIED when it has gone,
 * CHILD_NONSENSE when it has said something unasked: end it then.
 */
MUST_USE_RESULT enum child_outcome child_check_idle(const struct child *child,
                                                    struct failure *failure);

/*
 * Writes one frame, as engine/bb/request.h makes it, with what is to be inserted (NULL: nothing),
 * under the header that the child wants, and reads frames up to the answer; `response` gets its
 * payload (old contents dropped). After any failure the child is poisoned: an answer may yet come
 * that the next request would take for its own, so end it. CHILD_DIED, CHILD_TIMED_OUT,
 * CHILD_CANCELLED, CHILD_NONSENSE (it spoke unasked, past max_response_bytes, or of its progress
 * without an end), CHILD_INTERNAL.
 */
MUST_USE_RESULT enum child_outcome child_call(struct child *child, struct buffer *response,
                                              const struct buffer *frame,
                                              const struct request_insert *insert,
                                              const struct child_limits *limits,
                                              struct failure *failure);

/*
 * Runs a command to its end with nothing on standard input. `output` gets its standard output. On
 * CHILD_OK *exit_status is its exit status, and *obituary how it ended; otherwise as child_start
 * and child_call, and no process is left.
 */
MUST_USE_RESULT enum child_outcome child_run(const struct child_command *command,
                                             struct buffer *output, int *exit_status,
                                             struct child_obituary *obituary,
                                             const struct child_limits *limits,
                                             struct failure *failure);

/*
 * Kills the child if it still runs, reaps it, wipes its buffers. *child becomes NULL. One that has
 * closed its output gets a moment to end by itself, so that the obituary tells of what it died.
 */
void child_end(struct child **child, struct child_obituary *obituary);

pid_t child_pid(const struct child *child);

/*
 * The most memory a running child has had resident since child_reset_peak_memory, in bytes (VmHWM);
 * 0 when it cannot be read.
 */
uint64_t child_peak_memory(const struct child *child);
void child_reset_peak_memory(const struct child *child);

/* The memory it has resident now, in bytes (VmRSS); 0 when it cannot be read. */
uint64_t child_resident_memory(const struct child *child);

#endif
