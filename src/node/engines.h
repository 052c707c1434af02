/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP engines of a server: how many threads and connections they get, their callbacks, and the
 * access log. Problems are reported on standard error.
 */
#pragma once

#include "api/api.h"
#include "http/engine.h"
#include "node/node.h"

/* Serves the API on http.listen. `node` and `api` must outlive the engine.
 * Return: ERR_OK; as engine_start() and tls_files_read(). */
enum err engines_open_main(struct node *node, struct api *api, struct engine **ret);

/* Serves /metrics on metrics.listen; without it there is no engine, and `ret` is untouched.
 * Return: as engine_start(). */
enum err engines_open_metrics(const struct node *node, struct api *api, struct engine **ret);

/* Rereads the certificate and its key; if they cannot be used, the engine keeps the old ones.
 */
void engines_renew(struct engine *engine, struct node *node);
