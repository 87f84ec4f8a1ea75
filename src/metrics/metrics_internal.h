/* What the table and the text share. Private to metrics/. */
#ifndef METRICS_METRICS_INTERNAL_H
#define METRICS_METRICS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "metrics/metrics.h"

struct metric_description {
    enum metric_type type;
    const char *name;
    const char *labels; /* names with commas, "" for none */
    const char *help;
};

struct metric_series {
    char *labels;            /* as the text has them, escaped: a="x",b="y" */
    double value;            /* of a histogram the sum */
    uint64_t observations[]; /* of a histogram: a bucket each, the last for what is past all */
};

extern const struct metric_description metric_descriptions[METRIC_COUNT];
extern const double metric_bucket_bounds[];
extern const size_t metric_bucket_count;

/*
 * Calls `visit` with every series, metric by metric and in the order of their labels. None changes
 * meanwhile, and whoever counts waits: do nothing slow.
 */
void metrics_visit(void (*visit)(void *context, enum metric metric,
                                 const struct metric_series *series),
                   void *context);

#endif
