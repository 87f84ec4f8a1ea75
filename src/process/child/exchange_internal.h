/* A child and its conversations. Private to process/child/. */
#ifndef PROCESS_CHILD_EXCHANGE_INTERNAL_H
#define PROCESS_CHILD_EXCHANGE_INTERNAL_H

#include <sys/types.h>

#include "process/child/child.h"
#include "process/child/spawn_internal.h"
#include "process/child/words_internal.h"
#include "process/frame.h"

enum { STDERR_KEPT_BYTES = 4096, EXCHANGE_PARTS = 4 };

struct child {
    unsigned magic;
    struct spawned process;
    const struct sandbox *sandbox;  /* NULL: it has none */
    char own_folder[PATH_MAX];      /* "": it has none that would go with it */
    char errors[STDERR_KEPT_BYTES]; /* the last it wrote to standard error */
    size_t errors_length;
    struct words words; /* the same, as lines for the log */
    bool output_ended;
    enum frame_layout frames;
    uint64_t last_id;      /* of the frames sent to it */
    uint64_t memory_kills; /* of the machine, when it was started */
};

/* Reads a piece of standard error, as read(2): 0 when it has been closed. */
ssize_t child_read_errors(struct child *child);

/* One conversation: what is still to be written, and how what comes back is judged. */
struct exchange {
    struct child *child;
    unsigned char header[FRAME_MOST_HEADER_BYTES];
    struct bytes parts[EXCHANGE_PARTS]; /* still to be written, in this order */
    struct buffer *response;
    struct frame_header answer; /* of the response, once that is long enough */
    unsigned progress;          /* messages of that kind, so far */
    bool framed;                /* the response is one frame; otherwise all until end of file */
    bool whole;
    const struct child_limits *limits;
    struct failure *failure;
};

/* Reads until end of file. As child_run. */
MUST_USE_RESULT enum child_outcome exchange_run(struct exchange *exchange);

/* Writes the frame and reads one, of which the payload is left. As child_call. */
MUST_USE_RESULT enum child_outcome exchange_frames(struct exchange *exchange,
                                                   const struct buffer *frame,
                                                   const struct request_insert *insert);

#endif
