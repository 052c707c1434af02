/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting in a table of a fixed size.
 */
#include <pthread.h>

#include "os/counters.h"
#include "test.h"

static void counters_freep(struct counters **counters)
{
        counters_free(*counters);
}

#define COUNTERS(port)                                                                             \
        struct counters *counters CLEANUP(counters_freep) = counters_new();                        \
        struct counter_port port = counters_port(counters)

static struct digest digest_of(uint32_t number)
{
        struct digest digest;

        crypto_sha256(slice_new(&number, sizeof(number)), &digest);
        return digest;
}

static uint32_t count(const struct counter_port *port, uint32_t number, int64_t second)
{
        struct digest what = digest_of(number);

        return port->count(port->context, &what, (struct instant){.ms = second * 1000});
}

TEST(each_thing_has_a_count_of_its_own)
{
        COUNTERS(port);

        CHECK_INT(count(&port, 1, 60), 1);
        CHECK_INT(count(&port, 1, 61), 2);
        CHECK_INT(count(&port, 2, 61), 1);
        CHECK_INT(count(&port, 1, 119), 3);
}

TEST(a_new_minute_begins_anew)
{
        COUNTERS(port);

        CHECK_INT(count(&port, 1, 60), 1);
        CHECK_INT(count(&port, 1, 119), 2);
        CHECK_INT(count(&port, 1, 120), 1);
}

TEST(more_things_than_there_is_room_for_are_forgotten_and_never_counted_too_high)
{
        COUNTERS(port);

        for (uint32_t i = 0; i < 50000; i++)
                CHECK_INT(count(&port, i, 60), 1);
        CHECK(count(&port, 49999, 60) <= 2);
        CHECK_INT(count(&port, 49999, 120), 1);
}

static void *counting_main(void *context)
{
        for (int i = 0; i < 1000; i++)
                (void)count(context, 7, 60);
        return NULL;
}

TEST(threads_are_all_counted)
{
        COUNTERS(port);
        pthread_t threads[4];

        for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
                CHECK(pthread_create(&threads[i], NULL, counting_main, &port) == 0);
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
                (void)pthread_join(threads[i], NULL);
        CHECK_INT(count(&port, 7, 60), 4001);
}
