/* SPDX-License-Identifier: Apache-2.0
 *
 * Root-key derivations: libaccessgrant with reused memory and stock libargon2, alternately, one
 * thread each.
 */
#include <accessgrant.h>
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 40, WARM_UP = 4, SALT_SIZE = 32 };

static double now_ms(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static double ours_ms(void *memory)
{
        uint8_t salt[SALT_SIZE] = {1}, key[AG_KEY_SIZE];
        double began = now_ms();

        if (ag_root_key(ag_bytes_new("passphrase", 10), ag_bytes_new(salt, sizeof(salt)), memory,
                        key) != AG_OK)
                abort();
        return now_ms() - began;
}

/* One thread, as a server that has other cores busy would run it. */
static double theirs_ms(void)
{
        uint8_t salt[SALT_SIZE] = {1}, key[AG_KEY_SIZE];
        argon2_context context = {
                .out = key,
                .outlen = sizeof(key),
                .pwd = (uint8_t[]){"passphrase"},
                .pwdlen = 10,
                .salt = salt,
                .saltlen = sizeof(salt),
                .t_cost = 1,
                .m_cost = AG_ROOT_KEY_MEMORY / 1024,
                .lanes = 8,
                .threads = 1,
                .version = ARGON2_VERSION_13,
        };
        double began = now_ms();

        if (argon2id_ctx(&context) != ARGON2_OK)
                abort();
        return now_ms() - began;
}

int main(void)
{
        double ours[ROUNDS], theirs[ROUNDS];
        void *memory = malloc(AG_ROOT_KEY_MEMORY);

        if (!memory)
                abort();
        for (int i = -WARM_UP; i < ROUNDS; i++) {
                double a = ours_ms(memory), b = theirs_ms();

                if (i >= 0) {
                        ours[i] = a;
                        theirs[i] = b;
                }
        }
        qsort(ours, ROUNDS, sizeof(*ours), compare);
        qsort(theirs, ROUNDS, sizeof(*theirs), compare);
        (void)printf(
                "root key        %.1f ms, plain libargon2 %.1f ms: %.2f times as many a second "
                "(medians of %d, one thread)\n",
                ours[ROUNDS / 2], theirs[ROUNDS / 2], theirs[ROUNDS / 2] / ours[ROUNDS / 2],
                ROUNDS);
        free(memory);
        return 0;
}
