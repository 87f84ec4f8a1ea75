/* Which operations belong to which memory block. */
#include <stdlib.h>

#include "ultrahonk/circuit/trace_internal.h"

/* What a block held and did before counts no more. */
static void initialise(struct memory_plan *plan, uint32_t opcode, uint32_t size)
{
    *plan = (struct memory_plan){.initialisation = opcode,
                                 .size = size,
                                 .exists = true,
                                 .is_early = plan->is_early,
                                 .first_operation = plan->is_early ? plan->first_operation : 0};
}

static void add_operation(struct memory_plans *plans, uint32_t opcode,
                          const struct acir_memory_operation *operation)
{
    struct memory_plan *plan = &plans->plans[operation->block];
    if (!plan->exists || plan->is_early) {
        plan->first_operation = plan->is_early ? plan->first_operation : opcode;
        plan->is_early = true;
        return;
    }
    if (plan->operations == 0)
        plan->first_operation = opcode;
    else
        plans->next_operation[plan->last_operation] = opcode;
    plan->last_operation = opcode;
    plan->operations++;
    plan->is_ram = plan->is_ram || operation->is_write;
}

bool memory_plans_make(struct memory_plans *plans, const struct acir_circuit *circuit)
{
    *plans = (struct memory_plans){.count = circuit->block_count};
    plans->plans = calloc((size_t)circuit->block_count + 1, sizeof(*plans->plans));
    plans->next_operation =
        calloc((size_t)circuit->opcode_count + 1, sizeof(*plans->next_operation));
    if (plans->plans == NULL || plans->next_operation == NULL)
        return false;
    for (uint32_t i = 0; i < circuit->opcode_count; i++) {
        const struct acir_opcode *opcode = &circuit->opcodes[i];
        if (opcode->kind == ACIR_MEMORY_INITIALISATION)
            initialise(&plans->plans[opcode->as.memory_initialisation.block], i,
                       opcode->as.memory_initialisation.values.count);
        else if (opcode->kind == ACIR_MEMORY_OPERATION)
            add_operation(plans, i, &opcode->as.memory_operation);
    }
    return true;
}

void memory_plans_free(struct memory_plans *plans)
{
    free(plans->plans);
    free(plans->next_operation);
    *plans = (struct memory_plans){0};
}
