/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of places by state, and a balanced tree of the addresses that hold them, so that nobody can
 * make a look-up slow by choosing addresses.
 */
#include "http/places.h"

#include <limits.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/lock.h"
#include "base/metric.h"
#include "http/deadlines.h"

enum {
        ADDRESS_SIZE = 16,
        NETWORK_SIZE = 8,   /* of an IPv6 address: whoever has one address has its /64 */
        NEWEST = 64,        /* strangers among whom one is chosen if all came just now */
        STRANGER_GRACE = 2, /* seconds in which a newcomer may speak before it counts as silent */
};

/* An address that holds places. */
struct place_holder {
        uint8_t address[ADDRESS_SIZE];
        unsigned n;
};

struct places {
        pthread_mutex_t lock;
        struct places_options options;
        struct place lists[N_PLACE_STATES]; /* rings; `older` of a head is its newest */
        unsigned n[N_PLACE_STATES];
        void *holders; /* of tsearch(3) */
};

static int holder_compare(const void *a, const void *b)
{
        const struct place_holder *one = a, *other = b;

        return memcmp(one->address, other->address, ADDRESS_SIZE);
}

/* IPv4 is mapped, so its first eight bytes say nothing. */
static struct place_holder holder_of(const uint8_t address[16])
{
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        struct place_holder holder = {.n = 0};
        bool is_ipv4 = memcmp(address, mapped, sizeof(mapped)) == 0;

        memcpy(holder.address, address, is_ipv4 ? ADDRESS_SIZE : NETWORK_SIZE);
        return holder;
}

struct places *places_new(const struct places_options *options)
{
        struct places *places = calloc(1, sizeof(*places));

        if (!places)
                return NULL;
        places->options = *options;
        if (!options->per_address)
                places->options.per_address = UINT_MAX;
        if (!options->idle)
                places->options.idle = UINT_MAX;
        for (size_t i = 0; i < N_PLACE_STATES; i++)
                places->lists[i].newer = places->lists[i].older = &places->lists[i];
        lock_init(&places->lock);
        return places;
}

void places_free(struct places *places)
{
        if (!places)
                return;
        pthread_mutex_destroy(&places->lock);
        free(places);
}

/* Under the lock, as all that follow here. */
static void place_unlink(struct places *places, struct place *place)
{
        place->newer->older = place->older;
        place->older->newer = place->newer;
        places->n[place->state]--;
}

static void place_link(struct places *places, struct place *place, enum place_state state)
{
        struct place *list = &places->lists[state];

        place->state = state;
        place->since = deadline_now();
        place->newer = list;
        place->older = list->older;
        list->older->newer = place;
        list->older = place;
        places->n[state]++;
}

static void place_give_up(struct places *places, struct place *place)
{
        if (!place)
                return;
        place_unlink(places, place);
        place_link(places, place, PLACE_GIVEN_UP);
        (void)shutdown(place->socket, SHUT_RDWR);
        metric_count(METRIC_http_connections_dropped_total, 0);
}

/* The newest that has had its time to speak. If all came just now: of the newest ones, the one
 * whose address holds the most places, so that a flood drops its own; of equals the one that has
 * waited longest, so that somebody who is about to speak gets to. */
static struct place *stranger_find(struct places *places)
{
        struct place *list = &places->lists[PLACE_STRANGER], *found = NULL;
        int64_t latest = deadline_now() - STRANGER_GRACE;
        unsigned n = 0;

        for (struct place *place = list->older; place != list; place = place->older, n++) {
                if (place->since <= latest)
                        return place;
                if (n < NEWEST && (!found || place->holder->n >= found->holder->n))
                        found = place;
        }
        return found;
}

static struct place *longest_idle(struct places *places)
{
        struct place *list = &places->lists[PLACE_IDLE];

        return list->newer == list ? NULL : list->newer;
}

static unsigned n_open(const struct places *places)
{
        return places->n[PLACE_STRANGER] + places->n[PLACE_IDLE] + places->n[PLACE_BUSY];
}

static void room_make(struct places *places)
{
        struct place *place;

        if (n_open(places) < places->options.connections)
                return;
        place = stranger_find(places);
        if (!place)
                place = longest_idle(places);
        place_give_up(places, place);
}

static bool has_share(const struct places *places, const uint8_t address[16])
{
        const struct networks *proxies = places->options.proxies;
        struct place_holder wanted = holder_of(address);
        struct place_holder *const *found;

        if (proxies && networks_hold(proxies, address))
                return true;
        found = tfind(&wanted, &places->holders, holder_compare);
        return !found || (*found)->n < places->options.per_address;
}

bool places_admit(struct places *places, const uint8_t address[16])
{
        bool admitted;

        pthread_mutex_lock(&places->lock);
        admitted = has_share(places, address);
        if (admitted)
                room_make(places);
        pthread_mutex_unlock(&places->lock);
        if (!admitted)
                metric_count(METRIC_http_connections_refused_total, 0);
        return admitted;
}

/* Return: NULL without memory. */
static struct place_holder *holder_get(struct places *places, const uint8_t address[16])
{
        struct place_holder wanted = holder_of(address), *made;
        struct place_holder **found = tfind(&wanted, &places->holders, holder_compare);

        if (found)
                return *found;
        made = malloc(sizeof(*made));
        if (!made)
                return NULL;
        *made = wanted;
        if (tsearch(made, &places->holders, holder_compare))
                return made;
        free(made);
        return NULL;
}

bool places_enter(struct places *places, struct place *place, const uint8_t address[16], int socket)
{
        struct place_holder *holder;

        pthread_mutex_lock(&places->lock);
        holder = holder_get(places, address);
        if (holder) {
                holder->n++;
                *place = (struct place){.holder = holder, .socket = socket};
                place_link(places, place, PLACE_STRANGER);
        }
        pthread_mutex_unlock(&places->lock);
        return holder;
}

void places_set(struct places *places, struct place *place, enum place_state state)
{
        pthread_mutex_lock(&places->lock);
        if (place->state != PLACE_GIVEN_UP && place->state != state) {
                place_unlink(places, place);
                place_link(places, place, state);
        }
        if (places->n[PLACE_IDLE] > places->options.idle)
                place_give_up(places, longest_idle(places));
        pthread_mutex_unlock(&places->lock);
}

void places_leave(struct places *places, struct place *place)
{
        pthread_mutex_lock(&places->lock);
        place_unlink(places, place);
        if (--place->holder->n == 0) {
                (void)tdelete(place->holder, &places->holders, holder_compare);
                free(place->holder);
        }
        pthread_mutex_unlock(&places->lock);
}

unsigned places_taken(struct places *places)
{
        unsigned taken;

        pthread_mutex_lock(&places->lock);
        taken = n_open(places) + places->n[PLACE_GIVEN_UP];
        pthread_mutex_unlock(&places->lock);
        return taken;
}
