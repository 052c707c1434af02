/* SPDX-License-Identifier: Apache-2.0
 *
 * A satellite's stand-in with an identity of its own, on a loopback port: it behaves well or badly,
 * as given, and records what it receives.
 *
 *      struct stand_in_manner manner = {.response = bytes, .cut = 3};
 *      struct stand_in *stand_in = stand_in_open(&manner);
 */
#pragma once

#include "base/secret.h"
#include "stand_in_identity.h"

enum stand_in_silence {
        SILENT_NEVER,
        SILENT_AT_ONCE,         /* accepts the connection and does nothing more */
        SILENT_AFTER_HANDSHAKE, /* reads the call and never responds */
};

struct stand_in_manner {
        enum stand_in_chain chain;
        enum stand_in_silence silence;
        struct slice plain;    /* sent instead of TLS, as soon as there is a connection */
        struct slice response; /* to every call, for as long as there is one; stream numbers are put
                                * in where `is_numbered` */
        bool is_numbered;      /* the second byte of the response is the stream */
        bool has_cut;          /* closes after `cut` bytes of its response */
        size_t cut;
        int64_t cut_from; /* calls before this one get a whole response */
        size_t flood;     /* bytes of a never ending packet sent after the response */
        int pause;        /* milliseconds between two bytes of the response */
};

struct stand_in;

struct stand_in *stand_in_open(const struct stand_in_manner *manner);
void stand_in_freep(struct stand_in **stand_in);

/* Its own address: node-id@127.0.0.1:port. */
struct slice stand_in_address(const struct stand_in *stand_in);

/* The same with the id of an identity that is not its own. */
struct slice stand_in_other_address(const struct stand_in *stand_in);

/* What has come so far. */
struct stand_in_seen {
        unsigned n_connections;
        unsigned n_handshakes;   /* that it considered finished */
        unsigned n_calls;        /* complete ones */
        unsigned n_ended;        /* connections */
        size_t n_plain;          /* bytes outside TLS: of the prelude */
        size_t n_bytes;          /* bytes inside of TLS */
        int n_certificates;      /* that were shown to it */
        struct slice last_bytes; /* of the last connection, inside of TLS */
};
struct stand_in_seen stand_in_seen(struct stand_in *stand_in);
