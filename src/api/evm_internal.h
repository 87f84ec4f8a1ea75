/* What an Ethereum contract wants to be called with. Private to api/. */
#ifndef API_EVM_INTERNAL_H
#define API_EVM_INTERNAL_H

#include <jansson.h>

#include "engine/types.h"

/*
 * The calldata of `verify(bytes,bytes32[])`, the one function of the Solidity verifier, as 0x-hex.
 * NULL for lack of memory. A new reference. Source: the Solidity contract ABI specification.
 */
json_t *evm_calldata(const struct proof *proof);

#endif
