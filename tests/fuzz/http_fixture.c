#include "http_fixture.h"

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <ultrahonk.h>
#include <unistd.h>

#include "api/api.h"
#include "base/check.h"
#include "base/log.h"
#include "engine/operations.h"
#include "jobs/service.h"
#include "proof_input.h"

enum { WORD_BYTES = 32, PATH_BYTES = 4096, PIECE_BYTES = 65536, ANSWER_MILLISECONDS = 60000 };

static struct fixture {
    char folder[PATH_BYTES];
    char data_folder[PATH_BYTES];
    struct crs crs;
    struct buffer records[ULTRAHONK_TARGET_COUNT];
    struct bb_abilities bb;
    struct api_keys *api_keys;
    struct registry *registry;
    struct service *service;
    struct budget budget;
    struct api api;
    struct server *server;
} fixture;

/* The sockets: see -Wl,--wrap in meson.build. */

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __real_bind(int descriptor, const struct sockaddr *address, socklen_t length);
int __wrap_bind(int descriptor, const struct sockaddr *address, socklen_t length);

/* An abstract name: no file. */
static struct sockaddr_un fixture_address(socklen_t *length)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int used = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "proverd-fuzz-%d",
                        (int)getpid());
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)used);
    return address;
}

int __wrap_socket(int domain, int type, int protocol)
{
    (void)domain, (void)protocol;
    return __real_socket(AF_UNIX, type, 0);
}

int __wrap_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
    (void)address, (void)length;
    struct sockaddr_un here = fixture_address(&length);
    return __real_bind(descriptor, (const struct sockaddr *)&here, length);
}

/* The engine. */

static void append_word(struct buffer *buffer)
{
    static const unsigned char word[WORD_BYTES] = {[WORD_BYTES - 1] = 1};
    CHECK(buffer_append(buffer, word, sizeof(word)));
}

static enum engine_outcome open_circuit(struct engine *engine, struct engine_circuit **circuit,
                                        struct bytes bytecode, struct failure *failure)
{
    (void)bytecode, (void)failure;
    *circuit = malloc(sizeof(**circuit));
    CHECK(*circuit != NULL);
    (*circuit)->engine = engine;
    return ENGINE_OK;
}

static void close_circuit(struct engine_circuit *circuit)
{
    free(circuit);
}

static enum engine_outcome describe(struct engine_circuit *circuit, struct circuit_stats *stats,
                                    const struct engine_task *task, struct failure *failure)
{
    (void)circuit, (void)task, (void)failure;
    *stats = (struct circuit_stats){.gates = 1, .rows = 64, .acir_opcodes = 1};
    return ENGINE_OK;
}

/* bb's key and proof for the target; false when it is none of libultrahonk's. */
static bool find_record(struct proof_input *record, enum verifier_target target)
{
    enum ultrahonk_target ours;
    if (!ultrahonk_target_parse(&ours, target_name(target)))
        return false;
    *record = proof_input_of(fixture.records[ours].data, fixture.records[ours].length);
    return true;
}

static enum engine_outcome compute_key(struct engine_circuit *circuit, struct verification_key *key,
                                       const struct engine_task *task, struct failure *failure)
{
    struct proof_input record;
    (void)circuit, (void)failure;
    if (find_record(&record, task->target))
        CHECK(buffer_append(&key->bytes, record.key, record.key_length));
    else
        append_word(&key->bytes);
    return ENGINE_OK;
}

static enum engine_outcome prove(struct engine_circuit *circuit, struct proof *proof,
                                 const struct engine_task *task, struct bytes key,
                                 struct bytes witness, struct failure *failure)
{
    struct proof_input record;
    (void)circuit, (void)key, (void)witness, (void)failure;
    if (find_record(&record, task->target)) {
        CHECK(buffer_append(&proof->proof, record.proof, record.proof_length));
        CHECK(buffer_append(&proof->public_inputs, record.public_inputs,
                            record.public_inputs_length));
        return ENGINE_OK;
    }
    append_word(&proof->proof);
    append_word(&proof->public_inputs);
    return ENGINE_OK;
}

static enum engine_outcome verify(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure)
{
    (void)engine, (void)task, (void)key, (void)failure;
    *verified = proof->proof.data[0] == 0;
    return ENGINE_OK;
}

static enum engine_outcome solidity_verifier(struct engine *engine, struct buffer *source,
                                             const struct engine_task *task, struct bytes key,
                                             struct failure *failure)
{
    (void)engine, (void)task, (void)key, (void)failure;
    CHECK(buffer_append(source, "contract", 8));
    return ENGINE_OK;
}

static void destroy(struct engine *engine)
{
    (void)engine;
}

static const struct engine_operations operations = {
    .open = open_circuit,
    .close = close_circuit,
    .describe = describe,
    .compute_key = compute_key,
    .prove = prove,
    .verify = verify,
    .solidity_verifier = solidity_verifier,
    .destroy = destroy,
};

static struct engine engine = {&operations};

/* Start and end. */

static void write_key_file(const char *path)
{
    FILE *file = fopen(path, "we");
    CHECK(file != NULL);
    CHECK(fputs("fuzz:" FIXTURE_KEY "\n", file) >= 0);
    CHECK(fclose(file) == 0);
}

static void make_folders(struct failure *failure)
{
    char keys[PATH_BYTES + 8];
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(fixture.folder, sizeof(fixture.folder), "%s/fuzz-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    CHECK(mkdtemp(fixture.folder) != NULL);
    (void)snprintf(keys, sizeof(keys), "%s/keys", fixture.folder);
    write_key_file(keys);
    CHECK(api_keys_load(&fixture.api_keys, keys, failure) == RESULT_OK);
    (void)snprintf(fixture.data_folder, sizeof(fixture.data_folder), "%.4000s/data",
                   fixture.folder);
}

static void read_records(void)
{
    static const char *const names[ULTRAHONK_TARGET_COUNT] = {
        [ULTRAHONK_EVM] = "square_evm",
        [ULTRAHONK_EVM_NO_ZK] = "square_evm_no_zk",
        [ULTRAHONK_NOIR_RECURSIVE] = "square_noir_recursive",
        [ULTRAHONK_NOIR_RECURSIVE_NO_ZK] = "square_noir_recursive_no_zk"};
    for (int i = 0; i < ULTRAHONK_TARGET_COUNT; i++) {
        char path[PATH_BYTES];
        (void)snprintf(path, sizeof(path), "%s/%s", FIXTURE_PROOFS, names[i]);
        FILE *file = fopen(path, "re");
        CHECK(file != NULL);
        char bytes[PIECE_BYTES];
        size_t length = fread(bytes, 1, sizeof(bytes), file);
        CHECK(length > 0 && buffer_append(&fixture.records[i], bytes, length));
        CHECK(fclose(file) == 0);
    }
    CHECK(ultrahonk_crs_aztec(&fixture.crs.verifier) == ULTRAHONK_OK);
}

static void add_circuit(const char *path, struct failure *failure)
{
    struct circuit *circuit = NULL;
    CHECK(circuit_read_file(&circuit, "square", path, failure) == RESULT_OK);
    CHECK(registry_add(fixture.registry, circuit, failure) == RESULT_OK);
}

static void start_service(struct failure *failure)
{
    fixture.crs = (struct crs){.points_path = "/dev/null", .points = 1 << 20, .files = "none"};
    read_records();
    fixture.bb = (struct bb_abilities){"fuzz", true, FRAME_BARE, true, false};
    const struct service_options options = {
        .engine = &engine,
        .registry = fixture.registry,
        .crs = &fixture.crs,
        .bb_path = "/bin/sh",
        .bb = &fixture.bb,
        .data_folder = fixture.data_folder,
        .scheduling = {.cores = 1, .workers = 1},
        .queue_capacity = 8,
        .prove_timeout_seconds = 60,
        .budget = &fixture.budget,
    };
    fixture.service = service_create(&options);
    CHECK(fixture.service != NULL);
    CHECK(service_load_circuits(fixture.service, failure) == RESULT_OK);
    CHECK(service_start(fixture.service, failure) == RESULT_OK);
}

static void start_server(struct failure *failure)
{
    const struct api_options api = {
        .service = fixture.service,
        .api_keys = fixture.api_keys,
        .allow_uploads = true,
        .version = "fuzz",
        .engine_name = "fuzz",
        .sandbox = "off",
        .max_witness_bytes = 1 << 16,
    };
    const struct server_options options = {
        .handlers = &api_handlers,
        .context = &fixture.api,
        .workers = 1,
        .address = "127.0.0.1",
        .cors_origin = "*",
        .max_connections = 16,
        .max_body_bytes = 1 << 16,
        .budget = &fixture.budget,
        .header_timeout_seconds = 5,
        .body_timeout_seconds = 5,
        .send_timeout_seconds = 5,
        .idle_timeout_seconds = 5,
        .request_timeout_seconds = 60,
    };
    CHECK(api_start(&fixture.api, &api, failure) == RESULT_OK);
    CHECK(server_start(&fixture.server, &options, failure) == RESULT_OK);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void stop(void)
{
    server_stop_accepting(fixture.server);
    service_stop(fixture.service, 0);
    api_stop(&fixture.api);
    server_destroy(fixture.server);
    api_destroy(&fixture.api);
    service_destroy(fixture.service);
    registry_destroy(fixture.registry);
    budget_destroy(&fixture.budget);
    api_keys_destroy(fixture.api_keys);
    crs_close(&fixture.crs);
    for (int i = 0; i < ULTRAHONK_TARGET_COUNT; i++)
        buffer_free(&fixture.records[i]);
    (void)nftw(fixture.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void start(void)
{
    struct failure failure = {0};
    enum { MOST_CIRCUITS = 4 };
    if (fixture.server != NULL)
        return;
    log_configure(LOG_ERROR, LOG_FORMAT_TEXT);
    make_folders(&failure);
    budget_init(&fixture.budget, 1 << 20);
    fixture.registry = registry_create(MOST_CIRCUITS);
    CHECK(fixture.registry != NULL);
    add_circuit(FIXTURE_CIRCUIT, &failure);
    start_service(&failure);
    start_server(&failure);
    CHECK(atexit(stop) == 0);
}

/* One exchange. */

static int connect_to_server(void)
{
    socklen_t length;
    struct sockaddr_un address = fixture_address(&length);
    int client = __real_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(client >= 0 && connect(client, (const struct sockaddr *)&address, length) == 0);
    return client;
}

/* Whether there is something to read, or the end, in time. libFuzzer's timer interrupts. */
static bool await(int client, int milliseconds)
{
    struct pollfd readable = {.fd = client, .events = POLLIN};
    int ready;
    do
        ready = poll(&readable, 1, milliseconds);
    while (ready < 0 && errno == EINTR);
    return ready == 1;
}

/* Reads what there is; false at the end. A server that never closes has failed. */
static bool receive(struct buffer *answer, int client)
{
    char bytes[PIECE_BYTES];
    CHECK(await(client, ANSWER_MILLISECONDS));
    ssize_t got = read(client, bytes, sizeof(bytes));
    CHECK(got <= 0 || buffer_append(answer, bytes, (size_t)got));
    return got > 0;
}

/*
 * libmicrohttpd overlooks an end that comes together with the last bytes, and leaves the connection
 * to the deadlines: so the end comes once the bytes have been read, or when an answer is there.
 */
static void end_sending(int client)
{
    int unread = 0;
    while (ioctl(client, SIOCOUTQ, &unread) == 0 && unread > 0 && !await(client, 0))
        (void)sched_yield();
    (void)shutdown(client, SHUT_WR);
}

/* The server may answer and close in the midst: then the rest is nobody's. */
static void send_all(int client, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = send(client, bytes, length, MSG_NOSIGNAL);
        if (put <= 0)
            break;
        bytes += put;
        length -= (size_t)put;
    }
    end_sending(client);
}

static void check_answer(const struct buffer *answer)
{
    static const char protocol[] = "HTTP/1.";
    enum { STATUS_AT = sizeof("HTTP/1.1") };
    if (answer->length == 0)
        return;
    CHECK(answer->length > STATUS_AT + 4);
    CHECK(memcmp(answer->data, protocol, sizeof(protocol) - 1) == 0);
    CHECK(memcmp(answer->data + STATUS_AT, "500", 3) != 0);
    const char *text = (const char *)answer->data;
    const char *body = memmem(text, answer->length, "\r\n\r\n", 4);
    CHECK(body != NULL);
    body += 4;
    size_t left = answer->length - (size_t)(body - text);
    const char *type =
        memmem(text, (size_t)(body - text), "Content-Type: application/json\r\n", 32);
    /* The first answer ends where the next begins, which to HEAD is at once: what is behind a JSON
     * value is not read. */
    if (type == NULL || left == 0 || memmem(body, left, protocol, sizeof(protocol) - 1) == body)
        return;
    json_t *json = json_loadb(body, left, JSON_DISABLE_EOF_CHECK, NULL);
    CHECK(json != NULL);
    json_decref(json);
}

void http_fixture_exchange(const void *bytes, size_t length)
{
    struct buffer answer = BUFFER_EMPTY;
    start();
    int client = connect_to_server();
    send_all(client, bytes, length);
    while (receive(&answer, client))
        ;
    close(client);
    check_answer(&answer);
    buffer_free(&answer);
}

void http_fixture_verify(const char *content_type, const void *body, size_t length)
{
    struct buffer request = BUFFER_EMPTY;
    char head[512];
    int used = snprintf(head, sizeof(head),
                        "POST /api/verify HTTP/1.1\r\nHost: f\r\nX-API-Key: " FIXTURE_KEY
                        "\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                        content_type, length);
    CHECK(used > 0 && (size_t)used < sizeof(head));
    CHECK(buffer_append(&request, head, (size_t)used));
    CHECK(length == 0 || buffer_append(&request, body, length));
    http_fixture_exchange(request.data, request.length);
    buffer_free(&request);
}
