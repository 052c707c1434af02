/* SPDX-License-Identifier: Apache-2.0
 *
 * A device without a browser asks for access, and a person enters its user code elsewhere
 * (RFC 8628): docs/protocol/oauth.md 7.
 */
#pragma once

#include "core/authorize/request.h"

struct device_start {
        struct secret device_code;
        struct slice user_code; /* "BCDF-GHJK" */
};

/* What a device asks for. */
struct device_wish {
        struct texts scope;            /* with protocol scopes among them */
        const struct details *details; /* NULL: none */
};

/* Checks what the client, which is authenticated, asks for, and keeps it for DEVICE_LIFETIME. If it
 * asks for nothing, it is what is registered. Return: ERR_OK; ERR_DEVICE_FLOW_OFF; ERR_SCOPE_*;
 * ERR_DETAILS_*; ERR_QUOTA_DEVICES and ERR_TOO_MANY_STARTS, with `caller->wait`; faults. */
enum err device_begin(struct op *op, const struct client *client, const struct device_wish *wish,
                      struct device_start *ret);

/* What the device asks for whose user code somebody entered, in any case and with or without the
 * dash, as a request to this account. Return: ERR_OK; ERR_USER_CODE_UNKNOWN; ERR_TOO_MANY_REQUESTS,
 * with `caller->wait`: too many were wrong; ERR_CLIENT_INACTIVE; the quotas of request_start();
 * faults. */
enum err device_enter(struct op *op, struct slice user_code, struct request_view *ret);
