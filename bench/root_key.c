/* SPDX-License-Identifier: Apache-2.0
 *
 * Root-key derivations on one thread, in turns: each variant of our kernel that this processor has,
 * and libargon2, all in the same memory. Processor time, so that other programs disturb little; the
 * least of the rounds.
 *
 *      root_key [REFERENCE]
 *
 * REFERENCE: a shared library built from libargon2's sources for this processor; without it, the
 * one that is installed.
 */
#include <accessgrant.h>
#include <argon2.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "accessgrant/argon2/argon2id.h"
#include "accessgrant/argon2/variants.h"

enum { ROUNDS = 41, SALT_SIZE = 32, LANES = 8, VARIANTS_MOST = 8 };

static const char passphrase[] = "passphrase";
static const uint8_t salt[SALT_SIZE] = {1};
static uint8_t *memory;

/* Milliseconds of processor time of this thread. */
static double now_ms(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double least(double a, double b)
{
        return a < b ? a : b;
}

/* As a server keeps it: touched, on large pages if there are any. */
static uint8_t *memory_new(void)
{
        void *block = mmap(NULL, AG_ROOT_KEY_MEMORY, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (block == MAP_FAILED)
                abort();
        (void)madvise(block, AG_ROOT_KEY_MEMORY, MADV_HUGEPAGE);
        memset(block, 1, AG_ROOT_KEY_MEMORY);
        return block;
}

/* --- libargon2 --- */

typedef int derive_fn(argon2_context *);

static int memory_lend(uint8_t **ret_memory, size_t size)
{
        *ret_memory = size <= AG_ROOT_KEY_MEMORY ? memory : NULL;
        return *ret_memory ? ARGON2_OK : ARGON2_MEMORY_ALLOCATION_ERROR;
}

static void memory_return(uint8_t *lent, size_t size)
{
        (void)lent;
        (void)size;
}

static double libargon2_ms(derive_fn *derive, uint8_t key[ARGON2ID_SIZE])
{
        argon2_context context = {
                .out = key,
                .outlen = ARGON2ID_SIZE,
                .pwd = (uint8_t *)(uintptr_t)passphrase,
                .pwdlen = sizeof(passphrase) - 1,
                .salt = (uint8_t *)(uintptr_t)salt,
                .saltlen = sizeof(salt),
                .t_cost = 1,
                .m_cost = AG_ROOT_KEY_MEMORY / 1024,
                .lanes = LANES,
                .threads = 1,
                .version = ARGON2_VERSION_13,
                .allocate_cbk = memory_lend,
                .free_cbk = memory_return,
        };
        double began = now_ms();

        if (derive(&context) != ARGON2_OK)
                abort();
        return now_ms() - began;
}

/* Return: argon2id_ctx() of the library at that path, which does not wipe its memory. */
static derive_fn *reference_open(const char *path)
{
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        int *clears = library ? dlsym(library, "FLAG_clear_internal_memory") : NULL;
        derive_fn *derive = NULL;

        if (library)
                *(void **)&derive = dlsym(library, "argon2id_ctx");
        if (!derive || !clears) {
                (void)fprintf(stderr, "%s: not libargon2: %s\n", path, dlerror());
                exit(EXIT_FAILURE);
        }
        *clears = 0;
        return derive;
}

/* --- ours --- */

static double variant_ms(fill_fn *fill, uint8_t key[ARGON2ID_SIZE])
{
        struct argon2id input = {.password = (const uint8_t *)passphrase,
                                 .password_size = sizeof(passphrase) - 1,
                                 .salt = salt,
                                 .salt_size = sizeof(salt),
                                 .memory_kib = AG_ROOT_KEY_MEMORY / 1024,
                                 .lanes = LANES,
                                 .memory = memory};
        double began = now_ms();

        if (!argon2id(&input, fill, key))
                abort();
        return now_ms() - began;
}

static double root_key_ms(void)
{
        uint8_t key[AG_KEY_SIZE];
        double began = now_ms();

        if (ag_root_key(ag_bytes_new(passphrase, sizeof(passphrase) - 1),
                        ag_bytes_new(salt, sizeof(salt)), memory, key) != AG_OK)
                abort();
        return now_ms() - began;
}

struct figures {
        double reference, whole, variants[VARIANTS_MOST];
};

static void round_run(derive_fn *reference, struct figures *figures)
{
        size_t n;
        const struct argon2_variant *variants = argon2_variants(&n);
        uint8_t expected[ARGON2ID_SIZE], key[ARGON2ID_SIZE];

        figures->reference = least(figures->reference, libargon2_ms(reference, expected));
        figures->whole = least(figures->whole, root_key_ms());
        for (size_t i = 0; i < n && i < VARIANTS_MOST; i++) {
                if (!variants[i].is_supported())
                        continue;
                figures->variants[i] =
                        least(figures->variants[i], variant_ms(variants[i].fill, key));
                if (memcmp(key, expected, sizeof(key)) != 0)
                        abort();
        }
}

static void line_print(const char *name, double ms, double reference)
{
        (void)printf("root key        %-34s %6.2f ms   %4.2f of the reference\n", name, ms,
                     ms / reference);
}

int main(int argc, char **argv)
{
        derive_fn *reference = argc > 1 ? reference_open(argv[1]) : argon2id_ctx;
        struct figures figures = {.reference = 1e9, .whole = 1e9};
        size_t n;
        const struct argon2_variant *variants = argon2_variants(&n);

        for (size_t i = 0; i < VARIANTS_MOST; i++)
                figures.variants[i] = 1e9;
        memory = memory_new();
        for (int i = 0; i < ROUNDS; i++)
                round_run(reference, &figures);
        line_print(argc > 1 ? "libargon2 for this processor" : "libargon2, installed and wiping",
                   figures.reference, figures.reference);
        for (size_t i = 0; i < n && i < VARIANTS_MOST; i++)
                if (variants[i].is_supported())
                        line_print(variants[i].name, figures.variants[i], figures.reference);
        line_print("ag_root_key(), which wipes", figures.whole, figures.reference);
        return 0;
}
