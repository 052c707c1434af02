/* SPDX-License-Identifier: Apache-2.0
 *
 * Calling the OpenID Connect providers that the operator has named, and remembering their
 * documents: a port of the core. Each document is fetched once at a time, and whoever else needs
 * it waits for that.
 */
#pragma once

#include "core/ports.h"

struct providers;

/* Return: NULL without memory. */
struct providers *providers_new(void);

/* NULL does nothing. */
void providers_free(struct providers *providers);

struct provider_port providers_port(struct providers *providers);
