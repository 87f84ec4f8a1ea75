#include "process/child/exchange_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "process/child/allowance_internal.h"

enum { READ_BYTES = 65536 };

/* What is to be written next; NULL when all has been. */
static struct bytes *unwritten(struct exchange *exchange)
{
    for (int i = 0; i < EXCHANGE_PARTS; i++)
        if (exchange->parts[i].length > 0)
            return &exchange->parts[i];
    return NULL;
}

static enum child_outcome write_frame(struct exchange *exchange, struct bytes *part)
{
    ssize_t put = write(exchange->child->process.to_child, part->data, part->length);
    if (put > 0)
        *part = (struct bytes){part->data + put, part->length - (size_t)put};
    else if (put < 0 && errno == EPIPE)
        memset(exchange->parts, 0, sizeof(exchange->parts)); /* its output tells the rest */
    else if (put < 0 && errno != EAGAIN && errno != EINTR)
        return failure_say(exchange->failure, CHILD_DIED, "it cannot be written to: %s",
                           strerror(errno));
    return CHILD_OK;
}

static size_t header_bytes(const struct exchange *exchange)
{
    return frame_header_bytes(exchange->child->frames);
}

static bool has_header(const struct exchange *exchange)
{
    return exchange->framed && exchange->response->length >= header_bytes(exchange);
}

/* How many bytes may be read now without reading past the frame. 0: the frame is whole. */
static size_t wanted(const struct exchange *exchange)
{
    size_t have = exchange->response->length;
    if (!exchange->framed)
        return READ_BYTES;
    if (!has_header(exchange))
        return header_bytes(exchange) - have;
    size_t whole = header_bytes(exchange) + exchange->answer.payload_length;
    return whole - have < READ_BYTES ? whole - have : READ_BYTES;
}

static bool is_progress(const struct exchange *exchange)
{
    return exchange->child->frames == FRAME_WITH_KIND && has_header(exchange) &&
           exchange->answer.kind == MESSAGE_PROGRESS;
}

/* Whether the frame whose header has been read is one that a child may send. */
static bool is_ours(const struct exchange *exchange)
{
    if (exchange->child->frames == FRAME_WITH_KIND)
        return exchange->answer.kind == MESSAGE_ANSWER || exchange->answer.kind == MESSAGE_PROGRESS;
    return exchange->answer.id == exchange->child->last_id;
}

/* Whether what has been read can be, or become, the answer or a message before it. */
static enum child_outcome judge(struct exchange *exchange)
{
    size_t claimed = exchange->response->length;
    size_t most = exchange->limits->max_response_bytes;
    if (has_header(exchange)) {
        if (!frame_read_header(&exchange->answer, exchange->child->frames,
                               exchange->response->data) ||
            !is_ours(exchange))
            return failure_say(exchange->failure, CHILD_NONSENSE,
                               "its answer is to no request of ours");
        claimed = exchange->answer.payload_length;
        if (is_progress(exchange))
            most = CHILD_MOST_PROGRESS_BYTES;
    }
    if (claimed > most)
        return failure_say(exchange->failure, CHILD_NONSENSE, "its answer is longer than %zu bytes",
                           most);
    return CHILD_OK;
}

/* A whole message of progress has been read: tells of it, and makes place for the next frame. */
static enum child_outcome take_progress(struct exchange *exchange)
{
    struct buffer *response = exchange->response;
    const struct child_limits *limits = exchange->limits;
    if (++exchange->progress > CHILD_MOST_PROGRESS)
        return failure_say(exchange->failure, CHILD_NONSENSE,
                           "it tells of its progress without an end");
    if (limits->progress != NULL)
        limits->progress(limits->context, (struct bytes){response->data + header_bytes(exchange),
                                                         exchange->answer.payload_length});
    buffer_clear(response);
    return CHILD_OK;
}

static enum child_outcome read_response(struct exchange *exchange)
{
    struct buffer *response = exchange->response;
    if (!buffer_reserve(response, wanted(exchange)))
        return failure_say(exchange->failure, CHILD_INTERNAL, "no memory for bb's answer");
    ssize_t got = read(exchange->child->process.from_child, response->data + response->length,
                       wanted(exchange));
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return CHILD_OK;
    exchange->child->output_ended = got <= 0;
    if (got <= 0 && !exchange->framed) {
        exchange->whole = true;
        return CHILD_OK;
    }
    if (got <= 0)
        return failure_say(exchange->failure, CHILD_DIED, "it ended before it answered");
    response->length += (size_t)got;
    if (judge(exchange) != CHILD_OK)
        return CHILD_NONSENSE;
    bool whole = exchange->framed && wanted(exchange) == 0;
    if (whole && is_progress(exchange))
        return take_progress(exchange);
    exchange->whole = whole;
    return CHILD_OK;
}

enum child_outcome exchange_run(struct exchange *exchange)
{
    struct child *child = exchange->child;
    if (child->sandbox != NULL)
        allowance_give(child->process.pid, child->sandbox, exchange->limits);
    enum { INPUT, OUTPUT, ERRORS, CANCEL, COUNT };
    struct pollfd polled[COUNT] = {
        [INPUT] = {.fd = child->process.to_child, .events = POLLOUT},
        [OUTPUT] = {.fd = child->process.from_child, .events = POLLIN},
        [ERRORS] = {.fd = child->process.errors_from_child, .events = POLLIN},
        [CANCEL] = {.fd = exchange->limits->cancel, .events = POLLIN},
    };
    enum child_outcome outcome = CHILD_OK;
    while (outcome == CHILD_OK && !exchange->whole) {
        struct bytes *part = unwritten(exchange);
        if (part == NULL)
            polled[INPUT].fd = -1;
        int timeout = deadline_poll_timeout(exchange->limits->deadline);
        int ready = poll(polled, COUNT, timeout);
        if (ready == 0 || timeout == 0)
            return failure_say(exchange->failure, CHILD_TIMED_OUT, "it did not answer in time");
        if (ready < 0) {
            CHECK(errno == EINTR);
            continue;
        }
        if (polled[CANCEL].revents != 0)
            return failure_say(exchange->failure, CHILD_CANCELLED, "the request was called off");
        if (polled[ERRORS].revents != 0 && child_read_errors(child) == 0)
            polled[ERRORS].fd = -1;
        if (part != NULL && polled[INPUT].revents != 0)
            outcome = write_frame(exchange, part);
        if (outcome == CHILD_OK && polled[OUTPUT].revents != 0)
            outcome = read_response(exchange);
    }
    return outcome;
}

/* The header is ours to write: which kind it is, is the child's. */
static void set_parts(struct exchange *exchange, const struct buffer *frame,
                      const struct request_insert *insert)
{
    size_t at = insert == NULL ? frame->length : insert->at;
    size_t inserted = insert == NULL ? 0 : insert->bytes.length;
    CHECK(at >= FRAME_LENGTH_BYTES && at <= frame->length);
    struct frame_header header = {
        .payload_length = (uint32_t)(frame->length - FRAME_LENGTH_BYTES + inserted),
        .id = frame_next_id(exchange->child->frames, exchange->child->last_id),
        .kind = MESSAGE_QUESTION,
    };
    exchange->child->last_id = header.id;
    frame_write(exchange->header, exchange->child->frames, &header);
    exchange->parts[0] = (struct bytes){exchange->header, header_bytes(exchange)};
    exchange->parts[1] = (struct bytes){frame->data + FRAME_LENGTH_BYTES, at - FRAME_LENGTH_BYTES};
    if (insert != NULL)
        exchange->parts[2] = insert->bytes;
    exchange->parts[3] = (struct bytes){frame->data + at, frame->length - at};
}

enum child_outcome exchange_frames(struct exchange *exchange, const struct buffer *frame,
                                   const struct request_insert *insert)
{
    exchange->framed = true;
    set_parts(exchange, frame, insert);
    enum child_outcome outcome = exchange_run(exchange);
    if (outcome == CHILD_OK)
        buffer_consume(exchange->response, header_bytes(exchange));
    return outcome;
}
