/* What the table and the text share. Private to metrics/. */
#ifndef METRICS_METRICS_INTERNAL_H
#define METRICS_METRICS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metrics/metrics.h"

enum { METRIC_MOST_BUCKETS = sizeof((const double[])METRIC_BUCKETS) / sizeof(double) };

struct metric_description {
    enum metric_type type;
    const char *name;
    const char *labels; /* names with commas, "" for none */
    const char *help;
};

enum { METRIC_LABELS_BYTES = 1024 }; /* holds the longest values that the labels' sets have */

/* A series as it was at one time. */
struct metric_sample {
    char labels[METRIC_LABELS_BYTES]; /* as the text has them, escaped: a="x",b="y" */
    double value;                     /* of a histogram the sum */
    /* Of a histogram: a bucket each, the last for what is past all. */
    uint64_t observations[METRIC_MOST_BUCKETS + 1];
};

extern const struct metric_description metric_descriptions[METRIC_COUNT];
extern const double metric_bucket_bounds[];
extern const size_t metric_bucket_count;

/*
 * Calls `visit` with a copy of every series, metric by metric and in the order of their labels.
 * Whoever counts waits for the copies of a few at most, and not for what is done with them. Series
 * that come or go meanwhile may be visited or not. False for lack of memory.
 */
bool metrics_visit(void (*visit)(void *context, enum metric metric,
                                 const struct metric_sample *sample),
                   void *context);

#endif
