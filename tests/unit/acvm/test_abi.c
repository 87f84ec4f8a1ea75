/* The ABI: inputs to witnesses with every mistake named, and values back from cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/abi.h"

#define U8 "{'kind':'integer','sign':'unsigned','width':8}"
#define I8 "{'kind':'integer','sign':'signed','width':8}"
#define FIELD_TYPE "{'kind':'field'}"
#define BOOLEAN "{'kind':'boolean'}"
#define POINT                                                                                      \
    "{'kind':'struct','path':'geometry::Point','fields':[{'name':'x','type':" FIELD_TYPE           \
    "},{'name':'y','type':" FIELD_TYPE "}]}"
#define PARAMETER(name, visibility, type)                                                          \
    "{'name':'" name "','visibility':'" visibility "','type':" type "}"

/* JSON with ' for the quotes of strings, and ` for quotes within them. */
static json_t *json_of(const char *text)
{
    char *copy = calloc(2, strlen(text) + 1);
    char *out = copy;
    for (; *text != '\0'; text++) {
        if (*text == '`')
            *out++ = '\\';
        *out++ = *text == '\'' || *text == '`' ? '"' : *text;
    }
    json_error_t error;
    json_t *value = json_loads(copy, JSON_DECODE_ANY, &error);
    if (value == NULL)
        fail_msg("%s: %s", error.text, copy);
    free(copy);
    return value;
}

static struct abi *abi_of(const char *parameters, const char *return_type, const char *errors)
{
    char *text;
    assert_true(asprintf(&text, "{'parameters':[%s],'return_type':%s,'error_types':%s}", parameters,
                         return_type, errors) > 0);
    json_t *object = json_of(text);
    struct abi *abi = NULL;
    struct failure failure = {.result = RESULT_OK};
    if (abi_read(&abi, object, &failure) != RESULT_OK)
        fail_msg("%s", failure.message);
    json_decref(object);
    free(text);
    return abi;
}

static void assert_cells(const char *parameters, const char *inputs, size_t count,
                         const uint64_t cells[])
{
    struct abi *abi = abi_of(parameters, "null", "{}");
    json_t *values = json_of(inputs);
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    assert_int_equal(abi_encode(abi, values, &witnesses, &mistakes), RESULT_OK);
    assert_int_equal(witnesses.count, count);
    for (uint32_t index = 0; index < count; index++) {
        struct field expected = field_from_u64(cells[index]);
        assert_non_null(witness_map_get(&witnesses, index));
        assert_true(field_equal(witness_map_get(&witnesses, index), &expected));
    }
    witness_map_free(&witnesses);
    json_decref(values);
    abi_free(abi);
}

/* The mistakes as a JSON list of strings in single quotes. */
static void assert_mistakes(const char *parameters, const char *inputs, const char *expected)
{
    struct abi *abi = abi_of(parameters, "null", "{}");
    json_t *values = json_of(inputs);
    json_t *wanted = json_of(expected);
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    assert_int_equal(abi_encode(abi, values, &witnesses, &mistakes), RESULT_BODY_MALFORMED);
    char *found = json_dumps(mistakes, 0);
    char *wanted_text = json_dumps(wanted, 0);
    assert_string_equal(found, wanted_text);
    assert_int_equal(witnesses.count, 0);
    free(found);
    free(wanted_text);
    json_decref(mistakes);
    json_decref(wanted);
    json_decref(values);
    abi_free(abi);
}

/* One parameter of each kind. */
static const char all_kinds[] =
    PARAMETER("f", "private", FIELD_TYPE) "," PARAMETER("i", "private", I8) "," PARAMETER("b", "public", BOOLEAN) "," PARAMETER(
        "s", "private",
        "{'kind':'string','length':2}") "," PARAMETER("a", "private",
                                                      "{'kind':'array','length':2,'type':" U8
                                                      "}") "," PARAMETER("t", "private",
                                                                         "{'kind':'tuple','fields':"
                                                                         "[" U8 "," BOOLEAN
                                                                         "]}") "," PARAMETER("p",
                                                                                             "priva"
                                                                                             "te",
                                                                                             POINT);

static const char moves[] =
    PARAMETER("moves", "private", "{'kind':'array','length':3,'type':" U8 "}");

static void test_abi_encode__every_kind(void **state)
{
    (void)state;
    static const uint64_t cells[] = {7, 255, 1, 'h', 'i', 1, 2, 9, 0, 5, 6};
    assert_cells(all_kinds,
                 "{'f':'0x7','i':-1,'b':true,'s':'hi','a':[1,'2'],'t':[9,false],'p':{'y':6,'x':5}}",
                 11, cells);
}

static void test_abi_encode__return_is_ignored(void **state)
{
    (void)state;
    static const uint64_t cells[] = {1, 2, 3};
    assert_cells(moves, "{'moves':[1,2,3],'return':5}", 3, cells);
}

static void test_abi_encode__all_mistakes_at_once(void **state)
{
    (void)state;
    assert_mistakes(moves, "{'moves':[300,-1,'x'],'other':1}",
                    "['moves[0]: 300 does not fit u8','moves[1]: -1 does not fit u8',"
                    "'moves[2]: `x` is not a number of type u8',"
                    "'other: the program has no such parameter']");
    assert_mistakes(all_kinds, "{'f':[],'i':128,'b':2,'s':'hey','a':[1],'t':{},'p':{'x':1,'z':2}}",
                    "['f: a list is not Field','i: 128 does not fit i8','b: 2 does not fit bool',"
                    "'s: has 3 bytes, not 2','a: has 1 elements, not 2',"
                    "'t: an object is not a tuple of 2','p.y: is missing',"
                    "'p.z: Point has no such field']");
}

/* As noir_js and nargo do it. */
static void test_abi_encode__passes_over_what_the_types_lack(void **state)
{
    (void)state;
    static const uint64_t cells[] = {7, 255, 1, 'h', 'i', 1, 2, 9, 0, 5, 6};
    assert_cells(all_kinds,
                 "{'f':7,'i':-1,'b':1,'s':'hi','a':[1,2],'t':[9,false,'more',{}],"
                 "'p':{'z':[],'y':6,'x':5,'X':1},'other':null}",
                 11, cells);
    assert_mistakes(all_kinds,
                    "{'f':7,'i':-1,'b':1,'s':'hi','a':[1,2,3],'t':[9],'p':{'X':1,'y':1}}",
                    "['a: has 3 elements, not 2','t: has 1 elements, not 2','p.x: is missing',"
                    "'p.X: Point has no such field']");
}

static void assert_return(const char *value, uint64_t expected, const char *mistakes)
{
    struct abi *abi = abi_of("", "{'abi_type':" POINT ",'visibility':'public'}", "{}");
    json_t *json = json_of(value);
    json_t *found = NULL;
    struct witness_map cells = WITNESS_MAP_EMPTY;
    enum result result = abi_encode_return(abi, json, &cells, &found);
    assert_int_equal(result, mistakes == NULL ? RESULT_OK : RESULT_BODY_MALFORMED);
    struct field second = field_from_u64(expected);
    if (mistakes == NULL)
        assert_true(field_equal(witness_map_get(&cells, 1), &second));
    else
        assert_string_equal(json_string_value(json_array_get(found, 0)), mistakes);
    witness_map_free(&cells);
    json_decref(found);
    json_decref(json);
    abi_free(abi);
}

static void test_abi_encode_return__as_a_parameter_of_its_type(void **state)
{
    (void)state;
    assert_return("{'x':1,'y':'0x2'}", 2, NULL);
    assert_return("{'x':1}", 0, "return.y: is missing");
    assert_return("[1,2]", 0, "return: a list is not Point");
}

static void test_abi_encode__missing_parameters(void **state)
{
    (void)state;
    assert_mistakes(moves, "{}", "['moves: is missing']");
    assert_mistakes(moves, "[]", "['inputs: an object of values by parameter name was expected']");
}

static void test_abi_encode__mistakes_are_cut_at_a_hundred(void **state)
{
    (void)state;
    char *inputs = strdup("{'a':[");
    for (size_t index = 0; index < 150; index++) {
        char *longer;
        assert_true(asprintf(&longer, "%s%s256", inputs, index > 0 ? "," : "") > 0);
        free(inputs);
        inputs = longer;
    }
    char *whole;
    assert_true(asprintf(&whole, "%s]}", inputs) > 0);
    struct abi *abi = abi_of(
        PARAMETER("a", "private", "{'kind':'array','length':150,'type':" U8 "}"), "null", "{}");
    json_t *values = json_of(whole);
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    assert_int_equal(abi_encode(abi, values, &witnesses, &mistakes), RESULT_BODY_MALFORMED);
    assert_int_equal(json_array_size(mistakes), 101);
    assert_string_equal(json_string_value(json_array_get(mistakes, 100)), "and 50 more mistakes");
    json_decref(mistakes);
    json_decref(values);
    abi_free(abi);
    free(inputs);
    free(whole);
}

static void test_abi_encode__edges_of_integers(void **state)
{
    (void)state;
    static const char parameter[] = PARAMETER("i", "private", I8);
    static const uint64_t least[] = {128};
    static const uint64_t most[] = {127};
    assert_cells(parameter, "{'i':-128}", 1, least);
    assert_cells(parameter, "{'i':'-0x80'}", 1, least);
    assert_cells(parameter, "{'i':127}", 1, most);
    assert_mistakes(parameter, "{'i':-129}", "['i: -129 does not fit i8']");
    assert_mistakes(parameter, "{'i':'0x80'}", "['i: 0x80 does not fit i8']");
}

static void test_abi_encode__numbers_in_strings(void **state)
{
    (void)state;
    static const char parameter[] = PARAMETER("f", "private", FIELD_TYPE);
    static const char *const good[] = {"5", "+5", "005", "0x5", "0x05", "5_", "0_5"};
    static const char *const bad[] = {"",    " 5",  "5 ", "-5",   "-0",  "_5",   "0X5", "0b1",
                                      "5.0", "1e3", "0x", "0x_5", "++5", "0x5g", "0x-5"};
    static const uint64_t five[] = {5};
    for (size_t index = 0; index < sizeof(good) / sizeof(good[0]); index++) {
        char inputs[64];
        (void)snprintf(inputs, sizeof(inputs), "{'f':'%s'}", good[index]);
        assert_cells(parameter, inputs, 1, five);
    }
    for (size_t index = 0; index < sizeof(bad) / sizeof(bad[0]); index++) {
        char inputs[64];
        char expected[96];
        (void)snprintf(inputs, sizeof(inputs), "{'f':'%s'}", bad[index]);
        (void)snprintf(expected, sizeof(expected), "['f: `%s` is not a number of type Field']",
                       bad[index]);
        assert_mistakes(parameter, inputs, expected);
    }
}

static void test_abi_encode__field_modulus(void **state)
{
    (void)state;
    static const char modulus[] =
        "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    char inputs[128];
    char expected[160];
    (void)snprintf(inputs, sizeof(inputs), "{'f':'%s'}", modulus);
    (void)snprintf(expected, sizeof(expected), "['f: %s does not fit Field']", modulus);
    assert_mistakes(PARAMETER("f", "private", FIELD_TYPE), inputs, expected);
}

/* The differential fuzzer found that noir_js takes these. */
static void test_abi_encode__negative_json_number_of_a_field(void **state)
{
    (void)state;
    struct abi *abi = abi_of(PARAMETER("x", "private", FIELD_TYPE), "null", "{}");
    json_t *values = json_of("{'x':-1}");
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    json_t *mistakes = NULL;
    assert_int_equal(abi_encode(abi, values, &witnesses, &mistakes), RESULT_OK);
    assert_true(field_equal(witness_map_get(&witnesses, 0), &FIELD_MINUS_ONE));
    witness_map_free(&witnesses);
    json_decref(values);
    abi_free(abi);
    assert_mistakes(PARAMETER("x", "private", FIELD_TYPE), "{'x':'-1'}",
                    "['x: `-1` is not a number of type Field']");
}

static void test_abi_encode__json_numbers_that_are_not_exact(void **state)
{
    (void)state;
    static const char parameter[] = PARAMETER("f", "private", FIELD_TYPE);
    static const uint64_t most[] = {9007199254740991};
    assert_cells(parameter, "{'f':9007199254740991}", 1, most);
    assert_mistakes(parameter, "{'f':9007199254740992}",
                    "['f: 9007199254740992 is too large for a JSON number: write it as a string']");
    assert_mistakes(parameter, "{'f':1.5}",
                    "['f: 1.5 is not a whole number up to 2^53 - 1: write it as a string']");
}

static void assert_refused(const char *text, const char *words)
{
    json_t *object = json_of(text);
    struct abi *abi = NULL;
    struct failure failure = {.result = RESULT_OK};
    assert_int_equal(abi_read(&abi, object, &failure), RESULT_CIRCUIT_INVALID);
    assert_null(abi);
    if (strstr(failure.message, words) == NULL)
        fail_msg("`%s` is not in `%s`", words, failure.message);
    json_decref(object);
}

static void test_abi_read__broken(void **state)
{
    (void)state;
    assert_refused("[]", "no object");
    assert_refused("{}", "no list of parameters");
    assert_refused("{'parameters':{}}", "no list of parameters");
}

static void assert_unreadable(const char *type, const char *words)
{
    char *parameters;
    assert_true(
        asprintf(&parameters, PARAMETER("a", "public", U8) ",{'name':'x','type':%s}", type) > 0);
    struct abi *abi = abi_of(parameters, "null", "{}");
    assert_non_null(abi_unreadable_parameter(abi));
    assert_string_equal(abi_unreadable_parameter(abi), words);
    assert_null(abi_unreadable_return(abi));
    abi_free(abi);
    free(parameters);
}

static void test_abi_read__names_the_parameter_that_is_unreadable(void **state)
{
    (void)state;
    assert_unreadable("{'kind':'slice'}", "its parameter x: a type of an unknown kind");
    assert_unreadable("null", "its parameter x: a type without a kind");
    assert_unreadable("{'kind':'integer','sign':'unsigned','width':129}",
                      "its parameter x: an integer without a width of 1 to 128 bits");
    assert_unreadable("{'kind':'struct','path':'P','fields':[{'name':'y'}]}",
                      "its parameter x: a type without a kind");
    assert_unreadable("{'kind':'array','length':4000000000,'type':" U8 "}",
                      "its parameter x: an array without a length of at most 2^24");
    assert_unreadable("{'kind':'array','length':16000000,'type':{'kind':'string','length':2}}",
                      "its parameter x: a type with too many values");
    assert_unreadable("{'kind':'array','length':16777216,'type':" U8 "}",
                      "its parameter x: with it the parameters have too many values");
    struct abi *abi = abi_of("{'type':" U8 "}", "null", "{}");
    assert_string_equal(abi_unreadable_parameter(abi), "its parameter : it has no name");
    abi_free(abi);
}

/* What takes no cells takes memory when it is written out. */
static void test_abi_read__bounds_values_without_cells(void **state)
{
    (void)state;
    static const char empty[] = "{'kind':'array','length':%u,'type':{'kind':'array','length':%u,"
                                "'type':{'kind':'struct','path':'N','fields':[]}}}";
    char type[256];
    (void)snprintf(type, sizeof(type), empty, 256, 256);
    assert_unreadable(type, "its parameter x: a type with too many values");
    (void)snprintf(type, sizeof(type), empty, 1 << 24, 1 << 24);
    assert_unreadable(type, "its parameter x: a type with too many values");
    char *parameters;
    (void)snprintf(type, sizeof(type), empty, 200, 200);
    assert_true(asprintf(&parameters,
                         PARAMETER("a", "private", "%s") "," PARAMETER("x", "private", "%s"), type,
                         type) > 0);
    struct abi *abi = abi_of(parameters, "null", "{}");
    assert_string_equal(abi_unreadable_parameter(abi),
                        "its parameter x: with it the parameters have too many values");
    abi_free(abi);
    free(parameters);
}

/* A parameter whose type is of a kind to come. */
#define UNKNOWN(name, visibility) PARAMETER(name, visibility, "{'kind':'enum'}")

static void assert_named(const char *parameters, const char *return_type, size_t count,
                         const char *expected)
{
    const struct field values[] = {FIELD_ONE, field_from_u64(2), field_from_u64(3),
                                   field_from_u64(4)};
    struct abi *abi = abi_of(parameters, return_type, "{}");
    json_t *found = abi_decode_public_inputs(abi, values, count, ABI_STYLE_PLAIN);
    json_t *wanted = json_of(expected);
    char *text = json_dumps(found, 0);
    if (found == NULL || !json_equal(found, wanted))
        fail_msg("%s is not %s", text, expected);
    free(text);
    json_decref(found);
    json_decref(wanted);
    abi_free(abi);
}

static void test_abi_decode_public_inputs__leaves_out_what_is_unreadable(void **state)
{
    (void)state;
    static const char result[] = "{'abi_type':" U8 ",'visibility':'public'}";
    static const char odd_result[] = "{'abi_type':{'kind':'enum'},'visibility':'public'}";
    const char *a_and_b = PARAMETER("a", "public", U8) "," PARAMETER("b", "public", U8);
    assert_named(a_and_b, odd_result, 4, "{'a':1,'b':2}");
    assert_named(a_and_b, odd_result, 2, "{'a':1,'b':2}");
    assert_named(PARAMETER("a", "public", U8) "," UNKNOWN("n", "public"), result, 4,
                 "{'a':1,'return':4}");
    assert_named(UNKNOWN("n", "private") "," PARAMETER("a", "public", U8), "null", 1, "{'a':1}");
    assert_named(PARAMETER("a", "public", U8) "," UNKNOWN("n", "public") "," PARAMETER(
                     "b", "public", U8) "," UNKNOWN("m", "public"),
                 result, 4, "{'a':1,'return':4}");
    struct abi *abi = abi_of(UNKNOWN("n", "public") "," PARAMETER("a", "public", U8), result, "{}");
    assert_null(abi_decode_public_inputs(abi, NULL, 0, ABI_STYLE_PLAIN));
    abi_free(abi);
}

#define NOTHINGS "{'kind':'array','length':2,'type':{'kind':'struct','path':'N','fields':[]}}"
#define HOLLOW                                                                                     \
    "{'kind':'tuple','fields':[{'kind':'tuple','fields':[]},"                                      \
    "{'kind':'array','length':0,'type':" FIELD_TYPE "}," U8 ",{'kind':'string','length':0}]}"

static void test_abi_encode__values_without_cells(void **state)
{
    (void)state;
    static const char parameters[] =
        PARAMETER("n", "private", NOTHINGS) "," PARAMETER("t", "private", HOLLOW);
    static const uint64_t cells[] = {7};
    assert_cells(parameters, "{'n':[{},{}],'t':[[],[],7,'']}", 1, cells);
    assert_mistakes(parameters, "{'n':[{}],'t':[{},[1],7,'x']}",
                    "['n: has 1 elements, not 2','t[0]: an object is not a tuple of 0',"
                    "'t[1]: has 1 elements, not 0','t[3]: has 1 bytes, not 0']");
}

static void test_abi_read__types_nested_too_deep(void **state)
{
    (void)state;
    json_t *type = json_of(U8);
    for (size_t depth = 0; depth < 70; depth++)
        type = json_pack("{s:s, s:[o]}", "kind", "tuple", "fields", type);
    json_t *object = json_pack("{s:[{s:s, s:o}]}", "parameters", "name", "x", "type", type);
    struct abi *abi = NULL;
    struct failure failure = {.result = RESULT_OK};
    assert_int_equal(abi_read(&abi, object, &failure), RESULT_OK);
    assert_string_equal(abi_unreadable_parameter(abi),
                        "its parameter x: types are nested too deep");
    abi_free(abi);
    json_decref(object);
}

static void assert_returned(const char *type, size_t count, const struct field *cells,
                            enum abi_style style, const char *expected)
{
    char *return_type;
    assert_true(asprintf(&return_type, "{'abi_type':%s,'visibility':'public'}", type) > 0);
    struct abi *abi = abi_of("", return_type, "{}");
    struct witness_map witnesses;
    assert_true(witness_map_create(&witnesses, (uint32_t)count));
    for (uint32_t index = 0; index < count; index++)
        witness_map_set(&witnesses, index, &cells[index]);
    json_t *value = abi_decode_return(abi, &witnesses, style);
    json_t *wanted = json_of(expected);
    assert_non_null(value);
    assert_true(json_equal(value, wanted));
    json_decref(value);
    json_decref(wanted);
    witness_map_free(&witnesses);
    abi_free(abi);
    free(return_type);
}

static void test_abi_decode_return__styles(void **state)
{
    (void)state;
    const struct field cells[] = {field_from_u64(256), field_from_u64(200), field_from_u64(1)};
    static const char type[] = "{'kind':'tuple','fields':[" FIELD_TYPE "," I8 "," BOOLEAN "]}";
    assert_returned(type, 3, cells, ABI_STYLE_NOIR_JS,
                    "['0x0100','-0x000000000000000000000000000000000000000000000000000000000000"
                    "0038',true]");
    assert_returned(type, 3, cells, ABI_STYLE_PLAIN, "['0x0100',-56,true]");
}

static void test_abi_decode_return__large_integers_are_strings(void **state)
{
    (void)state;
    const struct field cells[] = {field_from_u128(~(uint128)0)};
    assert_returned("{'kind':'integer','sign':'unsigned','width':128}", 1, cells, ABI_STYLE_PLAIN,
                    "'340282366920938463463374607431768211455'");
}

static void test_abi_decode_return__bytes_that_are_no_utf8(void **state)
{
    (void)state;
    const struct field cells[] = {field_from_u64('a'), field_from_u64(0xff), field_from_u64(0xc3),
                                  field_from_u64(0xa9)};
    assert_returned("{'kind':'string','length':4}", 4, cells, ABI_STYLE_PLAIN,
                    "'a\xef\xbf\xbd\xc3\xa9'");
}

static void test_abi_decode_return__values_without_cells(void **state)
{
    (void)state;
    assert_returned(NOTHINGS, 0, NULL, ABI_STYLE_PLAIN, "[{},{}]");
    assert_returned("{'kind':'string','length':0}", 0, NULL, ABI_STYLE_PLAIN, "''");
}

static void test_abi_decode_return__unreadable(void **state)
{
    (void)state;
    struct abi *abi = abi_of("", "{'abi_type':{'kind':'enum'},'visibility':'public'}", "{}");
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    assert_null(abi_decode_return(abi, &witnesses, ABI_STYLE_PLAIN));
    assert_string_equal(abi_unreadable_return(abi), "its result: a type of an unknown kind");
    assert_null(abi_unreadable_parameter(abi));
    abi_free(abi);
}

static void test_abi_decode_return__missing_witness(void **state)
{
    (void)state;
    struct abi *abi = abi_of("", "{'abi_type':" U8 ",'visibility':'public'}", "{}");
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    assert_null(abi_decode_return(abi, &witnesses, ABI_STYLE_PLAIN));
    abi_free(abi);
}

static void test_abi_decode_public_inputs__names_and_counts(void **state)
{
    (void)state;
    struct abi *abi = abi_of(all_kinds, "{'abi_type':" U8 ",'visibility':'public'}", "{}");
    const struct field values[] = {FIELD_ONE, field_from_u64(9)};
    json_t *found = abi_decode_public_inputs(abi, values, 2, ABI_STYLE_PLAIN);
    json_t *wanted = json_of("{'b':true,'return':9}");
    assert_non_null(found);
    assert_true(json_equal(found, wanted));
    assert_null(abi_decode_public_inputs(abi, values, 1, ABI_STYLE_PLAIN));
    json_decref(found);
    json_decref(wanted);
    abi_free(abi);
}

static const char error_types[] =
    "{'1':{'error_kind':'string','string':'too big'},"
    "'2':{'error_kind':'fmtstring','length':12,'item_types':[" U8 "," POINT "]},"
    "'18446744073709551615':{'error_kind':'custom','kind':'tuple','fields':[" U8 "," I8 "]},"
    "'4':{'error_kind':'custom','kind':'enum'},"
    "'no number':{'error_kind':'string','string':'lost'},"
    "'5':{'error_kind':'string'},"
    "'7':{'error_kind':'custom','kind':'string','length':2},"
    "'8':{'error_kind':'custom','kind':'integer','sign':'unsigned','width':8},"
    "'9':{'error_kind':'custom','kind':'boolean'},"
    "'6':{'error_kind':'string','string':'behind them'}}";

static void test_abi_describe_payload__kinds(void **state)
{
    (void)state;
    struct abi *abi = abi_of("", "null", error_types);
    struct abi_message message;
    assert_true(abi_describe_payload(abi, 1, NULL, 0, ABI_STYLE_PLAIN, &message));
    assert_string_equal(message.text, "too big");
    abi_message_free(&message);

    static const char template[] = "{{{a}}} {b}!";
    struct field cells[16];
    size_t count = 0;
    for (size_t index = 0; template[index] != '\0'; index++)
        cells[count++] = field_from_u64((unsigned char)template[index]);
    cells[count++] = field_from_u64(2);
    cells[count++] = field_from_u64(200);
    cells[count++] = field_from_u64(3);
    assert_false(abi_describe_payload(abi, 2, cells, count, ABI_STYLE_PLAIN, &message));
    cells[count++] = field_from_u64(4);
    assert_true(abi_describe_payload(abi, 2, cells, count, ABI_STYLE_PLAIN, &message));
    assert_string_equal(message.text, "{200} Point { x: 0x03, y: 0x04 }!");
    abi_message_free(&message);

    const struct field custom[] = {field_from_u64(7), field_from_u64(255)};
    assert_true(abi_describe_payload(abi, UINT64_MAX, custom, 2, ABI_STYLE_PLAIN, &message));
    json_t *wanted = json_of("[7,-1]");
    assert_null(message.text);
    assert_true(json_equal(message.payload, wanted));
    json_decref(wanted);
    abi_message_free(&message);

    const struct field text[] = {field_from_u64('n'), field_from_u64('o')};
    assert_true(abi_describe_payload(abi, 7, text, 2, ABI_STYLE_NOIR_JS, &message));
    assert_string_equal(message.text, "no");
    assert_null(message.payload);
    abi_message_free(&message);
    assert_true(abi_describe_payload(abi, 8, custom, 1, ABI_STYLE_NOIR_JS, &message));
    assert_string_equal(message.text, "0x07");
    assert_null(message.payload);
    abi_message_free(&message);
    assert_true(abi_describe_payload(abi, 9, &custom[1], 1, ABI_STYLE_NOIR_JS, &message));
    assert_null(message.text);
    assert_true(json_is_boolean(message.payload));
    abi_message_free(&message);
    assert_false(abi_describe_payload(abi, 7, text, 1, ABI_STYLE_NOIR_JS, &message));

    assert_false(abi_describe_payload(abi, 3, NULL, 0, ABI_STYLE_PLAIN, &message));
    assert_false(abi_describe_payload(abi, 4, NULL, 0, ABI_STYLE_PLAIN, &message));
    assert_false(abi_describe_payload(abi, 5, NULL, 0, ABI_STYLE_PLAIN, &message));
    assert_true(abi_describe_payload(abi, 6, NULL, 0, ABI_STYLE_PLAIN, &message));
    assert_string_equal(message.text, "behind them");
    abi_message_free(&message);
    abi_free(abi);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_abi_encode__every_kind),
        cmocka_unit_test(test_abi_encode__return_is_ignored),
        cmocka_unit_test(test_abi_encode__all_mistakes_at_once),
        cmocka_unit_test(test_abi_encode__passes_over_what_the_types_lack),
        cmocka_unit_test(test_abi_encode_return__as_a_parameter_of_its_type),
        cmocka_unit_test(test_abi_encode__missing_parameters),
        cmocka_unit_test(test_abi_encode__mistakes_are_cut_at_a_hundred),
        cmocka_unit_test(test_abi_encode__edges_of_integers),
        cmocka_unit_test(test_abi_encode__numbers_in_strings),
        cmocka_unit_test(test_abi_encode__field_modulus),
        cmocka_unit_test(test_abi_encode__negative_json_number_of_a_field),
        cmocka_unit_test(test_abi_encode__json_numbers_that_are_not_exact),
        cmocka_unit_test(test_abi_read__broken),
        cmocka_unit_test(test_abi_read__types_nested_too_deep),
        cmocka_unit_test(test_abi_read__names_the_parameter_that_is_unreadable),
        cmocka_unit_test(test_abi_read__bounds_values_without_cells),
        cmocka_unit_test(test_abi_encode__values_without_cells),
        cmocka_unit_test(test_abi_decode_public_inputs__leaves_out_what_is_unreadable),
        cmocka_unit_test(test_abi_decode_return__values_without_cells),
        cmocka_unit_test(test_abi_decode_return__unreadable),
        cmocka_unit_test(test_abi_decode_return__styles),
        cmocka_unit_test(test_abi_decode_return__large_integers_are_strings),
        cmocka_unit_test(test_abi_decode_return__bytes_that_are_no_utf8),
        cmocka_unit_test(test_abi_decode_return__missing_witness),
        cmocka_unit_test(test_abi_decode_public_inputs__names_and_counts),
        cmocka_unit_test(test_abi_describe_payload__kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
