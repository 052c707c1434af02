/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of a log-in: how, from where, and a common name of the browser. A browser can send
 * anything, so what it says of itself is never repeated.
 */
#include "core/people/login_notice.h"

#include <string.h>

#include "base/macros.h"
#include "core/people/notice.h"

enum { LIMIT_ABOUT = 512 };

struct words {
        const char *password, *passkey, *proxy, *openid, *factor, *from;
};

static const struct words words[LANGUAGES] = {
        [LANGUAGE_ENGLISH] = {"with the password", "with a passkey",
                              "through the log-in of your organization",
                              "through a log-in provider", " and a code of the second factor",
                              ", from "},
        [LANGUAGE_GERMAN] = {"mit dem Passwort", "mit einem Passkey",
                             "über die Anmeldung Ihrer Organisation", "über einen Anmeldedienst",
                             " und einem Code des zweiten Faktors", ", von "},
};

struct product {
        const char *mark, *name;
};

/* The first whose mark is there: many browsers also call themselves by another's name. */
static const struct product browsers[] = {
        {"Edg/", "Edge"},      {"OPR/", "Opera"},       {"Firefox/", "Firefox"},
        {"Chrome/", "Chrome"}, {"Chromium/", "Chrome"}, {"Safari/", "Safari"},
};
static const struct product systems[] = {
        {"Android", "Android"}, {"iPhone", "iOS"},     {"iPad", "iOS"},
        {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
};

/* NULL: none of them. */
static const char *product_find(struct slice agent, const struct product *products, size_t n)
{
        for (size_t i = 0; agent.size && i < n; i++)
                if (memmem(agent.data, agent.size, products[i].mark, strlen(products[i].mark)))
                        return products[i].name;
        return NULL;
}

static void browser_put(struct buf *out, struct slice agent)
{
        const char *browser = product_find(agent, browsers, ARRAY_SIZE(browsers));
        const char *system = product_find(agent, systems, ARRAY_SIZE(systems));

        if (!browser)
                return;
        buf_put_string(out, " (");
        buf_put_string(out, browser);
        buf_put_string(out, system ? ", " : "");
        buf_put_string(out, system ? system : "");
        buf_put_string(out, ")");
}

static const char *way_of(const struct words *said, enum login_method method)
{
        switch (method) {
        case LOGIN_PASSWORD:
                return said->password;
        case LOGIN_PASSKEY:
                return said->passkey;
        case LOGIN_PROXY:
                return said->proxy;
        case LOGIN_OPENID:
                return said->openid;
        }
        return "";
}

struct digest browser_digest(const struct account *account, struct secret browser)
{
        struct digest digest;

        crypto_hmac_sha256(secret_reveal(browser), uuid_slice(&account->id), &digest);
        return digest;
}

enum err login_notice(struct op *op, const struct session *session, struct mail *ret)
{
        struct mail notice = mail_notice(op, MAIL_NEW_BROWSER, &session->account);
        const struct words *said = &words[notice.language ? notice.language : LANGUAGE_ENGLISH];
        struct buf about CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_ABOUT);

        buf_put_string(&about, way_of(said, session->method));
        if (session->authentication.means & MEANS_FACTOR)
                buf_put_string(&about, said->factor);
        if (session->address.size) {
                buf_put_string(&about, said->from);
                buf_put(&about, session->address);
        }
        browser_put(&about, session->user_agent);
        notice.about = arena_copy_buf(op->arena, &about);
        *ret = notice;
        return arena_check(op->arena);
}
