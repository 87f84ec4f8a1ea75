#include "process/sandbox/program_internal.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool read_at(int file, void *out, size_t size, uint64_t offset)
{
    return offset <= INT64_MAX && pread(file, out, size, (off_t)offset) == (ssize_t)size;
}

static bool is_program(const Elf64_Ehdr *header)
{
    return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_phentsize == sizeof(Elf64_Phdr);
}

/* False when the file contradicts itself. */
static bool find_loader(char loader[PATH_MAX], int file, const Elf64_Ehdr *header)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr segment;
        if (!read_at(file, &segment, sizeof(segment), header->e_phoff + i * sizeof(segment)))
            return false;
        if (segment.p_type != PT_INTERP)
            continue;
        return segment.p_filesz > 0 && segment.p_filesz <= PATH_MAX &&
               read_at(file, loader, segment.p_filesz, segment.p_offset) &&
               loader[segment.p_filesz - 1] == '\0';
    }
    loader[0] = '\0';
    return true;
}

enum result program_loader(char loader[PATH_MAX], const char *program, struct failure *failure)
{
    Elf64_Ehdr header;
    int file = open(program, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failure_set(failure, RESULT_PROVER_UNUSABLE, "cannot read %s: %s", program,
                           strerror(errno));
    bool found = read_at(file, &header, sizeof(header), 0) && is_program(&header) &&
                 find_loader(loader, file, &header);
    close(file);
    if (found)
        return RESULT_OK;
    return failure_set(failure, RESULT_PROVER_UNUSABLE,
                       "%s is no ELF program and cannot be confined; if it is a script, name the "
                       "bb that it starts with --bb, or use --sandbox off",
                       program);
}
