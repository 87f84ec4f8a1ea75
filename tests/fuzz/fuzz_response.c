/* A payload from bb, read as each of the answers that it could be. */
#include <ctype.h>
#include <string.h>

#include "base/events.h"
#include "engine/bb/response.h"
#include "engine/bb/schema.h"
#include "fuzz.h"
#include "process/redact.h"

enum { WORD_BYTES = 32, LONGEST_NUMBER = 4, SHORT_LINE_BYTES = 40 };

static void check_words(const struct buffer *words)
{
    CHECK(words->length % WORD_BYTES == 0);
}

/* One printable line without a number that could be a value. */
static void check_line(const char *line)
{
    size_t digits = 0;
    for (const char *at = line; *at != '\0'; at++) {
        CHECK(isprint((unsigned char)*at));
        digits = isxdigit((unsigned char)*at) ? digits + 1 : 0;
        CHECK(digits <= LONGEST_NUMBER);
    }
}

static void check_redacted(const uint8_t *data, size_t size)
{
    char line[1024];
    char cut[SHORT_LINE_BYTES];
    redact(line, sizeof(line), (const char *)data, size);
    check_line(line);
    redact(cut, sizeof(cut), (const char *)data, size);
    check_line(cut);
}

static void check_outcome(enum engine_outcome outcome)
{
    CHECK(outcome == ENGINE_OK || outcome == ENGINE_REFUSED || outcome == ENGINE_NONSENSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes payload = {data, size};
    struct circuit_stats stats;
    struct verification_key key = {0};
    struct proof proof = {0};
    struct buffer source = BUFFER_EMPTY;
    struct failure failure = {0};
    bool verified = false;

    check_redacted(data, size);
    (void)pack_counts_fit(data, size);
    (void)schema_has_command(payload, schema_needed_commands[0]);

    check_outcome(response_circuit_stats(&stats, payload, &failure));
    check_outcome(response_verified(&verified, payload, &failure));
    check_outcome(response_solidity_verifier(&source, payload, &failure));
    check_outcome(response_verification_key(&key, payload, &failure));
    check_words(&key.bytes);
    check_outcome(response_proof(&proof, payload, &failure));
    check_words(&proof.proof);
    check_words(&proof.public_inputs);

    buffer_free(&source);
    verification_key_free(&key);
    proof_free(&proof);
    return 0;
}
