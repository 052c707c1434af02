/* SPDX-License-Identifier: Apache-2.0
 *
 * Following the reference to a pushed request (RFC 9126).
 */
#pragma once

#include "api/authorize_params.h"

struct pushed_reference {
        struct slice request_uri;
        struct uuid browser;
};

/* Opens the pushed request of the client `params->form.client_id`, as a read of the redirect URI:
 * the terms come from the parameters that were pushed. Return: as authorize_read_redirect();
 * ERR_REQUEST_URI. */
enum err pushed_read(struct op *op, struct http_call *call,
                     const struct pushed_reference *reference, struct authorize_params *params,
                     struct client *ret);
