/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in by a proxy in front of the server, which has authenticated the person and names them
 * by their e-mail address. Whether to trust it is decided at the edge: `caller.person` is what a
 * trusted proxy said.
 */
#pragma once

#include "core/op.h"

/* Whom the proxy names, by an address in its normal form.
 * Return: ERR_OK; ERR_PROXY_PERSON: nobody, or not by an address; ERR_OUT_OF_MEMORY. */
enum err proxy_person(struct op *op, struct slice *ret_email);

/* Whether the proxy names the owner of this address. */
bool proxy_names(struct op *op, struct slice email);
