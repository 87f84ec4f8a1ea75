/* Equal scalars: s P + s Q is s (P + Q), one addition for one in each window. */
#include <stdlib.h>
#include <string.h>

#include "bn254/msm_internal.h"

enum {
    SHORT_BITS = 32, /* what has no more is in one or two windows anyway */
    WORTH = 8,       /* at least one in so many has to be a repetition */
    FEWEST = 256,    /* terms */
    SAMPLE = 4096,   /* terms that are looked at first; the others if these are worth it */
    MOST_PROBES = 8  /* whoever chose the scalars cannot make a search long */
};

/* For each term the first one with its scalar, its leader, and how many follow a leader. */
struct equals {
    uint32_t *leaders;
    uint32_t *followers;
    uint32_t *table; /* one more than a leader, or 0, by the hash */
    size_t places;   /* of the table, a power of two */
    size_t repeated; /* followers of all */
    size_t sums;     /* leaders that have any */
};

static size_t hash_of(const struct integer256 *scalar)
{
    uint64_t mixed = scalar->limbs[0] * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 29 ^ scalar->limbs[1]) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 32 ^ scalar->limbs[2]) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31 ^ scalar->limbs[3];
    return (size_t)(mixed ^ mixed >> 17);
}

/* A term that is not found in some steps is its own leader. */
static uint32_t leader_of(const struct equals *equals, const struct msm_terms *terms,
                          uint32_t index)
{
    const struct integer256 *scalar = &terms->scalars[index];
    size_t place = hash_of(scalar);
    for (size_t probe = 0; probe < MOST_PROBES; probe++) {
        uint32_t *entry = &equals->table[(place + probe) & (equals->places - 1)];
        if (*entry == 0) {
            *entry = index + 1;
            return index;
        }
        if (memcmp(&terms->scalars[*entry - 1], scalar, sizeof(*scalar)) == 0)
            return *entry - 1;
    }
    return index;
}

/* Of the terms from `first` to before `end`, those before having theirs. */
static void find_leaders(struct equals *equals, const struct msm_terms *terms, size_t first,
                         size_t end)
{
    for (uint32_t index = (uint32_t)first; index < end; index++) {
        uint32_t leader = index;
        if (integer256_bit_length(&terms->scalars[index]) > SHORT_BITS)
            leader = leader_of(equals, terms, index);
        equals->leaders[index] = leader;
        if (leader == index)
            continue;
        equals->repeated++;
        equals->sums += equals->followers[leader]++ == 0;
    }
}

/* Sorts the points that are to be added up by their sums, which are the work's keys. The followers'
 * numbers become the keys, from 1 on. */
static void sort_equals(struct msm_work *work, const struct equals *equals,
                        const struct msm_terms *terms)
{
    uint32_t *starts = work->group.starts;
    uint32_t key = 0;
    uint32_t entries = 0;
    for (size_t index = 0; index < terms->count; index++) {
        if (equals->followers[index] == 0)
            continue;
        /* Where the key begins; once its entries are in, where it ends. */
        starts[++key] = entries;
        entries += equals->followers[index] + 1;
        equals->followers[index] = key;
    }
    starts[0] = 0;
    for (size_t index = 0; index < terms->count; index++) {
        uint32_t own = equals->followers[equals->leaders[index]];
        if (own != 0)
            work->group.entries[starts[own]++] = terms->points[index];
    }
}

/* Leaves the leaders. A sum that is infinity has no term. */
static void take_sums(struct msm_terms *terms, struct g1 *imported, size_t count,
                      const struct equals *equals, const struct msm_work *work)
{
    const uint32_t *filled = work->group.filled;
    struct msm_terms kept = {.scalars = terms->scalars, .points = terms->points};
    for (size_t index = 0; index < terms->count; index++) {
        uint32_t key = equals->followers[index];
        uint32_t point = terms->points[index];
        if (equals->leaders[index] != index)
            continue;
        if (key != 0) {
            if (filled[key - 1] == filled[key])
                continue;
            imported[count] = work->group.points[filled[key - 1]];
            point = (uint32_t)count++ << 1;
        }
        unsigned int bits = integer256_bit_length(&terms->scalars[index]);
        kept.scalars[kept.count] = terms->scalars[index];
        kept.points[kept.count++] = point;
        kept.bits += bits;
        if (bits > kept.longest)
            kept.longest = bits;
    }
    *terms = kept;
}

static enum bn254_status merge(struct msm_terms *terms, struct g1 *imported, size_t count,
                               const struct equals *equals)
{
    struct msm_work work = {.points = imported};
    work.terms.count = equals->repeated + equals->sums;
    work.shape = (struct msm_shape){.windows = 1, .together = 1, .buckets = equals->sums};
    if (msm_work_begin(&work) != BN254_OK)
        return BN254_NO_MEMORY;
    sort_equals(&work, equals, terms);
    msm_reduce(&work, 1);
    arithmetic()->reduce_points(work.group.points, work.group.filled[equals->sums]);
    take_sums(terms, imported, count, equals, &work);
    msm_work_end(&work);
    return BN254_OK;
}

enum bn254_status msm_merge_equal(struct msm_terms *terms, struct g1 *imported, size_t count)
{
    struct equals equals = {.places = 1};
    enum bn254_status status = BN254_OK;
    if (terms->count < FEWEST)
        return BN254_OK;
    while (equals.places < 2 * terms->count)
        equals.places *= 2;
    const size_t elements = 2 * terms->count + equals.places;
    uint32_t *memory = calloc(elements, sizeof(*memory));
    if (memory == NULL)
        return BN254_NO_MEMORY;
    equals.leaders = memory;
    equals.followers = memory + terms->count;
    equals.table = memory + 2 * terms->count;
    size_t sample = terms->count < SAMPLE ? terms->count : SAMPLE;
    find_leaders(&equals, terms, 0, sample);
    bool is_worth = equals.repeated >= sample / WORTH;
    if (is_worth)
        find_leaders(&equals, terms, sample, terms->count);
    if (is_worth && equals.repeated >= terms->count / WORTH)
        status = merge(terms, imported, count, &equals);
    msm_wipe_free(memory, elements * sizeof(*memory));
    return status;
}
