#include "fake.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "process/frame.h"

void fake_set(struct fake *fake, const char *const *words, size_t word_count)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
    assert_true(word_count + 2 <= MOST_WORDS);
    memset(fake, 0, sizeof(*fake));
    fake->arguments[0] = "bb";
    for (size_t i = 0; i < word_count; i++)
        fake->arguments[i + 1] = words[i];
    fake->command = (struct child_command){.path = needed_variable("FAKE_BB", "meson test sets it"),
                                           .arguments = fake->arguments,
                                           .environment = environment};
}

void append_frame(struct buffer *frame, const char *text)
{
    unsigned char header[FRAME_HEADER_BYTES];
    frame_write_header(header, (uint32_t)strlen(text));
    assert_true(buffer_append(frame, header, sizeof(header)));
    assert_true(buffer_append(frame, text, strlen(text)));
}

struct child_limits ample_limits(void)
{
    return (struct child_limits){.deadline = deadline_in_seconds(60),
                                 .cancel = -1,
                                 .max_response_bytes = 64 << 20,
                                 .memory_bytes = 0};
}

nanoseconds soon(void)
{
    return clock_now() + INT64_C(20) * NANOSECONDS_PER_MILLISECOND;
}

size_t counted(pid_t *pids, size_t most, const char *path)
{
    size_t count = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    char line[32];
    for (; fgets(line, sizeof(line), file) != NULL; count++)
        if (count < most)
            pids[count] = (pid_t)strtol(line, NULL, 10);
    assert_int_equal(fclose(file), 0);
    return count;
}

void assert_gone(pid_t pid)
{
    assert_true(pid > 0);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

void assert_no_children(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}
