/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection over TLS to a satellite that has proven to be the one of its address. Nothing of
 * ours is sent before that but the prelude and the handshake's own messages.
 */
#pragma once

#include "base/error.h"
#include "satellite/address.h"

/* What connections share: our certificate. */
struct link_maker;

struct link;

/* Return: the maker, or NULL where memory or the crypto library fail. */
struct link_maker *link_maker_new(void);

/* All its links are closed before. NULL does nothing. */
void link_maker_free(struct link_maker *maker);

/* Speaks the prelude and shakes hands over a connected socket that does not block. The socket
 * belongs to the link then; on failure it stays the caller's. `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_SATELLITE_IMPOSTOR; ERR_SATELLITE_NONSENSE: this is no TLS;
 * ERR_SATELLITE_UNAVAILABLE; ERR_INTERNAL. */
enum err link_open(struct link_maker *maker, int socket, const struct node_id *id, int64_t deadline,
                   struct link **ret);

/* Return: the socket, which stays the link's. */
int link_socket(const struct link *link);

/* NULL does nothing. */
void link_close(struct link *link);

/* Writes all of it. Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE. */
enum err link_write(struct link *link, struct slice bytes, int64_t deadline);

/* Reads something, at least one byte.
 * Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE: the end, too late, or a broken connection. */
enum err link_read(struct link *link, uint8_t *bytes, size_t size, int64_t deadline, size_t *ret_n);
