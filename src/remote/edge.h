/* SPDX-License-Identifier: Apache-2.0
 *
 * The edge auth service, over HTTP: it stores an access grant and issues S3 credentials for it.
 */
#pragma once

#include "core/ports.h"

struct edge;

/* `auth_url` is borrowed; empty: there is no service, and the port reports that.
 * Return: the edge, or NULL without memory. */
struct edge *edge_new(const char *auth_url);

/* NULL does nothing. */
void edge_free(struct edge *edge);

struct edge_port edge_port(struct edge *edge);
