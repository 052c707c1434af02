/* SPDX-License-Identifier: Apache-2.0
 *
 * Which providers are complete, and safe beside each other.
 */
#include "config/check_providers.h"

#include "base/macros.h"
#include "core/people/openid/metadata.h"

enum { LIMIT_ISSUER = 256, LIMIT_CLIENT_ID = 512, LIMIT_CLAIM = 100 };

/* A provider's problem, if there is one. */
static void require(struct buf *problems, bool holds, const struct config_provider *provider,
                    const char *problem)
{
        if (holds)
                return;
        buf_put_string(problems, "login.oidc.");
        buf_put_string(problems, provider->name);
        buf_put_string(problems, problem);
        buf_put_byte(problems, '\n');
}

static bool has_openid(struct slice scopes)
{
        struct slice scope;

        while (scopes.size) {
                (void)slice_cut(&scopes, ' ', &scope);
                if (slice_equal(scope, SLICE("openid")))
                        return true;
        }
        return false;
}

static bool issuer_is_good(struct slice issuer)
{
        return issuer.size <= LIMIT_ISSUER && !slice_contains_byte(issuer, '?') &&
               provider_url_is_good(issuer);
}

static void form_check(const struct config_provider *provider, struct buf *problems)
{
        require(problems, issuer_is_good(slice_from_string(provider->issuer)), provider,
                ".issuer: needs the provider's https URL, as its discovery document says it, of "
                "256 characters at most and without ? and #");
        require(problems,
                *provider->client_id &&
                        slice_from_string(provider->client_id).size <= LIMIT_CLIENT_ID,
                provider,
                ".client_id: needs the id that the provider has given to this server, of 512 "
                "characters at most");
        require(problems, !*provider->client_secret || !*provider->client_secret_file, provider,
                ".client_secret and .client_secret_file: the secret has one source, so set one of "
                "them");
        require(problems, has_openid(slice_from_string(provider->scopes)), provider,
                ".scopes: needs openid among its words");
        require(problems,
                !*provider->groups ||
                        (*provider->group_claim &&
                         slice_from_string(provider->group_claim).size <= LIMIT_CLAIM),
                provider,
                ".group_claim: .groups is set, so name the claim that lists a person's groups, "
                "with 100 characters at most");
}

/* Whether somebody's word on addresses opens existing accounts. */
static bool has_trust(const struct config *config)
{
        bool has_trust = *config->login_proxy_header;

        for (size_t i = 0; i < config->n_providers; i++)
                has_trust = has_trust || config->providers[i].trust_email;
        return has_trust;
}

void providers_check(const struct config *config, struct buf *problems)
{
        for (size_t i = 0; i < config->n_providers; i++) {
                const struct config_provider *provider = &config->providers[i];

                form_check(provider, problems);
                require(problems, !provider->trust_email || !config->accounts_open_registration,
                        provider,
                        ".trust_email: needs accounts.open_registration = false, or a stranger "
                        "could register the address of somebody who logs in with the provider "
                        "later");
                require(problems,
                        !has_trust(config) || provider->trust_email || !provider->accounts,
                        provider,
                        ".accounts: another way to log in opens accounts by their address, so this "
                        "provider must not make any for addresses that it is not trusted with; set "
                        ".trust_email = true or .accounts = false");
        }
}
