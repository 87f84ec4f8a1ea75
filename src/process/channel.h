/*
 * A child's side of its pipes, for programs of ours that a pool runs: questions on standard input,
 * progress and answers on standard output, in FRAME_WITH_KIND. One thread.
 */
#ifndef PROCESS_CHANNEL_H
#define PROCESS_CHANNEL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "process/frame.h"

/*
 * Waits for a question; `payload` gets it, its old contents freed. False at the end of file, for
 * what is no question, and for lack of memory: the child ends then.
 */
bool channel_read_question(struct buffer *payload);

/* Writes a message of that kind. False when nobody reads any more, or past 4 GiB. */
bool channel_write(enum message_kind kind, struct bytes payload);

#endif
