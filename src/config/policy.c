/* SPDX-License-Identifier: Apache-2.0
 *
 * From settings to the core's policy.
 */
#include "config/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"

/* A renewable application is listed by its last grant, so a refresh token does not outlive it. */
static int64_t refresh_idle(const struct config *config)
{
        return config->refresh_idle < config->grant_retention ? config->refresh_idle
                                                              : config->grant_retention;
}

static bool is_factor_of_developers(const char *who)
{
        return strcmp(who, "developers") == 0 || strcmp(who, "everybody") == 0;
}

struct policy config_policy(const struct config *config)
{
        return (struct policy){
                .issuer = slice_from_string(config->http_public_url),
                .satellite_address = slice_from_string(config->satellite_address),
                .known_satellites = slice_from_string(config->satellite_known),
                .resources = slice_from_string(config->oauth_resources),
                .open_registration = config->accounts_open_registration,
                .invited_developers = strcmp(config->accounts_developers, "invited") == 0,
                .factor_of_operators = strcmp(config->accounts_require_factor, "nobody") != 0,
                .factor_of_developers = is_factor_of_developers(config->accounts_require_factor),
                .factor_of_everybody = strcmp(config->accounts_require_factor, "everybody") == 0,
                .passwords_off = !config->login_passwords,
                .proxy_login = *config->login_proxy_header != 0,
                .proxy_accounts = config->login_proxy_accounts,
                .proxy_logout = slice_from_string(config->login_proxy_logout),
                .self_made_projects = config->projects_self_made,
                .require_approval = config->clients_require_approval,
                .raw_secrets = config->clients_raw_secrets,
                .dynamic_registration = config->clients_dynamic_registration,
                .metadata_documents = config->clients_metadata_documents,
                .dynamic_limit = config->clients_dynamic_limit,
                .session_idle = config->session_idle,
                .session_lifetime = config->session_lifetime,
                .session_proof = config->session_proof,
                .consent_lifetime = config->consent_lifetime,
                .code_lifetime = config->code_lifetime,
                .code_replay_grace = config->code_replay_grace,
                .code_memory = config->code_memory,
                .refresh_grant_lifetime = config->refresh_grant_lifetime,
                .refresh_max_lifetime = config->refresh_max_lifetime,
                .refresh_idle = refresh_idle(config),
                .refresh_grace = config->refresh_grace,
                .client_secret_max_lifetime = config->client_secret_max_lifetime,
                .client_secret_leeway = config->client_secret_leeway,
                .grant_default_lifetime = config->grant_default_lifetime,
                .grant_max_lifetime = config->grant_max_lifetime,
                .grant_unrevocable_lifetime = config->grant_unrevocable_lifetime,
                .audit_retention = config->audit_retention,
                .request_retention = config->requests_retention,
                .grant_retention = config->grant_retention,
                .account_requests = config->limits_requests_per_account,
                .client_authorizations = config->limits_authorizations_per_client,
                .client_requests = config->limits_requests_per_client,
                .account_logins = config->limits_logins_per_account,
                .account_changes = config->limits_changes_per_account,
                .login_failures = config->limits_login_per_address,
                .failures_per_address = config->limits_failures_per_address,
                .failures_per_client = config->limits_failures_per_client,
                .registrations_per_address = config->limits_registrations_per_address,
                .public_requests_per_address = config->limits_public_requests_per_address,
                .audited_failures = config->limits_audited_failures,
        };
}

/* The word is one of the choices of store.pooler. */
static enum store_pooler pooler_of(const char *word)
{
        if (strcmp(word, "transaction") == 0)
                return STORE_POOLER_TRANSACTION;
        return strcmp(word, "session") == 0 ? STORE_POOLER_SESSION : STORE_POOLER_NONE;
}

enum err config_store(const struct config *config, struct store_location *ret)
{
        TRY(store_locate(slice_from_string(config->store_url), ret));
        if (*ret->path)
                return ERR_OK; /* the rest is about servers */
        (void)snprintf(ret->schema, sizeof(ret->schema), "%s", config->store_schema);
        ret->allow_async_commit = config->store_allow_async_commit;
        ret->pooler = pooler_of(config->store_pooler);
        ret->readers = (unsigned)config->store_readers;
        (void)snprintf(ret->revocation_copy, sizeof(ret->revocation_copy), "%s",
                       config->store_revocation_copy);
        return ERR_OK;
}
