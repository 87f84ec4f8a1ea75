/*
 * keymaker FOLDER COUNT: keys and proofs for a program that asks many times, over the first COUNT
 * points of the folder's CRS. A question is two bytes, 'k' for a key or 'p' for a proof and a
 * target's number, and then an ACIR program and the values of its witnesses, 32 bytes each, behind
 * their lengths, four bytes with the lowest first. An answer is a byte, 'y' or 'n', and then bytes
 * behind their length: the key or the proof, or why there is none. Ends with the input; anything
 * else than questions ends it with 2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/points.h"
#include "ultrahonk/prover/prover.h"
#include "ultrahonk/verification_key.h"

enum {
    MOST_BYTES = 1 << 28,
    MOST_KEY_BYTES = (KEY_HEADER_WORDS + PRECOMPUTED_COUNT * G1_LIMBS) * WORD_LENGTH,
    MOST_PROOF_BYTES = 1 << 20,
    EXIT_NO_QUESTION = 2
};

struct crs {
    struct g1 *points;
    size_t count;
};

struct piece {
    unsigned char *bytes;
    size_t length;
};

struct question {
    int kind;
    int target;
    struct piece program;
    struct piece witness;
};

static bool read_piece(struct piece *piece)
{
    unsigned char header[4];
    if (fread(header, sizeof(header), 1, stdin) != 1)
        return false;
    piece->length =
        header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
    piece->bytes = piece->length <= MOST_BYTES ? malloc(piece->length + 1) : NULL;
    return piece->bytes != NULL && fread(piece->bytes, 1, piece->length, stdin) == piece->length;
}

static bool answer(char kind, const void *bytes, size_t length)
{
    const unsigned char header[5] = {(unsigned char)kind, (unsigned char)length,
                                     (unsigned char)(length >> 8), (unsigned char)(length >> 16),
                                     (unsigned char)(length >> 24)};
    return fwrite(header, sizeof(header), 1, stdout) == 1 &&
           fwrite(bytes, 1, length, stdout) == length && fflush(stdout) == 0;
}

static bool refuse(const char *why)
{
    return answer('n', why, strlen(why));
}

/* A circuit at work, over the CRS. */
struct work {
    const struct crs *crs;
    const struct question *question;
    enum ultrahonk_target target;
    struct acir_program *program;
    struct trace *trace;
    unsigned char key[MOST_KEY_BYTES];
    struct field hash;
};

static bool make_key(struct work *work)
{
    struct verification_key_parts parts = {.log_rows = trace_log_rows(work->trace),
                                           .public_inputs =
                                               trace_public_inputs(work->trace) - PAIRING_LIMBS};
    if (commit_columns(parts.commitments, work->trace, work->crs->points) != BN254_OK)
        return false;
    verification_key_write(work->key, &work->hash, &parts, work->target);
    return true;
}

static struct field *new_column(const struct trace *trace)
{
    struct field *column = calloc((size_t)1 << trace_log_rows(trace), sizeof(*column));
    if (column == NULL)
        abort();
    return column;
}

struct filled {
    const struct trace *trace;
    const struct trace_values *values;
};

static void write_records(const void *context, struct field *wire, const struct field *eta)
{
    const struct filled *filled = context;
    trace_write_records(filled->trace, wire, filled->values, eta);
}

static bool prove_filled(struct work *work, const struct trace_values *values)
{
    static unsigned char proof[MOST_PROOF_BYTES];
    const struct trace *trace = work->trace;
    const size_t rows = (size_t)1 << trace_log_rows(trace);
    const struct filled filled = {trace, values};
    struct field *columns[PRECOMPUTED_COUNT];
    struct prover_circuit circuit = {.log_rows = trace_log_rows(trace),
                                     .last_row = trace_end(trace) - 1,
                                     .public_inputs = trace_public_inputs(trace) - PAIRING_LIMBS,
                                     .key_hash = work->hash};
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++) {
        columns[i] = new_column(trace);
        trace_column(trace, columns[i], (enum entity)i);
        circuit.precomputed[i] = (struct column){columns[i], rows};
    }
    struct field *counts = new_column(trace);
    struct field *tags = new_column(trace);
    trace_read_counts(trace, counts, tags, values);
    struct prover_cells cells = {
        .read_counts = {counts, rows}, .write_records = write_records, .context = &filled};
    for (unsigned i = 0; i < PROVER_WIRES; i++) {
        cells.wires[i] = new_column(trace);
        trace_wire(trace, cells.wires[i], values, i);
    }
    const struct prover_options options = {.threads = 1};
    enum ultrahonk_status status =
        prover_prove(proof, work->target, &circuit, &cells, work->crs->points, &options);
    for (size_t i = 0; i < PRECOMPUTED_COUNT; i++)
        free(columns[i]);
    for (size_t i = 0; i < PROVER_WIRES; i++)
        free(cells.wires[i]);
    free(counts);
    free(tags);
    return status == ULTRAHONK_OK
               ? answer('y', proof, ultrahonk_proof_length(work->target, circuit.log_rows))
               : refuse(ultrahonk_status_text(status));
}

static bool prove(struct work *work)
{
    const struct piece *piece = &work->question->witness;
    const size_t count = piece->length / FIELD_BYTES;
    struct field *witness = calloc(count + 1, sizeof(*witness));
    struct trace_values *values = NULL;
    struct trace_fault fault = {0};
    if (witness == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!field_from_bytes(&witness[i], piece->bytes + i * FIELD_BYTES))
            abort();
    enum trace_status status =
        trace_fill(&values, &fault, work->trace, work->program, witness, count);
    bool answered = status == TRACE_OK ? prove_filled(work, values) : refuse(fault.text);
    trace_values_free(values);
    free(witness);
    return answered;
}

static bool answer_question(struct work *work)
{
    const struct trace_limits limits = TRACE_LIMITS;
    struct failure failure = {0};
    struct trace_fault fault = {0};
    const struct piece *program = &work->question->program;
    if (acir_program_decode_any_form(&work->program, program->bytes, program->length, &failure) !=
        RESULT_OK)
        return refuse(failure.message);
    if (trace_make(&work->trace, &fault, work->program, &limits) != TRACE_OK)
        return refuse(fault.text);
    if (commit_points(work->trace) > work->crs->count ||
        (work->question->kind == 'p' &&
         prover_points(trace_log_rows(work->trace)) > work->crs->count))
        return refuse("too few points");
    if (!make_key(work))
        return false;
    return work->question->kind == 'k' ? answer('y', work->key, ultrahonk_key_length(work->target))
                                       : prove(work);
}

static bool work_on(const struct crs *crs, const struct question *question)
{
    struct work work = {
        .crs = crs, .question = question, .target = (enum ultrahonk_target)question->target};
    bool answered = answer_question(&work);
    trace_free(work.trace);
    acir_program_free(work.program);
    return answered;
}

static bool answer_all(const struct crs *crs)
{
    for (int kind = getchar(); kind != EOF; kind = getchar()) {
        struct question question = {.kind = kind, .target = getchar()};
        bool done = (kind == 'k' || kind == 'p') && question.target < ULTRAHONK_TARGET_COUNT &&
                    read_piece(&question.program) && read_piece(&question.witness) &&
                    work_on(crs, &question);
        free(question.program.bytes);
        free(question.witness.bytes);
        if (!done)
            return false;
    }
    return true;
}

int main(int count, char *arguments[])
{
    struct crs crs = {.count = count == 3 ? strtoul(arguments[2], NULL, 10) : 0};
    size_t at = 0;
    if (count != 3 || points_read(&crs.points, &at, arguments[1], crs.count) != ULTRAHONK_OK) {
        (void)fprintf(stderr, "keymaker: a folder with a CRS, and how many points\n");
        return EXIT_NO_QUESTION;
    }
    bool done = answer_all(&crs);
    free(crs.points);
    return done ? EXIT_SUCCESS : EXIT_NO_QUESTION;
}
