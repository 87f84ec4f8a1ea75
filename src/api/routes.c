/* What the API answers to. */
#include <stdio.h>

#include "api/call_internal.h"

enum { OPEN = false, NEEDS_KEY = true };

/* What queries take. */
#define NOTHING ""
#define TARGET "verifierTarget"
#define CIRCUIT "circuit"
#define CIRCUIT_AND_TARGET "circuit, verifierTarget"

const struct route api_routes[] = {
    {"GET", "/api", NOTHING, OPEN, "what this is, and its endpoints", NULL, NULL, about_index,
     NULL},
    {"GET", "/api/health", NOTHING, OPEN, "whether proofs can be made", NULL, NULL, about_health,
     NULL},
    {"GET", "/metrics", NOTHING, OPEN, "how the server does, for Prometheus", NULL, NULL,
     metrics_show, NULL},
    {"GET", "/api/ready", NOTHING, OPEN, "whether it takes more work", NULL, NULL, about_ready,
     NULL},
    {"GET", "/api/openapi.json", NOTHING, OPEN, "this API, described by OpenAPI 3.1", NULL, NULL,
     about_openapi, NULL},
    {"GET", "/api/docs", NOTHING, OPEN, "the same as a page to read", NULL, NULL, about_docs, NULL},
    {"POST", "/api/prove", CIRCUIT_AND_TARGET, NEEDS_KEY, "a witness or inputs in, a proof out",
     prove_begin, prove_take, prove_finish, prove_reply},
    {"POST", "/api/execute", CIRCUIT, NEEDS_KEY, "inputs in, a witness out", execute_begin,
     inputs_take, inputs_finish, execute_reply},
    {"POST", "/api/verify", CIRCUIT_AND_TARGET, NEEDS_KEY, "whether a proof is right", verify_begin,
     verify_take, verify_finish, verify_reply},
    {"GET", "/api/circuits", NOTHING, OPEN, "the circuits", NULL, NULL, circuits_list, NULL},
    {"POST", "/api/circuits", "name", NEEDS_KEY, "a compiled circuit in", circuits_upload_begin,
     circuits_upload_take, circuits_upload_finish, circuits_upload_reply},
    {"GET", "/api/circuits/{circuit}", NOTHING, OPEN, "one circuit", NULL, NULL, circuits_show,
     NULL},
    {"DELETE", "/api/circuits/{circuit}", NOTHING, NEEDS_KEY, "an uploaded circuit out", NULL, NULL,
     circuits_delete, circuits_delete_reply},
    {"POST", "/api/circuits/{circuit}/prove", TARGET, NEEDS_KEY, "as POST /api/prove", prove_begin,
     prove_take, prove_finish, prove_reply},
    {"POST", "/api/circuits/{circuit}/execute", NOTHING, NEEDS_KEY, "as POST /api/execute",
     execute_begin, inputs_take, inputs_finish, execute_reply},
    {"GET", "/api/circuits/{circuit}/vk", TARGET, OPEN, "its verification key", NULL, NULL,
     keys_show, keys_show_reply},
    {"GET", "/api/circuits/{circuit}/verifier.sol", TARGET, OPEN, "its Solidity verifier", NULL,
     NULL, keys_solidity, keys_solidity_reply},
    {.method = NULL},
};

json_t *routes_describe(void)
{
    json_t *endpoints = json_object();
    for (const struct route *route = api_routes; route->method != NULL; route++) {
        char endpoint[64];
        (void)snprintf(endpoint, sizeof(endpoint), "%s %s", route->method, route->path);
        (void)json_object_set_new(endpoints, endpoint, json_string(route->about));
    }
    return endpoints;
}
