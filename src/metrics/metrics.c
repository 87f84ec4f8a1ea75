#include "metrics/metrics.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "metrics/metrics_internal.h"

enum { LABELS_BYTES = METRIC_LABELS_BYTES, FIRST_ROOM = 8, BATCH = 64 };

struct metric_series {
    char *labels;
    double value;
    uint64_t observations[]; /* of a histogram */
};

const struct metric_description metric_descriptions[METRIC_COUNT] = {
#define X(metric, type, name, labels, help) [metric] = {type, name, labels, help},
    METRIC_TABLE(X)
#undef X
};

const double metric_bucket_bounds[] = METRIC_BUCKETS;
const size_t metric_bucket_count = sizeof(metric_bucket_bounds) / sizeof(metric_bucket_bounds[0]);

/* Sorted by labels. */
struct family {
    struct metric_series **series;
    size_t count;
    size_t room;
};

struct circuit_name {
    struct circuit_name *next;
    unsigned circuits; /* that have it */
    char name[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over what follows */
static struct family families[METRIC_COUNT];
static struct circuit_name *circuit_names;

/* `last` is the place of the last byte, which the terminating zero needs. */
static char *put(char *at, const char *last, char character)
{
    CHECK(at < last);
    *at = character;
    return at + 1;
}

static char *put_escaped(char *at, const char *last, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\\' || *value == '"' || *value == '\n')
            at = put(at, last, '\\');
        at = put(at, last, (char)(*value == '\n' ? 'n' : *value));
    }
    return at;
}

/* Writes a="x",b="y": the names of the metric with the caller's values. */
static void write_labels(char labels[LABELS_BYTES], enum metric metric, const char *const *values)
{
    const char *name = metric_descriptions[metric].labels;
    const char *last = &labels[LABELS_BYTES - 1];
    while (*name != '\0') {
        CHECK(values != NULL && *values != NULL);
        for (; *name != '\0' && *name != ','; name++)
            labels = put(labels, last, *name);
        labels = put(put(labels, last, '='), last, '"');
        labels = put(put_escaped(labels, last, *values++), last, '"');
        if (*name == ',')
            labels = put(labels, last, *name++);
    }
    CHECK(values == NULL || *values == NULL);
    *labels = '\0';
}

/* The place of the first series that does not sort before the labels. */
static size_t place_of(const struct family *family, const char *labels)
{
    size_t low = 0;
    size_t high = family->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(family->series[middle]->labels, labels) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct metric_series *create_series(enum metric metric, const char *labels)
{
    size_t buckets =
        metric_descriptions[metric].type == METRIC_HISTOGRAM ? metric_bucket_count + 1 : 0;
    struct metric_series *series =
        calloc(1, sizeof(*series) + buckets * sizeof(series->observations[0]));
    if (series == NULL)
        return NULL;
    series->labels = strdup(labels);
    if (series->labels == NULL) {
        free(series);
        return NULL;
    }
    return series;
}

static bool make_room(struct family *family)
{
    if (family->count < family->room)
        return true;
    size_t room = family->room == 0 ? FIRST_ROOM : family->room * 2;
    struct metric_series **series = realloc(family->series, room * sizeof(struct metric_series *));
    if (series == NULL)
        return false;
    family->series = series;
    family->room = room;
    return true;
}

/* The series of those labels, a new one if need be; NULL without memory. With the lock held. */
static struct metric_series *find_series(enum metric metric, const char *labels)
{
    struct family *family = &families[metric];
    size_t place = place_of(family, labels);
    if (place < family->count && strcmp(family->series[place]->labels, labels) == 0)
        return family->series[place];
    struct metric_series *series = make_room(family) ? create_series(metric, labels) : NULL;
    if (series == NULL)
        return NULL;
    memmove(&family->series[place + 1], &family->series[place],
            (family->count - place) * sizeof(struct metric_series *));
    family->series[place] = series;
    family->count++;
    return series;
}

static void add(struct metric_series *series, double amount)
{
    series->value += amount;
}

static void set(struct metric_series *series, double value)
{
    series->value = value;
}

static void observe(struct metric_series *series, double seconds)
{
    size_t bucket = 0;
    while (bucket < metric_bucket_count && seconds > metric_bucket_bounds[bucket])
        bucket++;
    series->observations[bucket]++;
    series->value += seconds;
}

static void change(enum metric metric, const char *const *values,
                   void (*how)(struct metric_series *series, double value), double value)
{
    char labels[LABELS_BYTES];
    write_labels(labels, metric, values);
    CHECK_ZERO(pthread_mutex_lock(&lock));
    struct metric_series *series = find_series(metric, labels);
    if (series != NULL)
        how(series, value);
    CHECK_ZERO(pthread_mutex_unlock(&lock));
}

void metrics_add(enum metric metric, double amount, const char *const *values)
{
    CHECK(metric_descriptions[metric].type == METRIC_COUNTER && amount >= 0);
    change(metric, values, add, amount);
}

void metrics_set(enum metric metric, double value, const char *const *values)
{
    CHECK(metric_descriptions[metric].type != METRIC_HISTOGRAM);
    change(metric, values, set, value);
}

void metrics_observe(enum metric metric, double seconds, const char *const *values)
{
    CHECK(metric_descriptions[metric].type == METRIC_HISTOGRAM);
    change(metric, values, observe, seconds);
}

static void forget(struct family *family, const char *labels)
{
    size_t length = strlen(labels);
    size_t kept = 0;
    for (size_t i = 0; i < family->count; i++) {
        struct metric_series *series = family->series[i];
        char after = strncmp(series->labels, labels, length) == 0 ? series->labels[length] : ' ';
        if (after == ',' || after == '\0') {
            free(series->labels);
            free(series);
        } else {
            family->series[kept++] = series;
        }
    }
    family->count = kept;
}

/* With the lock held. NULL when no circuit has the name. */
static struct circuit_name **find_name(const char *circuit)
{
    struct circuit_name **at = &circuit_names;
    while (*at != NULL && strcmp((*at)->name, circuit) != 0)
        at = &(*at)->next;
    return *at == NULL ? NULL : at;
}

void metrics_keep_circuit(const char *circuit)
{
    CHECK_ZERO(pthread_mutex_lock(&lock));
    struct circuit_name **known = find_name(circuit);
    struct circuit_name *added =
        known == NULL ? malloc(sizeof(*added) + strlen(circuit) + 1) : NULL;
    if (known != NULL) {
        (*known)->circuits++;
    } else if (added != NULL) {
        /* Without memory for it, it is as if it were the only one of its name. */
        added->circuits = 1;
        added->next = circuit_names;
        memcpy(added->name, circuit, strlen(circuit) + 1);
        circuit_names = added;
    }
    CHECK_ZERO(pthread_mutex_unlock(&lock));
}

/* With the lock held. */
static bool is_last(const char *circuit)
{
    struct circuit_name **known = find_name(circuit);
    if (known == NULL)
        return true;
    if (--(*known)->circuits > 0)
        return false;
    struct circuit_name *gone = *known;
    *known = gone->next;
    free(gone);
    return true;
}

void metrics_forget_circuit(const char *circuit)
{
    char labels[LABELS_BYTES];
    /* The circuit stands first in every metric that has it, so this is how their labels begin. */
    write_labels(labels, METRIC_PROOF_PEAK_MEMORY, METRIC_LABELS(circuit));
    CHECK_ZERO(pthread_mutex_lock(&lock));
    bool last = is_last(circuit);
    for (int metric = 0; last && metric < METRIC_COUNT; metric++)
        forget(&families[metric], labels);
    CHECK_ZERO(pthread_mutex_unlock(&lock));
}

static void copy_series(struct metric_sample *sample, enum metric metric,
                        const struct metric_series *series)
{
    (void)snprintf(sample->labels, sizeof(sample->labels), "%s", series->labels);
    sample->value = series->value;
    if (metric_descriptions[metric].type == METRIC_HISTOGRAM)
        memcpy(sample->observations, series->observations, sizeof(sample->observations));
}

/* Copies the series behind the labels, the first for NULL, BATCH at most. How many there were. */
static size_t copy_batch(struct metric_sample batch[BATCH], enum metric metric, const char *behind)
{
    const struct family *family = &families[metric];
    size_t count = 0;
    CHECK_ZERO(pthread_mutex_lock(&lock));
    size_t place = behind == NULL ? 0 : place_of(family, behind);
    if (behind != NULL && place < family->count &&
        strcmp(family->series[place]->labels, behind) == 0)
        place++;
    for (; place < family->count && count < BATCH; place++)
        copy_series(&batch[count++], metric, family->series[place]);
    CHECK_ZERO(pthread_mutex_unlock(&lock));
    return count;
}

/* What counts without labels is there from the start; a gauge is not before it is known. */
static void make_plain_series(enum metric metric)
{
    const struct metric_description *description = &metric_descriptions[metric];
    if (description->labels[0] != '\0' || description->type == METRIC_GAUGE)
        return;
    CHECK_ZERO(pthread_mutex_lock(&lock));
    (void)find_series(metric, "");
    CHECK_ZERO(pthread_mutex_unlock(&lock));
}

bool metrics_visit(void (*visit)(void *context, enum metric metric,
                                 const struct metric_sample *sample),
                   void *context)
{
    char behind[LABELS_BYTES];
    struct metric_sample *batch = calloc(BATCH, sizeof(*batch));
    if (batch == NULL)
        return false;
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric metric = (enum metric)i;
        make_plain_series(metric);
        size_t count = copy_batch(batch, metric, NULL);
        while (count > 0) {
            for (size_t place = 0; place < count; place++)
                visit(context, metric, &batch[place]);
            (void)snprintf(behind, sizeof(behind), "%s", batch[count - 1].labels);
            count = count < BATCH ? 0 : copy_batch(batch, metric, behind);
        }
    }
    free(batch);
    return true;
}
