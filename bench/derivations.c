/* SPDX-License-Identifier: Apache-2.0
 *
 * Bare root-key derivations a second, each thread in memory of its own that it keeps; what an
 * exchange with a passphrase cannot be faster than.
 *
 *      derivations THREADS SECONDS
 */
#include <accessgrant.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS_MOST = 64 };

static _Atomic bool is_over;
static _Atomic size_t n_derived;

static void *derive(void *context)
{
        static const char passphrase[] = "passphrase", salt[] = "0123456789abcdef0123456789abcdef";
        uint8_t key[AG_KEY_SIZE];
        void *memory = mmap(NULL, AG_ROOT_KEY_MEMORY, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        (void)context;
        if (memory == MAP_FAILED)
                abort();
        (void)madvise(memory, AG_ROOT_KEY_MEMORY, MADV_HUGEPAGE);
        while (!is_over) {
                if (ag_root_key(ag_bytes_new(passphrase, sizeof(passphrase) - 1),
                                ag_bytes_new(salt, sizeof(salt) - 1), memory, key) != AG_OK)
                        abort();
                n_derived++;
        }
        (void)munmap(memory, AG_ROOT_KEY_MEMORY);
        return NULL;
}

int main(int argc, char **argv)
{
        size_t n = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
        unsigned seconds = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
        pthread_t threads[THREADS_MOST];

        if (n < 1 || n > THREADS_MOST || !seconds) {
                (void)fprintf(stderr, "usage: derivations THREADS SECONDS\n");
                return 2;
        }
        for (size_t i = 0; i < n; i++)
                if (pthread_create(&threads[i], NULL, derive, NULL) != 0)
                        return 1;
        (void)sleep(seconds);
        is_over = true;
        for (size_t i = 0; i < n; i++)
                (void)pthread_join(threads[i], NULL);
        (void)printf("%.1f\n", (double)n_derived / seconds);
        return 0;
}
