/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing an application's settings before and after a change.
 */
#include "core/grants/narrowing.h"

static bool texts_hold(const struct texts *texts, struct slice text)
{
        for (size_t i = 0; i < texts->n; i++)
                if (slice_equal(texts->items[i], text))
                        return true;
        return false;
}

bool client_change_narrows(const struct client_change *change, const struct client *was)
{
        const int64_t *lifetime = change->secret_max_lifetime;
        bool narrows = false;

        for (size_t i = 0; change->redirect_uris.n && i < was->redirect_uris.n; i++)
                narrows |= !texts_hold(&change->redirect_uris, was->redirect_uris.items[i]);
        for (size_t i = 0; change->logout_uris && i < was->logout_uris.n; i++)
                narrows |= !texts_hold(change->logout_uris, was->logout_uris.items[i]);
        narrows |= change->scopes.data && !slice_equal(change->scopes, was->scopes);
        narrows |= change->optional_scopes.data &&
                   !slice_equal(change->optional_scopes, was->optional_scopes);
        narrows |= change->auth_method && *change->auth_method != was->auth_method;
        narrows |= change->type && *change->type != was->type;
        narrows |= change->require_pkce && *change->require_pkce && !was->require_pkce;
        narrows |= change->require_pushed && *change->require_pushed && !was->require_pushed;
        narrows |= change->legacy_redirect && !*change->legacy_redirect && was->legacy_redirect;
        narrows |= change->device_flow && !*change->device_flow && was->device_flow;
        narrows |= change->refresh_tokens && !*change->refresh_tokens && was->refresh_tokens;
        narrows |= lifetime && *lifetime != was->secret_max_lifetime &&
                   !(was->secret_max_lifetime && *lifetime > was->secret_max_lifetime);
        narrows |= change->jwks.data && was->jwks.size && !slice_equal(change->jwks, was->jwks);
        return narrows;
}
