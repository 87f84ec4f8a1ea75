#include "square.h"

#include <string.h>

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/public_input_delta.h"

/* Whose value a cell has. 0 is the constant zero; the eight pairing limbs come last. */
enum variable { NOTHING = -1, ZERO, X, Y, LIMB };
enum { LIMBS = 8, VARIABLES = LIMB + LIMBS, PUBLIC_ROW = 5, FIRST_GATE = 14 };

struct cell {
    size_t wire;
    size_t row;
};

static void set_row(enum variable cells[SQUARE_ROWS][PROVER_WIRES], size_t row, enum variable a,
                    enum variable b, enum variable c, enum variable d)
{
    const enum variable all[PROVER_WIRES] = {a, b, c, d};
    memcpy(cells[row], all, sizeof(all));
}

static void lay_out(enum variable cells[SQUARE_ROWS][PROVER_WIRES])
{
    for (size_t row = 0; row < SQUARE_ROWS; row++)
        set_row(cells, row, NOTHING, NOTHING, NOTHING, NOTHING);
    set_row(cells, PUBLIC_ROW, Y, Y, ZERO, ZERO);
    for (size_t i = 0; i < LIMBS; i++) {
        const enum variable limb = (enum variable)(LIMB + i);
        set_row(cells, PUBLIC_ROW + 1 + i, limb, limb, ZERO, ZERO);
        set_row(cells, FIRST_GATE + 2 + i, limb, ZERO, ZERO, ZERO);
    }
    set_row(cells, FIRST_GATE, ZERO, X, X, X);
    set_row(cells, FIRST_GATE + 1, X, X, Y, ZERO);
}

static struct field label(struct cell cell)
{
    return small(cell.row + cell.wire * LABEL_SEPARATOR);
}

/* The cells of a variable in a circle, in the order of rows; it is broken at its end, by a tag. */
static void connect(struct square *square, enum variable cells[SQUARE_ROWS][PROVER_WIRES],
                    enum variable variable)
{
    const struct field tag = small(4 * (uint64_t)LABEL_SEPARATOR);
    struct cell last = {0};
    bool begun = false;
    for (size_t row = 0; row < SQUARE_ROWS; row++) {
        for (size_t wire = 0; wire < PROVER_WIRES; wire++) {
            const struct cell cell = {wire, row};
            if (cells[row][wire] != variable)
                continue;
            if (begun)
                square->precomputed[SIGMA_1 + last.wire][last.row] = label(cell);
            else
                square->precomputed[ID_1 + wire][row] = tag;
            begun = true;
            last = cell;
        }
    }
    square->precomputed[SIGMA_1 + last.wire][last.row] = tag;
}

static void fill_labels(struct square *square, enum variable cells[SQUARE_ROWS][PROVER_WIRES])
{
    for (size_t row = 1; row <= SQUARE_LAST_ROW; row++) {
        for (size_t wire = 0; wire < PROVER_WIRES; wire++) {
            const struct field own = label((struct cell){wire, row});
            square->precomputed[SIGMA_1 + wire][row] = own;
            square->precomputed[ID_1 + wire][row] = own;
        }
    }
    for (int variable = ZERO; variable < VARIABLES; variable++)
        connect(square, cells, (enum variable)variable);
    for (size_t i = 0; i <= LIMBS; i++)
        square->precomputed[SIGMA_1][PUBLIC_ROW + i] = negated(small(PUBLIC_ROW + i + 1));
}

static void fill_gates(struct square *square)
{
    square->precomputed[LAGRANGE_FIRST][4] = FIELD_ONE;
    square->precomputed[LAGRANGE_LAST][SQUARE_LAST_ROW] = FIELD_ONE;
    for (size_t row = FIRST_GATE; row <= SQUARE_LAST_ROW; row++) {
        square->precomputed[Q_ARITHMETIC][row] = FIELD_ONE;
        square->precomputed[Q_L][row] = FIELD_ONE;
    }
    square->precomputed[Q_L][FIRST_GATE + 1] = FIELD_ZERO;
    square->precomputed[Q_M][FIRST_GATE + 1] = FIELD_ONE;
    square->precomputed[Q_O][FIRST_GATE + 1] = FIELD_MINUS_ONE;
}

/* Nothing but zeros is an empty column. */
static struct column column_of(const struct field values[SQUARE_ROWS])
{
    size_t length = SQUARE_ROWS;
    while (length > 0 && field_is_zero(&values[length - 1]))
        length--;
    return (struct column){values, length};
}

void square_fill(struct square *square, struct field x, struct field y)
{
    const struct field values[VARIABLES] = {[X] = x, [Y] = y};
    enum variable cells[SQUARE_ROWS][PROVER_WIRES];
    memset(square, 0, sizeof(*square));
    lay_out(cells);
    fill_labels(square, cells);
    fill_gates(square);
    square->circuit.log_rows = SQUARE_LOG_ROWS;
    square->circuit.last_row = SQUARE_LAST_ROW;
    square->circuit.public_inputs = 1;
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++)
        square->circuit.precomputed[i] = column_of(square->precomputed[i]);
    for (size_t wire = 0; wire < PROVER_WIRES; wire++) {
        for (size_t row = 0; row < SQUARE_ROWS; row++)
            if (cells[row][wire] != NOTHING)
                square->wires[wire][row] = values[cells[row][wire]];
        square->cells.wires[wire] = square->wires[wire];
    }
}
