/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings that are there once for each OpenID Connect provider: login.oidc.NAME.KEY.
 */
#include <string.h>

#include "base/macros.h"
#include "config/settings.h"

static bool key_find(struct slice text, enum provider_setting *ret)
{
        for (enum provider_setting key = 0; key < PROVIDER_SETTINGS; key++)
                if (slice_equal(slice_from_string(provider_setting_info(key)->name), text)) {
                        *ret = key;
                        return true;
                }
        return false;
}

bool provider_setting_find(struct slice name, struct slice *ret_provider,
                           enum provider_setting *ret_key)
{
        struct slice prefix = SLICE("login.oidc.");

        if (!slice_starts_with(name, prefix))
                return false;
        name = slice_from(name, prefix.size);
        return slice_cut(&name, '.', ret_provider) && key_find(name, ret_key);
}

/* Lower case; "_" is a hyphen in a provider's name and itself in a key. */
static bool variable_is(struct slice variable, struct slice text)
{
        for (size_t i = 0; i < text.size && i < variable.size; i++) {
                uint8_t byte = text.data[i];

                if ((byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte) != variable.data[i])
                        return false;
        }
        return variable.size == text.size;
}

bool provider_variable_find(struct slice name, struct slice *ret_provider,
                            enum provider_setting *ret_key)
{
        for (enum provider_setting key = 0; key < PROVIDER_SETTINGS; key++) {
                struct slice text = slice_from_string(provider_setting_info(key)->name);

                if (name.size <= text.size + 1 || name.data[name.size - text.size - 1] != '_' ||
                    !variable_is(slice_from(name, name.size - text.size), text))
                        continue;
                *ret_provider = slice_to(name, name.size - text.size - 1);
                *ret_key = key;
                return true;
        }
        return false;
}

static bool name_is_valid(struct slice name)
{
        for (size_t i = 0; i < name.size; i++)
                if (!(name.data[i] >= 'a' && name.data[i] <= 'z') &&
                    !(name.data[i] >= '0' && name.data[i] <= '9') && name.data[i] != '-')
                        return false;
        return name.size && name.size <= LIMIT_PROVIDER_NAME;
}

struct config_provider *provider_named(struct config *config, struct slice name,
                                       struct buf *problem)
{
        struct config_provider *provider;

        for (size_t i = 0; i < config->n_providers; i++)
                if (slice_equal(slice_from_string(config->providers[i].name), name))
                        return &config->providers[i];
        if (!name_is_valid(name)) {
                buf_put_string(problem, "the provider's name has 1 to 20 characters, of a-z, 0-9 "
                                        "and -");
                return NULL;
        }
        if (config->n_providers == LIMIT_PROVIDERS) {
                buf_put_string(problem, "there are eight providers already, which are the most");
                return NULL;
        }
        provider = &config->providers[config->n_providers++];
        memcpy(provider->name, name.data, name.size);
        for (enum provider_setting key = 0; key < PROVIDER_SETTINGS; key++)
                (void)provider_set(provider, key, provider_setting_info(key)->default_text,
                                   SOURCE_DEFAULT, problem);
        return provider;
}
