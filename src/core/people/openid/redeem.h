/* SPDX-License-Identifier: Apache-2.0
 *
 * From a provider's code to the person it has logged in: OpenID Connect Core, "Token Endpoint" and
 * "UserInfo Endpoint".
 */
#pragma once

#include "core/people/openid/metadata.h"
#include "core/people/openid/ticket.h"

struct openid_code {
        struct secret code;
        struct slice redirect_uri; /* that it was sent to */
        const struct login_ticket *ticket;
};

/* Calls the provider. Return: ERR_OK; ERR_PROVIDER_TOKEN, explained; ERR_PROVIDER_AWAY; ERR_BUSY;
 * faults. */
enum err openid_redeem(struct op *op, const struct openid_provider *provider,
                       const struct openid_metadata *metadata, const struct openid_code *code,
                       struct openid_person *ret);
