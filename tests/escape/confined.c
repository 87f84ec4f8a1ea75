/*
 * A daemon without HTTP, for the tests of the sandbox. It confines itself and what it starts as
 * proverd does with --sandbox MODE, and then:
 *   confined MODE child PROGRAM CRS ARGUMENT...   runs PROGRAM as bb, and says how it ended;
 *                                                 an argument PID stands for its own process id
 *   confined MODE executor PROGRAM CRS ARGUMENT... the same, in the sandbox of the executor
 *   confined MODE daemon SECRET FOLDER CRS        tries to escape itself
 *   confined MODE cost PROGRAM CRS                times starts with the sandbox and without
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/confinement.h"
#include "escape.h"
#include "process/child/child.h"
#include "process/scratch.h"

enum { MODE = 1, WHAT, FIRST, SECOND, THIRD, MOST_ARGUMENTS = 16 };
enum { ROUNDS = 201, SECONDS = 60, MOST_OUTPUT_BYTES = 1 << 20 };

struct stand_in {
    struct confinement confinement;
    struct scratch scratch;
    char crs_view[PATH_MAX];
    char crs_points[PATH_MAX];
    struct failure failure;
};

static int give_up(const struct stand_in *self)
{
    (void)fprintf(stderr, "confined: %s\n", self->failure.message);
    return EXIT_FAILURE;
}

static bool make_crs_view(struct stand_in *self, const char *crs)
{
    return scratch_join(self->crs_view, PATH_MAX, self->scratch.path, "crs") &&
           scratch_join(self->crs_points, PATH_MAX, self->crs_view, "bn254_g1.dat") &&
           mkdir(self->crs_view, S_IRWXU) == 0 && symlink(crs, self->crs_points) == 0;
}

static bool confine(struct stand_in *self, const char *mode, const char *program, const char *crs)
{
    const struct confinement_options options = {
        .bb_path = program,
        .threads = 2,
        .crs_folder = self->crs_view,
        .crs_points = self->crs_points,
        .crs_g2 = "",
        .scratch_folder = self->scratch.path,
    };
    return confinement_probe(&self->confinement, mode, &self->failure) == RESULT_OK &&
           scratch_create(&self->scratch, &self->failure) == RESULT_OK &&
           make_crs_view(self, crs) &&
           confinement_confine(&self->confinement, &options, &self->failure) == RESULT_OK &&
           confinement_seal(&self->confinement, &self->failure) == RESULT_OK;
}

static bool run(struct stand_in *self, struct buffer *output, struct child_obituary *obituary,
                const char *program, const char *const *arguments, const struct sandbox *sandbox)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "HARDWARE_CONCURRENCY=2", NULL};
    const struct child_home home = {self->scratch.path, self->crs_view};
    const struct child_command command = {.path = program,
                                          .arguments = arguments,
                                          .environment = environment,
                                          .home = sandbox == NULL ? NULL : &home,
                                          .sandbox = sandbox};
    const struct child_limits limits = {.deadline = deadline_in_seconds(SECONDS),
                                        .cancel = -1,
                                        .max_response_bytes = MOST_OUTPUT_BYTES,
                                        .memory_bytes = 0};
    int status;
    return child_run(&command, output, &status, obituary, &limits, &self->failure) == CHILD_OK;
}

/* As that of the executor, which is for the program that the daemon is. */
static bool use_executor_sandbox(struct stand_in *self, const char *program)
{
    const struct sandbox_options options = {
        .profile = SANDBOX_EXECUTOR, .support = self->confinement.support, .program = program};
    sandbox_destroy(self->confinement.bb);
    self->confinement.bb = NULL;
    return sandbox_create(&self->confinement.bb, &options, &self->failure) == RESULT_OK;
}

static int run_child(struct stand_in *self, char *const *given, int count)
{
    const char *arguments[MOST_ARGUMENTS] = {"bb"};
    struct buffer output = BUFFER_EMPTY;
    struct child_obituary obituary;
    char pid[16];
    (void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
    for (int i = SECOND + 1; i < count && i - SECOND + 1 < MOST_ARGUMENTS; i++)
        arguments[i - SECOND] = strcmp(given[i], "PID") == 0 ? pid : given[i];
    if (strcmp(given[WHAT], "executor") == 0 && !use_executor_sandbox(self, given[FIRST]))
        return give_up(self);
    if (!run(self, &output, &obituary, given[FIRST], arguments, self->confinement.bb))
        return give_up(self);
    (void)fwrite(output.data, 1, output.length, stdout);
    (void)printf("%s %s\n", obituary.cause, obituary.last_words);
    buffer_free(&output);
    return EXIT_SUCCESS;
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static bool time_start(struct stand_in *self, double *milliseconds, const char *program,
                       const struct sandbox *sandbox)
{
    static const char *const arguments[] = {"bb", "nothing", NULL};
    struct buffer output = BUFFER_EMPTY;
    struct child_obituary obituary;
    nanoseconds started = clock_now();
    bool ran = run(self, &output, &obituary, program, arguments, sandbox);
    *milliseconds = milliseconds_between(started, clock_now());
    buffer_free(&output);
    return ran;
}

static int tell_cost(struct stand_in *self, const char *program)
{
    double with[ROUNDS];
    double without[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        if (!time_start(self, &with[i], program, self->confinement.bb) ||
            !time_start(self, &without[i], program, NULL))
            return give_up(self);
    qsort(with, ROUNDS, sizeof(with[0]), compare);
    qsort(without, ROUNDS, sizeof(without[0]), compare);
    (void)printf("start to end, median of %d: %.2f ms with the sandbox, %.2f ms without\n", ROUNDS,
                 with[ROUNDS / 2], without[ROUNDS / 2]);
    return EXIT_SUCCESS;
}

int main(int argument_count, char *arguments[])
{
    static struct stand_in self;
    char program[PATH_MAX];
    if (argument_count <= SECOND || sodium_init() < 0)
        return EXIT_FAILURE;
    bool is_daemon = strcmp(arguments[WHAT], "daemon") == 0;
    const char *bb = is_daemon ? "/proc/self/exe" : arguments[FIRST];
    if (realpath(bb, program) == NULL ||
        !confine(&self, arguments[MODE], program, arguments[is_daemon ? THIRD : SECOND]))
        return give_up(&self);
    int status = EXIT_SUCCESS;
    if (is_daemon)
        try_escapes(&(struct outside){.daemon = getppid(),
                                      .secret = arguments[FIRST],
                                      .folder = arguments[SECOND],
                                      .crs = arguments[THIRD],
                                      .program = "/bin/true"});
    else if (strcmp(arguments[WHAT], "cost") == 0)
        status = tell_cost(&self, program);
    else
        status = run_child(&self, arguments, argument_count);
    scratch_destroy(&self.scratch);
    confinement_destroy(&self.confinement);
    return status;
}
