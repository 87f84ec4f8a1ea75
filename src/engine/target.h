/*
 * The verifier targets: for whom a proof is made. One table says what each means to bb, so that a
 * key, a proof and its check cannot be made for different ones.
 * Source: `bb prove --help` of 5.0.0 and its answers to each combination of settings.
 */
#ifndef ENGINE_TARGET_H
#define ENGINE_TARGET_H

#include <stdbool.h>

/* bb's ProofSystemSettings: what a verifier target means to it. */
struct proof_system_settings {
    const char *oracle_hash_type;
    bool ipa_accumulation;
    bool disable_zk;
};

/* X(name, bb's name, oracle hash, IPA accumulation, without ZK) */
#define TARGET_TABLE(X)                                                                            \
    X(TARGET_NOIR_RECURSIVE, "noir-recursive", "poseidon2", false, false)                          \
    X(TARGET_NOIR_RECURSIVE_NO_ZK, "noir-recursive-no-zk", "poseidon2", false, true)               \
    X(TARGET_EVM, "evm", "keccak", false, false)                                                   \
    X(TARGET_EVM_NO_ZK, "evm-no-zk", "keccak", false, true)                                        \
    X(TARGET_NOIR_ROLLUP, "noir-rollup", "poseidon2", true, false)                                 \
    X(TARGET_NOIR_ROLLUP_NO_ZK, "noir-rollup-no-zk", "poseidon2", true, true)                      \
    X(TARGET_STARKNET, "starknet", "starknet", false, false)                                       \
    X(TARGET_STARKNET_NO_ZK, "starknet-no-zk", "starknet", false, true)

enum verifier_target {
#define X(name, text, hash, ipa, no_zk) name,
    TARGET_TABLE(X)
#undef X
        TARGET_COUNT
};

/* What bb takes when no target is named, and so what the API does. */
#define TARGET_DEFAULT TARGET_NOIR_RECURSIVE

/* bb's name for the target. A static string. */
const char *target_name(enum verifier_target target);

/* What the target means to bb. A static struct. */
const struct proof_system_settings *target_settings(enum verifier_target target);

/* Finds the target that bb calls `name`. False, and *target as it was, when there is none. */
bool target_parse(enum verifier_target *target, const char *name);

#endif
