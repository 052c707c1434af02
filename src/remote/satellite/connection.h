/* SPDX-License-Identifier: Apache-2.0
 *
 * A TLS connection to a satellite that has proven to be the one in its address. Before that we send
 * only the prelude and the handshake.
 */
#pragma once

#include "base/error.h"
#include "remote/satellite/address.h"
#include "remote/satellite/frame.h"

/* What connections share: our certificate. */
struct satellite_connector;

/* Allocated on the heap; it does not move. */
struct satellite_connection {
        struct ssl_st *ssl; /* OpenSSL's */
        int socket;
        struct node_id id;    /* the expected satellite's */
        bool is_mismatch;     /* the handshake revealed another identity */
        uint64_t last_stream; /* the number of the last stream, see stream.h */
        struct buf received;  /* bytes not yet read by a stream */
};

/* Return: the connector, or NULL if memory or the crypto library fails. */
struct satellite_connector *satellite_connector_new(void);

/* Close all its connections first. NULL does nothing. */
void satellite_connector_free(struct satellite_connector *connector);

/* Sends the prelude and does the handshake over a connected, non-blocking socket. On success the
 * socket belongs to the connection; on failure it stays the caller's. `deadline`: of
 * monotonic_now(). Return: ERR_OK; ERR_SATELLITE_IDENTITY_MISMATCH; ERR_SATELLITE_PROTOCOL: the
 * peer does not speak TLS; ERR_SATELLITE_UNAVAILABLE; ERR_INTERNAL. */
enum err satellite_connection_open(struct satellite_connector *connector, int socket,
                                   const struct node_id *id, int64_t deadline,
                                   struct satellite_connection **ret);

/* Closes the socket too. NULL does nothing. */
void satellite_connection_close(struct satellite_connection *connection);

/* Writes all of it. Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE. */
enum err satellite_connection_write(struct satellite_connection *connection, struct slice bytes,
                                    int64_t deadline);

/* Waits for at least one byte and appends what arrives to `received`. Return: ERR_OK;
 * ERR_SATELLITE_UNAVAILABLE: the connection was closed or broke, or the deadline passed;
 * ERR_SATELLITE_PROTOCOL: more than one frame was left unread. */
enum err satellite_connection_receive(struct satellite_connection *connection, int64_t deadline);
