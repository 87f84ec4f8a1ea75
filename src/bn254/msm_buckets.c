#include "bn254/msm_internal.h"

/* The keys of the entries from the first key's on. */
static size_t list_keys(const struct msm_work *work, size_t first, size_t end)
{
    const uint32_t *starts = work->group.starts;
    uint32_t *keys = work->block.keys;
    size_t count = 0;
    for (size_t key = first; key < end; key++) {
        for (uint32_t entry = starts[key]; entry < starts[key + 1]; entry++)
            keys[count++] = (uint32_t)key;
    }
    return count;
}

/* What one level of additions does. */
struct level {
    size_t pairs;
    size_t singles;
    size_t left; /* how many points there are afterwards */
};

/*
 * Pairs neighbours of one key, and lets what remains of each be. The keys of the sums take the
 * place of those of the entries. Without branches, for nobody could predict them.
 */
static struct level pair_neighbours(const struct msm_block *block, const uint32_t *references,
                                    size_t count)
{
    struct level level = {0};
    block->keys[count] = UINT32_MAX;
    for (size_t index = 0; index < count;) {
        uint32_t key = block->keys[index];
        size_t same = key == block->keys[index + 1];
        block->left[level.pairs] = references[index];
        block->right[level.pairs] = references[index + same];
        block->sum[level.pairs] = (uint32_t)level.left;
        block->singles[level.singles] = references[index];
        block->single_to[level.singles] = (uint32_t)level.left;
        level.pairs += same;
        level.singles += 1 - same;
        block->keys[level.left++] = key;
        index += 1 + same;
    }
    return level;
}

static void copy_singles(struct g1 *to, const struct g1 *from, const struct msm_block *block,
                         size_t count)
{
    for (size_t index = 0; index < count; index++)
        to[block->single_to[index]] = from[block->singles[index]];
}

static void copy_signed_singles(struct g1 *to, const struct g1 *from, const struct msm_block *block,
                                size_t count)
{
    for (size_t index = 0; index < count; index++) {
        struct g1 *point = &to[block->single_to[index]];
        *point = from[block->singles[index] >> 1];
        if ((block->singles[index] & 1) != 0)
            g1_negate(point, point);
    }
}

/* Points with keys in rising order, one a key. */
struct reduced {
    const struct g1 *points;
    size_t count;
};

/* Adds up the block's `count` entries until there is one a key. */
static struct reduced reduce_block(struct msm_block *block, const struct g1 *points,
                                   const uint32_t *entries, size_t count)
{
    const struct arithmetic *used = arithmetic();
    struct g1 *to = block->even;
    struct g1 *other = block->odd;
    bool has_infinity = false;
    struct level level = pair_neighbours(block, entries, count);
    for (bool is_first = true; is_first || level.pairs > 0; is_first = false) {
        if (!is_first)
            level = pair_neighbours(block, block->identity, count);
        struct pairs pairs = {block->left, block->right, block->sum,    level.pairs,
                              is_first,    has_infinity, block->scratch};
        if (is_first)
            copy_signed_singles(to, points, block, level.singles);
        else
            copy_singles(to, points, block, level.singles);
        if (used->add_pairs(to, points, &pairs))
            has_infinity = true;
        struct g1 *next = other;
        points = other = to;
        to = next;
        count = level.left;
    }
    return (struct reduced){points, count};
}

/* Puts the sums of the keys from `first` to `end` behind those that are there; infinity is an empty
 * key. */
static uint32_t store(struct msm_work *work, const struct reduced *reduced, size_t first,
                      size_t end, uint32_t written)
{
    const struct msm_group *group = &work->group;
    size_t next = 0;
    for (size_t key = first; key < end; key++) {
        group->filled[key] = written;
        if (next == reduced->count || work->block.keys[next] != key)
            continue;
        group->points[written] = reduced->points[next++];
        written += !g1_is_infinity(&group->points[written]);
    }
    return written;
}

void msm_reduce(struct msm_work *work, unsigned int windows)
{
    const uint32_t *starts = work->group.starts;
    size_t keys = windows * work->shape.buckets;
    uint32_t written = 0;
    for (size_t first = 0; first < keys;) {
        size_t end = first + 1;
        while (end < keys && starts[end + 1] - starts[first] <= MSM_BLOCK)
            end++;
        size_t count = list_keys(work, first, end);
        struct reduced reduced = {work->block.even, 0};
        if (count > 0)
            reduced = reduce_block(&work->block, work->points, work->group.entries + starts[first],
                                   count);
        written = store(work, &reduced, first, end, written);
        first = end;
    }
    work->group.filled[keys] = written;
    work->group.points[written] = G1_INFINITY; /* what is read for an empty last bucket */
}
