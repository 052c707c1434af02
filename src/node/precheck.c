/* SPDX-License-Identifier: Apache-2.0
 *
 * Files to write to, leaked passwords, other servers' names, and the clock.
 */
#include "node/precheck.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "base/uri.h"
#include "os/leaked_passwords.h"
#include "remote/resolve.h"
#include "remote/satellite/address.h"

enum { SENTENCE = 2048, DNS_PATIENCE = 3000 /* ms */ };

void precheck_say(const struct precheck *check, enum finding_status status, const char *setting,
                  const char *format, ...)
{
        char text[SENTENCE];
        struct finding finding = {.status = status, .setting = setting};
        va_list list;

        va_start(list, format);
        (void)vsnprintf(text, sizeof(text), format, list);
        va_end(list);
        finding.text = slice_from_string(text);
        check->found(check->context, &finding);
}

/* --- files --- */

static void file_check(const struct precheck *check, const char *setting, const char *path)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);

        if (!*path)
                return;
        if (file_exists(path) && access(path, W_OK) != 0)
                precheck_say(check, FINDING_PROBLEM, setting,
                             "%s may not be written by this user; change its owner", path);
        else if (!file_exists(path) && file_check_folder(path, &why) != ERR_OK)
                precheck_say(check, FINDING_PROBLEM, setting, "%.*s", (int)why.size,
                             (const char *)why.data);
        else
                precheck_say(check, FINDING_OK, setting, "%s can be written", path);
}

static void leaks_check(const struct precheck *check)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);
        const char *path = check->config->accounts_leaked_passwords;

        if (!*path)
                return;
        if (leaked_passwords_check(path, &why) == ERR_OK)
                precheck_say(check, FINDING_OK, "accounts.leaked_passwords",
                             "%s is a sorted list of hashes", path);
        else
                precheck_say(check, FINDING_PROBLEM, "accounts.leaked_passwords", "%.*s",
                             (int)why.size, (const char *)why.data);
}

/* --- names --- */

/* People find the server by its public name elsewhere, too, so this is only a warning. */
static void name_check(const struct precheck *check, struct resolver *resolver, const char *setting,
                       struct slice host)
{
        struct addrinfo *addresses = NULL;
        struct slice name = host_without_brackets(host);

        if (!name.size || !resolver)
                return;
        if (resolve(resolver, name, 1, monotonic_in(DNS_PATIENCE), &addresses) == ERR_OK)
                precheck_say(check, FINDING_OK, setting, "%.*s has an address", (int)name.size,
                             (const char *)name.data);
        else
                precheck_say(check, FINDING_WARNING, setting,
                             "no address was found for %.*s; check the name, and this machine's "
                             "name servers",
                             (int)name.size, (const char *)name.data);
        if (addresses)
                freeaddrinfo(addresses);
}

static struct slice host_of(const char *url)
{
        struct uri uri;

        return uri_parse(slice_from_string(url), &uri) ? uri.at.host : (struct slice){0};
}

static void names_check(const struct precheck *check)
{
        const struct config *config = check->config;
        struct resolver *resolver = resolver_new();
        struct satellite_address satellite;

        name_check(check, resolver, "http.public_url", host_of(config->http_public_url));
        name_check(check, resolver, "edge.auth_url", host_of(config->edge_auth_url));
        if (satellite_address_parse(slice_from_string(config->satellite_address), &satellite))
                name_check(check, resolver, "satellite.address", satellite.host);
        resolver_free(resolver);
}

/* --- the clock --- */

/* A JWT of an application lives for minutes, and is refused by a clock that is wrong by more than
 * client_secret.leeway. */
static void clock_check(const struct precheck *check)
{
        struct timex status = {0};

        if (ntp_adjtime(&status) == TIME_ERROR)
                precheck_say(check, FINDING_WARNING, "clock",
                             "nothing keeps this machine's clock right; run an NTP client such as "
                             "systemd-timesyncd or chrony");
        else
                precheck_say(check, FINDING_OK, "clock", "it is synchronised");
}

void precheck(const struct precheck *check)
{
        precheck_store(check);
        file_check(check, "log.file", check->config->log_file);
        file_check(check, "store.revocation_copy", check->config->store_revocation_copy);
        leaks_check(check);
        precheck_network(check);
        names_check(check);
        clock_check(check);
}
