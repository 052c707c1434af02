/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking how settings fit together.
 */
#include "config/check.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/macros.h"
#include "base/uri.h"
#include "config/address.h"
#include "config/check_providers.h"
#include "config/command_line.h"
#include "core/authorize/resource.h"
#include "core/people/email.h"
#include "http/head.h"
#include "remote/allowlist.h"
#include "remote/satellite/address.h"
#include "remote/smtp.h"
#include "store/open.h"

/* --- derived defaults --- */

static const char *default_public_url(struct arena *arena, const char *listen)
{
        struct buf url CLEANUP(buf_deinit) = BUF_INIT(64);
        uint16_t port = 0;

        (void)address_parse(slice_from_string(listen), &port);
        buf_put_string(&url, "http://localhost:");
        buf_put_int64(&url, port);
        return arena_string(arena, buf_slice(&url));
}

/* master.key in the folder of the database; empty for a server's, which has no folder here. */
static const char *default_key_file(struct arena *arena, const char *store_url)
{
        struct buf path CLEANUP(buf_deinit) = BUF_INIT(2 * LIMIT_SETTING);
        struct store_location location;
        const char *slash = NULL;

        if (store_locate(slice_from_string(store_url), &location) == ERR_OK) {
                if (!*location.path)
                        return "";
                slash = strrchr(location.path, '/');
        }
        if (slash)
                buf_put(&path, slice_new(location.path, (size_t)(slash - location.path) + 1));
        buf_put_string(&path, "master.key");
        return arena_string(arena, buf_slice(&path));
}

static int64_t default_slots(void)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);

        if (cores < 1)
                return 1;
        return cores > MINT_SLOTS_MAXIMUM ? MINT_SLOTS_MAXIMUM : cores;
}

static const char *number_text(struct arena *arena, int64_t number)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(32);

        buf_put_int64(&text, number);
        return arena_string(arena, buf_slice(&text));
}

void config_complete(struct arena *arena, struct config *config)
{
        if (!*config->http_public_url &&
            address_is_loopback(slice_from_string(config->http_listen))) {
                config->http_public_url = default_public_url(arena, config->http_listen);
                config->texts[SETTING_http_public_url] = config->http_public_url;
        }
        if (!*config->keys_master && !*config->keys_master_command) {
                config->keys_master = default_key_file(arena, config->store_url);
                config->texts[SETTING_keys_master] = config->keys_master;
        }
        if (config->mint_slots == 0) {
                config->mint_slots = default_slots();
                config->texts[SETTING_mint_slots] = number_text(arena, config->mint_slots);
        }
}

/* --- requirements --- */

static void require(struct buf *problems, bool good, const char *line)
{
        if (good)
                return;
        buf_put_string(problems, line);
        buf_put_byte(problems, '\n');
}

/* An address that is only this machine's may go without encryption. */
static bool is_private(const char *url)
{
        struct slice text = slice_from_string(url);

        return !text.size || slice_starts_with(text, SLICE("https://")) ||
               origin_url_is_loopback(text);
}

/* Whether both would listen on one port: at the same address, or one of them at all. */
static bool ports_collide(const char *first, const char *second)
{
        struct host_port one, other;

        if (!host_port_parse(slice_from_string(first), &one) ||
            !host_port_parse(slice_from_string(second), &other) || !one.port.size ||
            slice_equal(one.port, SLICE("0")) || !slice_equal(one.port, other.port))
                return false;
        return slice_equal(one.host, other.host) || address_is_any(one.host) ||
               address_is_any(other.host);
}

static void urls_check(const struct config *config, struct buf *problems)
{
        require(problems, is_private(config->http_public_url),
                "http.public_url: passwords and grants would travel unencrypted; set the https URL "
                "that people use, or one of this machine");
        require(problems, is_private(config->edge_auth_url),
                "edge.auth_url: grants would travel unencrypted; set an https URL, or one of this "
                "machine");
        require(problems, !ports_collide(config->http_listen, config->metrics_listen),
                "metrics.listen: is the port of http.listen; choose another");
}

static void network_check(const struct config *config, struct buf *problems)
{
        struct slice public_url = slice_from_string(config->http_public_url);
        bool has_tls = *config->http_tls_certificate && *config->http_tls_key;
        bool has_proxies = *config->http_trusted_proxies;
        bool is_https = slice_starts_with(public_url, SLICE("https://"));

        require(problems, !*config->http_tls_certificate == !*config->http_tls_key,
                "http.tls_certificate and http.tls_key go together: set both or none");
        require(problems, networks_are_valid(slice_from_string(config->http_trusted_proxies)),
                "http.trusted_proxies: needs addresses or networks such as 10.0.0.0/8, with "
                "commas between them");
        require(problems, !has_tls || is_https,
                "http.public_url: with a certificate it must start with https://");
        if (address_is_loopback(slice_from_string(config->http_listen)))
                return;
        require(problems, is_https || !is_private(config->http_public_url),
                "http.public_url: http.listen is open to the network, so set the https URL that "
                "people use");
        require(problems, has_tls || has_proxies,
                "http.tls_certificate: http.listen is open to the network, so set a certificate "
                "and key, or http.trusted_proxies");
}

/* RFC 9110's token, and none that means something else here. */
static bool field_is_valid(struct slice name)
{
        return slice_consists_of(name, "!#$%&'*+-.^_`|~") && !head_reads(name);
}

/* What a page may send a browser to: no script, nothing of this server's own. */
static bool is_web_address(struct slice text)
{
        struct uri uri;

        return uri_parse(text, &uri) && uri.at.host.size &&
               (slice_equal(uri.scheme, SLICE("https")) || slice_equal(uri.scheme, SLICE("http")));
}

static void login_check(const struct config *config, struct buf *problems)
{
        struct slice logout = slice_from_string(config->login_proxy_logout);
        struct slice field = slice_from_string(config->login_proxy_header);

        require(problems, field.size || config->n_providers || config->login_passwords,
                "login.passwords: nobody could log in; set login.proxy_header, a provider with "
                "login.oidc, or true");
        require(problems, !logout.size || is_web_address(logout),
                "login.proxy_logout: needs an https URL, such as "
                "https://grants.example.com/oauth2/sign_out");
        if (!field.size)
                return;
        require(problems, field_is_valid(field),
                "login.proxy_header: needs the name of a header field such as X-Forwarded-Email, "
                "and none that this server reads for something else");
        require(problems, *config->http_trusted_proxies,
                "login.proxy_header: needs http.trusted_proxies, the proxies that may say who "
                "somebody is");
        require(problems, !config->accounts_open_registration,
                "login.proxy_header: needs accounts.open_registration = false, or a stranger could "
                "register the address of somebody whom the proxy names later");
}

static void mail_check(const struct config *config, struct buf *problems)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct slice from = slice_from_string(config->mail_from), normal;
        struct smtp_server server = {0};

        if (!*config->mail_url)
                return;
        require(problems, smtp_server_read(slice_from_string(config->mail_url), &server),
                "mail.url: needs smtp://HOST or smtps://HOST, with USER:PASSWORD@ before the host "
                "and :PORT behind it where they are needed");
        require(problems,
                smtp_address_is_valid(from) && email_normalise(&arena, from, &normal) == ERR_OK,
                "mail.from: mail.url is set, so set the e-mail address that mail comes from");
        require(problems,
                !*config->mail_password_file || (server.user.size && !server.password.size),
                "mail.password_file: needs a user in mail.url, and no password there");
}

static bool allowlist_is_valid(struct slice text)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct allowlist allowlist;

        return allowlist_parse(&arena, text, &allowlist);
}

static void key_check(const struct config *config, bool is_known_url, struct buf *problems)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice command = slice_from_string(config->keys_master_command);
        char **words;

        require(problems, command.size || *config->keys_master || !is_known_url,
                "keys.master: a database server keeps no key file; set where it is, the same on "
                "each node, or set keys.master_command");
        if (!command.size)
                return;
        require(problems, command_line_split(&arena, command, &words) && words[0][0] == '/',
                "keys.master_command: needs the absolute path of a program and its arguments, with "
                "every quote closed");
        require(problems, !*config->keys_master,
                "keys.master and keys.master_command: the key has one source, so set one of them");
}

/* Nothing that PostgreSQL would take for another name, or for a list. */
static bool schema_is_valid(const char *name)
{
        size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

        return size && !name[size] && size <= STORE_SCHEMA && *name >= 'a' && *name <= 'z' &&
               strncmp(name, "pg_", 3) != 0;
}

static bool satellite_is_valid(struct slice text)
{
        struct satellite_address address;

        return !text.size ||
               (text.size <= LIMIT_SATELLITE_ADDRESS && satellite_address_parse(text, &address));
}

/* "US1 node-id@host:port, EU1 node-id@host:port": a name may have blanks, an address has none. */
static bool known_are_valid(struct slice rest)
{
        struct slice item;
        bool has_more = rest.size;

        while (has_more) {
                size_t name;

                has_more = slice_cut(&rest, ',', &item);
                item = blanks_trim(item);
                for (name = item.size; name && item.data[name - 1] != ' '; name--)
                        ;
                if (!name || !satellite_is_valid(slice_from(item, name)))
                        return false;
        }
        return true;
}

void config_check(const struct config *config, struct buf *problems)
{
        struct store_location location;
        bool is_known_url = store_locate(slice_from_string(config->store_url), &location) == ERR_OK;

        network_check(config, problems);
        urls_check(config, problems);
        login_check(config, problems);
        providers_check(config, problems);
        mail_check(config, problems);
        key_check(config, is_known_url, problems);
        require(problems, is_known_url, store_url_problem);
        require(problems, schema_is_valid(config->store_schema),
                "store.schema: needs lower-case letters, digits and _, a letter first, 63 at most");
        require(problems, satellite_is_valid(slice_from_string(config->satellite_address)),
                "satellite.address: needs the form node-id@host:port");
        require(problems, known_are_valid(slice_from_string(config->satellite_known)),
                "satellite.known: needs a name and node-id@host:port each, such as US1 "
                "12Eay...@us1.example.com:7777, with commas between them");
        require(problems, allowlist_is_valid(slice_from_string(config->satellite_allowed)),
                "satellite.allowed: needs public, networks such as 127.0.0.0/8, or host:port, with "
                "commas between them");
        require(problems, allowlist_is_valid(slice_from_string(config->clients_metadata_allowed)),
                "clients.metadata_allowed: needs public, networks such as 127.0.0.0/8, or "
                "host:port, with commas between them");
        require(problems, resources_are_valid(slice_from_string(config->oauth_resources)),
                "oauth.resources: needs absolute URIs without a fragment, or any, with commas "
                "between them");
        require(problems, config->session_idle <= config->session_lifetime,
                "session.idle: is longer than session.lifetime");
        require(problems, config->code_lifetime <= config->code_memory,
                "code.memory: is shorter than code.lifetime");
        require(problems,
                !config->grant_max_lifetime ||
                        config->sources[SETTING_grant_default_lifetime] == SOURCE_DEFAULT ||
                        config->grant_default_lifetime <= config->grant_max_lifetime,
                "grant.default_lifetime: is longer than grant.max_lifetime");
}
