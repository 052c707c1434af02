/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over its corpus: replay_NAME FOLDER. Passes each file, and each prefix of it,
 * to the target in memory of exactly its size, so that sanitizers notice reads past the end. Prints
 * TAP; a target that finds a problem aborts.
 */
#include <dirent.h>

#include "base/macros.h"
#include "fuzz.h"

enum { FILE_MAXIMUM = 64 * 1024, BEGINNINGS_MAXIMUM = 2048 };

static void run(const uint8_t *data, size_t size)
{
        uint8_t *exact = malloc(size ? size : 1);

        REQUIRE(exact);
        memcpy(exact, data, size);
        (void)LLVMFuzzerTestOneInput(exact, size);
        free(exact);
}

static void replay(const char *folder, const char *name)
{
        static uint8_t content[FILE_MAXIMUM];
        char path[4096];
        FILE *file;
        size_t size;

        (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
        file = fopen(path, "rb");
        REQUIRE(file);
        size = fread(content, 1, sizeof(content), file);
        REQUIRE(size < sizeof(content));
        fclose(file);
        run(content, size);
        for (size_t end = 0; end < size && end < BEGINNINGS_MAXIMUM; end++)
                run(content, end);
}

static int is_file(const struct dirent *entry)
{
        return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
        struct dirent **files = NULL;
        int n = argc == 2 ? scandir(argv[1], &files, is_file, alphasort) : -1;

        if (n <= 0) {
                printf("Bail out! no corpus\n");
                return 1;
        }
        printf("1..%d\n", n);
        for (int i = 0; i < n; i++) {
                replay(argv[1], files[i]->d_name);
                printf("ok %d - %s\n", i + 1, files[i]->d_name);
                (void)fflush(stdout);
                free(files[i]);
        }
        free(files);
        return 0;
}
