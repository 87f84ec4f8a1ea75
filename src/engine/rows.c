#include "engine/rows.h"

enum {
    FIRST_ROW = 5, /* four are kept for what hides the witness, one is zero */
    PAIRING_ROWS = 8,
    IPA_ROWS = 6,
};

static const uint32_t most_rows = (uint32_t)1 << 31;

/* The tables stand behind the rows of the public inputs. */
static uint64_t end_of_tables(const struct rows_needed *needed)
{
    uint64_t rows = needed->lookup_rows < needed->gates ? needed->lookup_rows : needed->gates;
    if (rows == 0)
        return 0;
    bool ipa = target_settings(needed->target)->ipa_accumulation;
    return FIRST_ROW + needed->public_inputs + PAIRING_ROWS + (ipa ? IPA_ROWS : 0) + rows;
}

uint32_t rows_of_key(const struct rows_needed *needed)
{
    uint64_t end = (uint64_t)needed->gates + FIRST_ROW;
    uint64_t tables = end_of_tables(needed);
    if (tables > end)
        end = tables;
    uint32_t rows = 1;
    while (rows < end && rows < most_rows)
        rows *= 2;
    return rows;
}
