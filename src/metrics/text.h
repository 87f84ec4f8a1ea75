/*
 * The metrics as text, for who scrapes them. Only http/ includes this.
 * Source: Prometheus' "Exposition formats", the text format 0.0.4.
 */
#ifndef METRICS_TEXT_H
#define METRICS_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"

#define METRICS_MEDIA_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Sets what the kernel knows of this process (process_*). What /proc hides is left out. One thread.
 */
void metrics_look_at_process(void);

/* Appends all metrics. False for lack of memory. Thread-safe. */
bool metrics_write_text(struct buffer *text);

#endif
