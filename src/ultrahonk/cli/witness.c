/* A witness from its file, checked as proverd checks it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "noir/acir/acir.h"
#include "noir/witness/values.h"
#include "noir/witness/witness.h"
#include "ultrahonk/cli/cli_internal.h"

enum { MOST_WITNESS_BYTES = 1 << 30, PIECE_BYTES = 1 << 16 };

static enum cli_exit take_values(struct field **values, size_t count, const struct buffer *witness)
{
    struct field *taken = secret_allocate(count * sizeof(*taken));
    if (taken == NULL || !witness_values_read(taken, count, witness->data, witness->length)) {
        secret_free(taken);
        return cli_fail("there is no memory for the witness");
    }
    *values = taken;
    return CLI_DONE;
}

/* What is wrong with the content, finishing says. */
static bool feed_file(struct witness_reader *reader, int file)
{
    unsigned char piece[PIECE_BYTES];
    struct failure ignored = {0};
    ssize_t got;
    do {
        got = read(file, piece, sizeof(piece));
        if (got > 0)
            (void)witness_reader_feed(reader, piece, (size_t)got, &ignored);
    } while (got > 0 || (got < 0 && errno == EINTR));
    int why = errno;
    explicit_bzero(piece, sizeof(piece));
    errno = why;
    return got == 0;
}

static enum cli_exit read_values(struct field **values, size_t count, const char *path,
                                 struct witness_reader *reader)
{
    struct failure failure = {0};
    struct buffer witness = BUFFER_EMPTY;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool whole = file >= 0 && feed_file(reader, file);
    enum cli_exit end;
    if (!whole)
        end = cli_fail("%s: %s", path, strerror(errno));
    else if (witness_reader_finish(reader, &witness, &failure) != RESULT_OK)
        end = cli_fail("%s: %s", path, failure.message);
    else
        end = take_values(values, count, &witness);
    if (file >= 0)
        (void)close(file);
    buffer_free(&witness);
    return end;
}

enum cli_exit cli_read_witness(struct field **values, size_t *count,
                               const struct acir_program *program, const char *path)
{
    const struct acir_inspection inspection = acir_program_inspect(program);
    const struct witness_expectations expectations = {.witness_count = inspection.witness_count,
                                                      .may_be_empty = !inspection.has_witnesses,
                                                      .max_bytes = MOST_WITNESS_BYTES};
    struct witness_reader *reader = witness_reader_create(&expectations);
    if (reader == NULL)
        return cli_fail("there is no memory for the witness");
    enum cli_exit end = read_values(values, inspection.witness_count, path, reader);
    witness_reader_destroy(reader);
    *count = inspection.witness_count;
    return end;
}
