/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the providers that people may log in with.
 */
#include "node/login_providers.h"

#include "base/files.h"
#include "base/macros.h"
#include "core/people/openid/provider.h"

static enum err secret_read(struct arena *arena, const struct config_provider *from,
                            struct secret *ret, struct buf *why)
{
        struct slice rest, line;

        *ret = (struct secret){.hidden = slice_from_string(from->client_secret)};
        if (!*from->client_secret_file)
                return ERR_OK;
        TRY(file_read_secret(from->client_secret_file, LIMIT_SETTING, arena, ret, why));
        rest = secret_reveal(*ret);
        (void)slice_cut(&rest, '\n', &line);
        ret->hidden = line;
        return ERR_OK;
}

enum err login_providers_read(struct arena *arena, const struct config *config,
                              struct policy *policy, struct buf *why)
{
        struct openid_provider *providers =
                arena_array(arena, LIMIT_PROVIDERS, struct openid_provider);

        if (!providers)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < config->n_providers; i++) {
                const struct config_provider *from = &config->providers[i];

                providers[i] = (struct openid_provider){
                        .name = slice_from_string(from->name),
                        .label = slice_from_string(*from->label ? from->label : from->name),
                        .issuer = slice_from_string(from->issuer),
                        .client_id = slice_from_string(from->client_id),
                        .scopes = slice_from_string(from->scopes),
                        .domains = slice_from_string(from->domains),
                        .group_claim = slice_from_string(from->group_claim),
                        .groups = slice_from_string(from->groups),
                        .trust_email = from->trust_email,
                        .accounts = from->accounts,
                };
                TRY(secret_read(arena, from, &providers[i].client_secret, why));
        }
        policy->providers = providers;
        policy->n_providers = config->n_providers;
        return ERR_OK;
}
