/* The whole server, with an engine that makes no proofs, from its start to its end: each call of
 * the system fails once, on whichever thread. What is asked meanwhile is answered, or the
 * connection ends. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <ultrahonk.h>
#include <unistd.h>

#include "api/api.h"
#include "artifact.h"
#include "base/json.h"
#include "base/log.h"
#include "engine_fake.h"
#include "inject.h"
#include "jobs/service.h"
#include "witness_writer.h"

enum { WITNESS_COUNT = 2, ANSWER_MILLISECONDS = 20000, ANSWER_BYTES = 65536, ENOUGH_PROOFS = 100 };

static char folder[PATH_MAX];
static char *artifact;
static struct buffer prove_request;

struct scene {
    struct engine_fake engine;
    struct crs crs;
    struct bb_abilities bb;
    struct registry *registry;
    struct service *service;
    struct budget budget;
    struct api api;
    struct server *server;
};

static int make_inputs(void **state)
{
    struct buffer witness = BUFFER_EMPTY;
    char head[256];
    (void)state;
    make_folder(folder);
    artifact = artifact_of_hex(small_program);
    witness_write(&witness, COMPACT, WITNESS_COUNT);
    int length =
        snprintf(head, sizeof(head),
                 "POST /api/prove?verifierTarget=evm HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
                 "Accept: application/json\r\nContent-Length: %zu\r\n\r\n",
                 witness.length);
    assert_true(buffer_append(&prove_request, head, (size_t)length));
    assert_true(buffer_append(&prove_request, witness.data, witness.length));
    buffer_free(&witness);
    return 0;
}

static int free_inputs(void **state)
{
    (void)state;
    buffer_free(&prove_request);
    free(artifact);
    remove_folder(folder);
    return 0;
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory");
}

static enum result start_service(struct scene *scene, struct failure *failure)
{
    const struct service_options options = {
        .engine = &scene->engine.engine,
        .registry = scene->registry,
        .crs = &scene->crs,
        .bb_path = "/bin/true",
        .bb = &scene->bb,
        .data_folder = folder,
        .scheduling = {.cores = 1, .workers = 1},
        .queue_capacity = 8,
        .prove_timeout_seconds = 60,
        .sharing = {.in_flight = true, .proof_bytes = 1 << 20, .proof_seconds = 60},
    };
    struct circuit *circuit = NULL;
    enum result result = circuit_parse(&circuit, "small", artifact, strlen(artifact), failure);
    if (result == RESULT_OK)
        result = registry_add(scene->registry, circuit, failure);
    if (result != RESULT_OK) {
        circuit_release(circuit);
        return result;
    }
    scene->service = service_create(&options);
    if (scene->service == NULL)
        return no_memory(failure);
    result = service_load_circuits(scene->service, failure);
    return result == RESULT_OK ? service_start(scene->service, failure) : result;
}

static enum result start_server(struct scene *scene, struct failure *failure)
{
    const struct api_options api = {
        .service = scene->service,
        .version = "test",
        .engine_name = "test",
        .sandbox = "off",
        .metrics = true,
        .max_witness_bytes = 1 << 16,
    };
    const struct server_options options = {
        .handlers = &api_handlers,
        .context = &scene->api,
        .workers = 1,
        .address = "127.0.0.1",
        .cors_origin = "*",
        .max_connections = 8,
        .max_body_bytes = 1 << 16,
        .budget = &scene->budget,
        .header_timeout_seconds = 10,
        .body_timeout_seconds = 10,
        .send_timeout_seconds = 10,
        .idle_timeout_seconds = 10,
        .request_timeout_seconds = 60,
    };
    enum result result = api_start(&scene->api, &api, failure);
    if (result != RESULT_OK)
        return result;
    return server_start(&scene->server, &options, failure);
}

int __real_socket(int domain, int type, int protocol);

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int client = __real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client >= 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof(address)), 0);
    return client;
}

static void exchange(const struct scene *scene, const void *request, size_t length)
{
    static char answer[ANSWER_BYTES];
    size_t used = 0;
    ssize_t got = 1;
    int client = connect_to(server_port(scene->server));
    assert_int_equal(send(client, request, length, MSG_NOSIGNAL), (ssize_t)length);
    while (got > 0 && used < sizeof(answer)) {
        struct pollfd readable = {.fd = client, .events = POLLIN};
        assert_int_equal(poll(&readable, 1, ANSWER_MILLISECONDS), 1);
        got = recv(client, answer + used, sizeof(answer) - used, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    close(client);
    assert_true(used == 0 || (used > 12 && memcmp(answer, "HTTP/1.1 ", 9) == 0));
}

/* One of each route, and of each form that it answers in. */
struct question {
    const char *line;
    const char *header; /* "" for none */
    const char *body;
};

#define ZERO_WORD "0x" ZERO_HALF ZERO_HALF
#define ZERO_HALF "00000000000000000000000000000000"

static const struct question questions[] = {
    {"GET /api", "", ""},
    {"GET /api/health", "", ""},
    {"GET /api/ready", "", ""},
    {"GET /api/openapi.json", "", ""},
    {"GET /api/docs", "", ""},
    {"GET /metrics", "", ""},
    {"GET /api/circuits", "", ""},
    {"GET /api/circuits/small", "", ""},
    {"GET /api/circuits/small/vk", "", ""},
    {"GET /api/circuits/small/vk", "Accept: application/json\r\n", ""},
    {"GET /api/circuits/small/vk", "If-None-Match: *\r\n", ""},
    {"GET /api/circuits/small/verifier.sol", "", ""},
    {"GET /api/health?verbose=1", "", ""},
    {"GET /nowhere", "", ""},
    {"OPTIONS /api/prove", "", ""},
    {"POST /api/execute", "Content-Type: application/json\r\n", "{}"},
    {"POST /api/circuits?name=x", "Content-Type: application/json\r\n", "{}"},
    {"DELETE /api/circuits/small", "", ""},
    {"POST /api/prove?verifierTarget=evm", "Idempotency-Key: one\r\n", "no witness"},
    {"POST /api/verify", "Content-Type: application/json\r\n",
     "{\"proof\":\"" ZERO_WORD "\",\"publicInputs\":[\"" ZERO_WORD "\"]}"},
    {"POST /api/verify", "Content-Type: multipart/form-data; boundary=b\r\n",
     "--b\r\nContent-Disposition: form-data; name=\"proof\"\r\n\r\n"
     "12345678901234567890123456789012\r\n--b--\r\n"},
};

static void ask(const struct scene *scene, const struct question *question)
{
    char request[1024];
    (void)snprintf(request, sizeof(request),
                   "%s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n%s",
                   question->line, question->header, strlen(question->body), question->body);
    exchange(scene, request, strlen(request));
}

static void stop(struct scene *scene)
{
    if (scene->server != NULL)
        server_stop_accepting(scene->server);
    if (scene->service != NULL)
        service_stop(scene->service, 0);
    api_stop(&scene->api);
    if (scene->server != NULL)
        server_destroy(scene->server);
    api_destroy(&scene->api);
    if (scene->service != NULL)
        service_destroy(scene->service);
    registry_destroy(scene->registry);
    budget_destroy(&scene->budget);
}

/* Made once: that takes longer than all that is asked, and fails in tests of its own. */
static struct ultrahonk_crs *ceremony(void)
{
    static struct ultrahonk_crs *crs;
    if (crs == NULL)
        assert_int_equal(ultrahonk_crs_aztec(&crs), ULTRAHONK_OK);
    return crs;
}

static enum result serve(struct failure *failure)
{
    struct scene scene = {.crs = {.points_path = "/dev/null", .points = 1 << 10, .files = "none"}};
    fault_hold();
    engine_fake_open(&scene.engine);
    scene.crs.verifier = ceremony();
    engine_fake_let_keys_through(&scene.engine, 1U << 20);
    engine_fake_let_through(&scene.engine, ENOUGH_PROOFS);
    fault_go_on();
    budget_init(&scene.budget, 1 << 20);
    scene.registry = registry_create(4);
    enum result result =
        scene.registry == NULL ? no_memory(failure) : start_service(&scene, failure);
    if (result == RESULT_OK)
        result = start_server(&scene, failure);
    if (result == RESULT_OK) {
        for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
            ask(&scene, &questions[i]);
        exchange(&scene, prove_request.data, prove_request.length);
    }
    if (scene.registry != NULL)
        stop(&scene);
    engine_fake_close(&scene.engine);
    return result;
}

static void test_server__each_failure(void **state)
{
    (void)state;
    fail_each(serve, 1 << FAULT_MEMORY | 1 << FAULT_DESCRIPTOR | 1 << FAULT_PROCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_server__each_failure)};
    support_start();
    json_start_wiping();
    log_configure(LOG_ERROR, LOG_FORMAT_TEXT);
    return cmocka_run_group_tests(tests, make_inputs, free_inputs);
}
