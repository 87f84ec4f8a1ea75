#include "metrics/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "metrics/metrics_internal.h"

struct writer {
    FILE *out;
    int described; /* the metric that was last; -1 for none */
};

static const char *const type_names[] = {
    [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};

/* The help texts hold neither a backslash nor a newline, which would want escaping. */
static void describe(struct writer *writer, enum metric metric)
{
    const struct metric_description *description = &metric_descriptions[metric];
    if (writer->described == (int)metric)
        return;
    writer->described = (int)metric;
    (void)fprintf(writer->out, "# HELP %s %s\n# TYPE %s %s\n", description->name, description->help,
                  description->name, type_names[description->type]);
}

/* Sixteen digits: whole numbers are exact, and 0.1 is not 0.10000000000000001. */
static void write_sample(const struct writer *writer, const char *name, const char *suffix,
                         const char *labels, double value)
{
    bool any = labels[0] != '\0';
    (void)fprintf(writer->out, "%s%s%s%s%s %.16g\n", name, suffix, any ? "{" : "", labels,
                  any ? "}" : "", value);
}

static void write_bucket(const struct writer *writer, const char *name, const char *labels,
                         const char *bound, uint64_t count)
{
    (void)fprintf(writer->out, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", name, labels,
                  labels[0] == '\0' ? "" : ",", bound, count);
}

static void write_histogram(const struct writer *writer, const char *name,
                            const struct metric_sample *series)
{
    uint64_t count = 0;
    for (size_t i = 0; i < metric_bucket_count; i++) {
        char bound[32];
        (void)snprintf(bound, sizeof(bound), "%g", metric_bucket_bounds[i]);
        count += series->observations[i];
        write_bucket(writer, name, series->labels, bound, count);
    }
    count += series->observations[metric_bucket_count];
    write_bucket(writer, name, series->labels, "+Inf", count);
    write_sample(writer, name, "_sum", series->labels, series->value);
    write_sample(writer, name, "_count", series->labels, (double)count);
}

static void write_series(void *context, enum metric metric, const struct metric_sample *series)
{
    struct writer *writer = context;
    const struct metric_description *description = &metric_descriptions[metric];
    describe(writer, metric);
    if (description->type == METRIC_HISTOGRAM)
        write_histogram(writer, description->name, series);
    else
        write_sample(writer, description->name, "", series->labels, series->value);
}

bool metrics_write_text(struct buffer *text)
{
    char *written = NULL;
    size_t length = 0;
    struct writer writer = {open_memstream(&written, &length), -1};
    if (writer.out == NULL)
        return false;
    bool whole = metrics_visit(write_series, &writer) && ferror(writer.out) == 0;
    whole = fclose(writer.out) == 0 && whole;
    whole = whole && buffer_append(text, written, length);
    free(written);
    return whole;
}
