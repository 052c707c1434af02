/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device that asks for its grant is told (RFC 8628 section 3.5).
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* For an exchange of its client, who is authenticated: whether there is anything to exchange.
 * Return: ERR_OK; ERR_DEVICE_*; faults. */
enum err device_check(struct op *op, const struct device_request *device,
                      const struct client *client, const struct request *request);
