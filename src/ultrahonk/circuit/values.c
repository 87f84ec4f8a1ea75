/* A trace's variables for one witness. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

enum { PAGE = 4096 };

/* Zeroed, in pages of its own that no core dump has. */
static void *allocate_secret(size_t bytes)
{
    size_t whole = (bytes + PAGE - 1) / PAGE * PAGE;
    void *memory = aligned_alloc(PAGE, whole);
    if (memory == NULL)
        return NULL;
    memset(memory, 0, whole);
    (void)madvise(memory, whole, MADV_DONTDUMP);
    return memory;
}

static void free_secret(void *memory, size_t bytes)
{
    size_t whole = (bytes + PAGE - 1) / PAGE * PAGE;
    if (memory == NULL)
        return;
    explicit_bzero(memory, bytes);
    (void)madvise(memory, whole, MADV_DODUMP);
    free(memory);
}

static void cut_values(struct cutter *cutter, struct trace_values **values,
                       const struct trace *trace)
{
    struct trace_values *cut = cutter_cut(cutter, 1, sizeof(**values));
    struct trace_values measured = {0};
    *values = cut;
    cut = cut == NULL ? &measured : cut;
    cut->variables = cutter_cut(cutter, trace->made.variables, sizeof(*cut->variables));
    cut->reads = cutter_cut(cutter, trace->table_rows, sizeof(*cut->reads));
    cut->records = cutter_cut(cutter, trace->made.rows[BLOCK_MEMORY], sizeof(*cut->records));
}

static struct trace_values *make_values(const struct trace *trace)
{
    struct cutter cutter = {0};
    struct trace_values *values;
    cut_values(&cutter, &values, trace);
    const size_t bytes = cutter.used;
    cutter = (struct cutter){.memory = allocate_secret(bytes)};
    if (cutter.memory == NULL)
        return NULL;
    cut_values(&cutter, &values, trace);
    values->bytes = bytes;
    return values;
}

void trace_values_free(struct trace_values *values)
{
    if (values != NULL)
        free_secret(values, values->bytes);
}

/* What only filling needs. */
static void cut_scratch(struct cutter *cutter, struct builder *builder, const struct extent *made)
{
    builder->records = cutter_cut(cutter, made->records, sizeof(*builder->records));
    builder->sorted = cutter_cut(cutter, made->records, sizeof(*builder->sorted));
    builder->cells = cutter_cut(cutter, made->cells, sizeof(*builder->cells));
    builder->cell_starts =
        cutter_cut(cutter, (size_t)made->cells + 1, sizeof(*builder->cell_starts));
}

static enum trace_status fill(struct builder *builder, const struct field *witness, size_t count)
{
    const struct trace *trace = builder->trace;
    struct cutter cutter = {0};
    cut_scratch(&cutter, builder, &trace->made);
    const size_t bytes = cutter.used;
    void *memory = allocate_secret(bytes);
    if (memory == NULL)
        return TRACE_NO_MEMORY;
    cutter = (struct cutter){.memory = memory};
    cut_scratch(&cutter, builder, &trace->made);
    if (count > builder->circuit->prover_witness_count)
        count = builder->circuit->prover_witness_count;
    if (count > 0)
        memcpy(builder->values->variables, witness, count * sizeof(*witness));
    builder_drive(builder);
    CHECK(builder_failed(builder) || builder->made.variables == trace->made.variables);
    free_secret(memory, bytes);
    return builder->status;
}

enum trace_status trace_fill(struct trace_values **values, struct trace_fault *fault,
                             const struct trace *trace, const struct acir_program *program,
                             const struct field *witness, size_t count)
{
    enum trace_status status = TRACE_NO_MEMORY;
    struct trace_values *made = make_values(trace);
    struct builder *builder = builder_begin_filling(fault, trace, &program->circuits[0]);
    if (made != NULL && builder != NULL) {
        builder->values = made;
        status = fill(builder, witness, count);
    }
    free(builder);
    if (status == TRACE_OK)
        *values = made;
    else
        trace_values_free(made);
    return status;
}
