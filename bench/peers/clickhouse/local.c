// clickhouse-local out of a library: everything that ClickHouse is stands in libchdb.so, this calls its command line.
//   local LIBRARY --query '…' [any argument of clickhouse-local]
// The result goes to standard output, an error to standard error.
#include <dlfcn.h>
#include <stdio.h>
#include <stddef.h>

typedef void *(*command_line)(int, char **);
typedef char *(*text_of)(void *);
typedef size_t (*length_of)(void *);

static void *find(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (!found)
        fprintf(stderr, "%s is not in this library\n", name);
    return found;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: local LIBRARY --query SQL\n");
        return 64;
    }
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 69;
    }
    command_line run = (command_line)find(library, "chdb_query_cmdline");
    text_of buffer = (text_of)find(library, "chdb_result_buffer");
    text_of error = (text_of)find(library, "chdb_result_error");
    length_of length = (length_of)find(library, "chdb_result_length");
    if (!run || !buffer || !error || !length)
        return 69;

    argv[1] = "clickhouse";
    void *result = run(argc - 1, argv + 1);
    if (!result) {
        fprintf(stderr, "no result\n");
        return 1;
    }
    const char *why = error(result);
    if (why) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    if (length(result) > 0)
        fwrite(buffer(result), 1, length(result), stdout);
    fflush(stdout);
    return ferror(stdout) ? 1 : 0;
}
