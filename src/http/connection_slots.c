/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of slots by state, and a balanced tree of the addresses that hold them, so that chosen
 * addresses cannot slow a look-up down.
 */
#include "http/connection_slots.h"

#include <limits.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/lock.h"
#include "base/metric.h"
#include "base/monotonic.h"

enum {
        ADDRESS_SIZE = 16,
        NETWORK_SIZE = 8,    /* of an IPv6 address: anyone with one address has its whole /64 */
        NEWEST = 64,         /* strangers from which one is chosen if all have just connected */
        NEW_GRACE_MS = 2000, /* in which a newcomer must send something */
};

/* An address that holds slots. */
struct slot_holder {
        uint8_t address[ADDRESS_SIZE];
        unsigned n;
};

struct connection_slots {
        pthread_mutex_t lock;
        struct connection_slots_options options;
        struct connection_slot
                lists[N_CONNECTION_STATES]; /* rings; `older` of a head is its newest */
        unsigned n[N_CONNECTION_STATES];
        void *holders; /* of tsearch(3) */
};

static int holder_compare(const void *a, const void *b)
{
        const struct slot_holder *one = a, *other = b;

        return memcmp(one->address, other->address, ADDRESS_SIZE);
}

/* An IPv4 address is mapped, so its first eight bytes are the same for all. */
static struct slot_holder holder_of(const uint8_t address[16])
{
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        struct slot_holder holder = {.n = 0};
        bool is_ipv4 = memcmp(address, mapped, sizeof(mapped)) == 0;

        memcpy(holder.address, address, is_ipv4 ? ADDRESS_SIZE : NETWORK_SIZE);
        return holder;
}

struct connection_slots *connection_slots_new(const struct connection_slots_options *options)
{
        struct connection_slots *slots = calloc(1, sizeof(*slots));

        if (!slots)
                return NULL;
        slots->options = *options;
        if (!options->per_address)
                slots->options.per_address = UINT_MAX;
        if (!options->idle)
                slots->options.idle = UINT_MAX;
        for (size_t i = 0; i < N_CONNECTION_STATES; i++)
                slots->lists[i].newer = slots->lists[i].older = &slots->lists[i];
        lock_init(&slots->lock);
        return slots;
}

void connection_slots_free(struct connection_slots *slots)
{
        if (!slots)
                return;
        pthread_mutex_destroy(&slots->lock);
        free(slots);
}

/* Under the lock, like all functions below. */
static void slot_unlink(struct connection_slots *slots, struct connection_slot *slot)
{
        slot->newer->older = slot->older;
        slot->older->newer = slot->newer;
        slots->n[slot->state]--;
}

static void slot_link(struct connection_slots *slots, struct connection_slot *slot,
                      enum connection_state state)
{
        struct connection_slot *list = &slots->lists[state];

        slot->state = state;
        slot->since = monotonic_now();
        slot->newer = list;
        slot->older = list->older;
        list->older->newer = slot;
        list->older = slot;
        slots->n[state]++;
}

static void slot_drop(struct connection_slots *slots, struct connection_slot *slot)
{
        if (!slot)
                return;
        slot_unlink(slots, slot);
        slot_link(slots, slot, CONNECTION_DROPPED);
        (void)shutdown(slot->socket, SHUT_RDWR);
        metric_count(METRIC_http_connections_dropped_total, 0);
}

/* The newest one that has used up its time to send something. If all have just connected: among the
 * newest, the one whose address holds the most slots, so that a flood drops its own connections;
 * among equals the oldest, so that a client that is about to send gets the chance. */
static struct connection_slot *stranger_find(struct connection_slots *slots)
{
        struct connection_slot *list = &slots->lists[CONNECTION_NEW], *found = NULL;
        int64_t latest = monotonic_in(-NEW_GRACE_MS);
        unsigned n = 0;

        for (struct connection_slot *slot = list->older; slot != list; slot = slot->older, n++) {
                if (slot->since <= latest)
                        return slot;
                if (n < NEWEST && (!found || slot->holder->n >= found->holder->n))
                        found = slot;
        }
        return found;
}

static struct connection_slot *longest_idle(struct connection_slots *slots)
{
        struct connection_slot *list = &slots->lists[CONNECTION_IDLE];

        return list->newer == list ? NULL : list->newer;
}

static unsigned n_open(const struct connection_slots *slots)
{
        return slots->n[CONNECTION_NEW] + slots->n[CONNECTION_IDLE] + slots->n[CONNECTION_BUSY];
}

static void room_make(struct connection_slots *slots)
{
        struct connection_slot *slot;

        if (n_open(slots) < slots->options.connections)
                return;
        slot = stranger_find(slots);
        if (!slot)
                slot = longest_idle(slots);
        slot_drop(slots, slot);
}

static bool has_share(const struct connection_slots *slots, const uint8_t address[16])
{
        const struct networks *proxies = slots->options.proxies;
        struct slot_holder wanted = holder_of(address);
        struct slot_holder *const *found;

        if (proxies && networks_hold(proxies, address))
                return true;
        found = tfind(&wanted, &slots->holders, holder_compare);
        return !found || (*found)->n < slots->options.per_address;
}

bool connection_slots_admit(struct connection_slots *slots, const uint8_t address[16])
{
        bool admitted;

        pthread_mutex_lock(&slots->lock);
        admitted = has_share(slots, address);
        if (admitted)
                room_make(slots);
        pthread_mutex_unlock(&slots->lock);
        if (!admitted)
                metric_count(METRIC_http_connections_refused_total, 0);
        return admitted;
}

/* Return: NULL without memory. */
static struct slot_holder *holder_get(struct connection_slots *slots, const uint8_t address[16])
{
        struct slot_holder wanted = holder_of(address), *made;
        struct slot_holder **found = tfind(&wanted, &slots->holders, holder_compare);

        if (found)
                return *found;
        made = malloc(sizeof(*made));
        if (!made)
                return NULL;
        *made = wanted;
        if (tsearch(made, &slots->holders, holder_compare))
                return made;
        free(made);
        return NULL;
}

bool connection_slots_take(struct connection_slots *slots, struct connection_slot *slot,
                           const uint8_t address[16], int socket)
{
        struct slot_holder *holder;

        pthread_mutex_lock(&slots->lock);
        holder = holder_get(slots, address);
        if (holder) {
                holder->n++;
                *slot = (struct connection_slot){.holder = holder, .socket = socket};
                slot_link(slots, slot, CONNECTION_NEW);
        }
        pthread_mutex_unlock(&slots->lock);
        return holder;
}

void connection_slots_set(struct connection_slots *slots, struct connection_slot *slot,
                          enum connection_state state)
{
        pthread_mutex_lock(&slots->lock);
        if (slot->state != CONNECTION_DROPPED && slot->state != state) {
                slot_unlink(slots, slot);
                slot_link(slots, slot, state);
        }
        if (slots->n[CONNECTION_IDLE] > slots->options.idle)
                slot_drop(slots, longest_idle(slots));
        pthread_mutex_unlock(&slots->lock);
}

void connection_slots_release(struct connection_slots *slots, struct connection_slot *slot)
{
        pthread_mutex_lock(&slots->lock);
        slot_unlink(slots, slot);
        if (--slot->holder->n == 0) {
                (void)tdelete(slot->holder, &slots->holders, holder_compare);
                free(slot->holder);
        }
        pthread_mutex_unlock(&slots->lock);
}

unsigned connection_slots_taken(struct connection_slots *slots)
{
        unsigned taken;

        pthread_mutex_lock(&slots->lock);
        taken = n_open(slots) + slots->n[CONNECTION_DROPPED];
        pthread_mutex_unlock(&slots->lock);
        return taken;
}
