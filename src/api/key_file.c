#include "api/key_file_internal.h"

#include <stdlib.h>
#include <string.h>

enum { SHORTEST_KEY = 16, LONGEST_KEY = 1024 };

/* A piece of the file. */
struct piece {
    const char *text;
    size_t length;
};

/* One line, and where it stands. */
struct line {
    struct piece piece;
    size_t number;
    const char *path;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct piece trim(struct piece piece)
{
    while (piece.length > 0 && is_blank(piece.text[0])) {
        piece.text++;
        piece.length--;
    }
    while (piece.length > 0 && is_blank(piece.text[piece.length - 1]))
        piece.length--;
    return piece;
}

/* Visible ASCII: what a header can hold, and what shows in a log. */
static bool is_visible(struct piece piece)
{
    for (size_t i = 0; i < piece.length; i++)
        if (piece.text[i] <= ' ' || piece.text[i] > '~')
            return false;
    return true;
}

/* Takes the first line off the rest of a text, which is not empty. */
static struct piece take_line(struct piece *rest)
{
    const char *newline = memchr(rest->text, '\n', rest->length);
    struct piece line = {rest->text,
                         newline == NULL ? rest->length : (size_t)(newline - rest->text)};
    size_t taken = line.length + (newline != NULL);
    *rest = (struct piece){rest->text + taken, rest->length - taken};
    return trim(line);
}

/* Passes over the word before an operator's name. */
static bool take_role(struct piece *piece)
{
    static const char role[] = "operator";
    const size_t length = sizeof(role) - 1;
    if (piece->length <= length || memcmp(piece->text, role, length) != 0 ||
        !is_blank(piece->text[length]))
        return false;
    *piece = trim((struct piece){piece->text + length, piece->length - length});
    return true;
}

static void hash_key(unsigned char hash[crypto_generichash_BYTES], const struct key_table *table,
                     struct piece key)
{
    (void)crypto_generichash(hash, crypto_generichash_BYTES, (const unsigned char *)key.text,
                             key.length, table->secret, sizeof(table->secret));
}

static enum result check_name(struct piece name, const struct line *line, struct failure *failure)
{
    if (name.length == 0 || name.length > ACCESS_NAME_CHARACTERS)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu: before the colon stands a name of 1 to %d characters, as "
                           "in name:key or operator name:key",
                           line->path, line->number, ACCESS_NAME_CHARACTERS);
    if (!is_visible(name))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu: a name is visible ASCII characters, without blanks; only "
                           "the word operator may stand before it",
                           line->path, line->number);
    return RESULT_OK;
}

static enum result check_key(struct piece key, const struct line *line, struct failure *failure)
{
    if (key.length < SHORTEST_KEY || key.length > LONGEST_KEY)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu: a key has %d to %d characters; this one has %zu",
                           line->path, line->number, SHORTEST_KEY, LONGEST_KEY, key.length);
    if (!is_visible(key))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu: a key is visible ASCII characters, without blanks, or no "
                           "request could bring it; a comment has a line of its own",
                           line->path, line->number);
    return RESULT_OK;
}

static enum result check_is_new(const struct key_table *table, const struct known_key *key,
                                const struct line *line, struct failure *failure)
{
    for (size_t i = 0; i < table->count; i++)
        if (sodium_memcmp(key->hash, table->keys[i].hash, sizeof(key->hash)) == 0)
            return failure_set(failure, RESULT_CONFIG_INVALID,
                               "%s line %zu has the key of line %zu: each line has a key of its "
                               "own",
                               line->path, line->number, table->keys[i].line);
    return RESULT_OK;
}

static enum result add_key(struct key_table *table, const struct known_key *key,
                           struct failure *failure)
{
    struct known_key *grown = realloc(table->keys, (table->count + 1) * sizeof(table->keys[0]));
    if (grown == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the API keys");
    table->keys = grown;
    table->keys[table->count++] = *key;
    return RESULT_OK;
}

static enum result read_line(struct key_table *table, const struct line *line,
                             struct failure *failure)
{
    struct piece rest = line->piece;
    struct known_key key = {.line = line->number};
    key.holder.is_operator = take_role(&rest);
    const char *colon = memchr(rest.text, ':', rest.length);
    if (colon == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu is not name:key or operator name:key", line->path,
                           line->number);
    size_t before = (size_t)(colon - rest.text);
    struct piece name = trim((struct piece){rest.text, before});
    struct piece secret = trim((struct piece){colon + 1, rest.length - before - 1});
    if (check_name(name, line, failure) != RESULT_OK ||
        check_key(secret, line, failure) != RESULT_OK)
        return failure->result;
    memcpy(key.holder.name, name.text, name.length);
    hash_key(key.hash, table, secret);
    if (check_is_new(table, &key, line, failure) != RESULT_OK)
        return failure->result;
    return add_key(table, &key, failure);
}

static struct piece skip_byte_order_mark(struct piece text)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t length = sizeof(mark) - 1;
    if (text.length < length || memcmp(text.text, mark, length) != 0)
        return text;
    return (struct piece){text.text + length, text.length - length};
}

enum result key_table_fill(struct key_table *table, const char *text, size_t length,
                           const char *path, struct failure *failure)
{
    struct piece rest = skip_byte_order_mark((struct piece){text, length});
    struct line line = {.path = path};
    randombytes_buf(table->secret, sizeof(table->secret));
    while (rest.length > 0) {
        line.piece = take_line(&rest);
        line.number++;
        if (line.piece.length > 0 && line.piece.text[0] != '#' &&
            read_line(table, &line, failure) != RESULT_OK)
            return failure->result;
    }
    if (table->count == 0)
        return failure_set(failure, RESULT_CONFIG_INVALID, "%s has no line name:key", path);
    return RESULT_OK;
}

void key_table_free(struct key_table *table)
{
    free(table->keys);
    *table = (struct key_table){0};
}

bool key_table_find(const struct key_table *table, const char *key, size_t length,
                    struct api_keys_holder *holder)
{
    unsigned char hash[crypto_generichash_BYTES];
    const struct known_key *found = NULL;
    hash_key(hash, table, (struct piece){key, length});
    for (size_t i = 0; i < table->count; i++)
        if (sodium_memcmp(hash, table->keys[i].hash, sizeof(hash)) == 0)
            found = &table->keys[i];
    if (found != NULL)
        *holder = found->holder;
    return found != NULL;
}
