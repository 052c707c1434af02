/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection over TLS to a satellite that has proven to be the one of its address. Nothing of
 * ours is sent before that but the prelude and the handshake's own messages.
 */
#pragma once

#include "base/error.h"
#include "remote/satellite/address.h"
#include "remote/satellite/frame.h"

/* What connections share: our certificate. */
struct satellite_connector;

/* It lives on the heap and does not move. */
struct satellite_connection {
        struct ssl_st *ssl; /* OpenSSL's */
        int socket;
        struct node_id id;    /* of the satellite that must be there */
        bool is_mismatch;     /* the handshake has shown another identity */
        uint64_t last_stream; /* the number of the last stream, see stream.h */
        struct buf received;  /* bytes that no stream has read yet */
};

/* Return: the connector, or NULL where memory or the crypto library fail. */
struct satellite_connector *satellite_connector_new(void);

/* All its connections are closed before. NULL does nothing. */
void satellite_connector_free(struct satellite_connector *connector);

/* Sends the prelude and shakes hands over a connected socket that does not block. On success the
 * socket belongs to the connection; on failure it stays the caller's. `deadline`: of
 * monotonic_now(). Return: ERR_OK; ERR_SATELLITE_IDENTITY_MISMATCH; ERR_SATELLITE_PROTOCOL: this is
 * no TLS; ERR_SATELLITE_UNAVAILABLE; ERR_INTERNAL. */
enum err satellite_connection_open(struct satellite_connector *connector, int socket,
                                   const struct node_id *id, int64_t deadline,
                                   struct satellite_connection **ret);

/* Closes the socket too. NULL does nothing. */
void satellite_connection_close(struct satellite_connection *connection);

/* Writes all of it. Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE. */
enum err satellite_connection_write(struct satellite_connection *connection, struct slice bytes,
                                    int64_t deadline);

/* Waits for at least one byte and adds what came to `received`.
 * Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE: closed, too late, or a broken connection;
 * ERR_SATELLITE_PROTOCOL: more than one frame was left unread. */
enum err satellite_connection_receive(struct satellite_connection *connection, int64_t deadline);
