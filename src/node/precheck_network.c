/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate, and the ports to listen on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/uri.h"
#include "http/listen.h"
#include "node/precheck.h"
#include "node/tls_files.h"
#include "os/certificate.h"

enum { SOON = 14 * 86400 /* seconds */, SENTENCE = 8192, DAY_TEXT = 10 };

#define SETTING "http.tls_certificate"

/* --- the certificate --- */

/* 2026-01-31 */
static const char *day(struct instant instant, char ret[DAY_TEXT + 1])
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);

        instant_encode(&text, instant);
        (void)snprintf(ret, DAY_TEXT + 1, "%.*s", (int)text.size, (const char *)text.data);
        return ret;
}

static void time_check(const struct precheck *check, const struct certificate_facts *facts)
{
        int64_t now = time(NULL), end = instant_seconds(facts->not_after);
        char text[DAY_TEXT + 1];

        if (now < instant_seconds(facts->not_before))
                precheck_say(check, FINDING_PROBLEM, SETTING, "it is not valid before %s",
                             day(facts->not_before, text));
        else if (now > end)
                precheck_say(check, FINDING_PROBLEM, SETTING,
                             "it has expired on %s; renew it, and send SIGHUP",
                             day(facts->not_after, text));
        else
                precheck_say(check, end - now < SOON ? FINDING_WARNING : FINDING_OK, SETTING,
                             "it is valid until %s", day(facts->not_after, text));
}

static void facts_check(const struct precheck *check, const struct certificate_facts *facts,
                        struct slice host)
{
        if (facts->fits_key)
                precheck_say(check, FINDING_OK, "http.tls_key", "it belongs to the certificate");
        else
                precheck_say(check, FINDING_PROBLEM, "http.tls_key",
                             "%s is not the private key of the certificate %s, or has a passphrase",
                             check->config->http_tls_key, check->config->http_tls_certificate);
        if (facts->covers_host)
                precheck_say(check, FINDING_OK, SETTING, "it names %.*s", (int)host.size,
                             (const char *)host.data);
        else
                precheck_say(check, FINDING_PROBLEM, SETTING,
                             "it does not name %.*s, the host of http.public_url, so browsers "
                             "refuse it",
                             (int)host.size, (const char *)host.data);
        time_check(check, facts);
}

static void certificate_check(const struct precheck *check)
{
        const struct config *config = check->config;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);
        struct certificate_facts facts;
        struct tls_files files;
        struct uri uri = {0};

        if (tls_files_read(config, &arena, &why, &files) != ERR_OK) {
                precheck_say(check, FINDING_PROBLEM, SETTING, "%.*s", (int)why.size,
                             (const char *)why.data);
                return;
        }
        if (!files.certificate)
                return;
        (void)uri_parse(slice_from_string(config->http_public_url), &uri);
        uri.at.host = host_without_brackets(uri.at.host);
        if (certificate_read(slice_from_string(files.certificate), slice_from_string(files.key),
                             uri.at.host, &facts) == ERR_OK)
                facts_check(check, &facts, uri.at.host);
        else
                precheck_say(check, FINDING_PROBLEM, SETTING,
                             "%s does not begin with a certificate in PEM form",
                             config->http_tls_certificate);
}

/* --- ports --- */

static void port_check(const struct precheck *check, const char *setting, const char *text)
{
        int socket;

        if (!*text)
                return;
        errno = 0;
        if (listen_open(text, &socket) == ERR_OK) {
                (void)close(socket);
                precheck_say(check, FINDING_OK, setting, "%s is free", text);
        } else if (errno == EADDRINUSE) {
                precheck_say(check, FINDING_WARNING, setting,
                             "somebody listens on %s; if it is not this server, choose another",
                             text);
        } else if (errno == EACCES) {
                precheck_say(check, FINDING_WARNING, setting,
                             "this user may not listen on %s; the service can, with the systemd "
                             "unit that comes with grantd",
                             text);
        } else {
                precheck_say(check, FINDING_PROBLEM, setting, "nobody can listen on %s here: %s",
                             text, errno ? strerror(errno) : "it is not an address");
        }
}

void precheck_network(const struct precheck *check)
{
        certificate_check(check);
        port_check(check, "http.listen", check->config->http_listen);
        port_check(check, "metrics.listen", check->config->metrics_listen);
}
