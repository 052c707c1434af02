/* SPDX-License-Identifier: Apache-2.0
 *
 * What all ways to log in share: rate limits and the audit trail.
 */
#include "core/people/login/login.h"

#include "base/macros.h"
#include "core/people/email.h"
#include "core/people/factor/factor_check.h"
#include "core/people/login/proxy.h"
#include "core/people/passkey/proof.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

static login_method_check *const checks[] = {
#define LOGIN_METHOD(name, check, number) [number] = check,
#include "core/people/login/methods.def"
#undef LOGIN_METHOD
};

static unsigned means_of(enum login_method method)
{
        if (method == LOGIN_PASSWORD)
                return MEANS_PASSWORD;
        return method == LOGIN_PASSKEY ? MEANS_PASSKEY : 0;
}

/* Attempts are counted by `subject`. */
static enum err check_limited(struct op *op, const struct credentials *given, struct slice subject,
                              struct identity *ret)
{
        struct login_attempt attempt;
        bool has_factor = false;
        enum err error;

        TRY(limit_login_begin(op, subject, &attempt));
        error = checks[given->method](op, given, ret);
        if (error == ERR_OK && !ret->account.disabled_at.ms && given->method != LOGIN_PASSKEY)
                error = factor_check(op, &ret->account.id, given->code, &has_factor);
        ret->means = means_of(given->method) | (has_factor ? MEANS_FACTOR : 0);
        limit_login_end(op, &attempt, error);
        return error;
}

/* Without the code it is the first half of a log-in. */
static bool is_failure(enum err error)
{
        return error != ERR_OK && error != ERR_FACTOR_REQUIRED && !error_is_fault(error);
}

/* What attempts are counted by; also normalises the address, which is absent if it is none. */
static struct slice subject_of(struct op *op, struct credentials *given)
{
        struct slice typed = given->email;

        given->email = (struct slice){0};
        if (given->method == LOGIN_OPENID)
                return given->subject;
        if (given->passkey)
                return given->passkey->credential;
        return email_normalise(op->arena, typed, &given->email) == ERR_OK ? given->email : typed;
}

/* Passkeys go with passwords: where they are off, only the proxy or a provider says who may come
 * in.
 */
static enum err method_check(const struct op *op, enum login_method method)
{
        if (!op->ports->policy->passwords_off)
                return ERR_OK;
        if (method == LOGIN_PASSKEY)
                return ERR_PASSKEYS_OFF;
        return method == LOGIN_PASSWORD ? ERR_PASSWORDS_OFF : ERR_OK;
}

enum err login_check(struct op *op, const struct credentials *credentials, struct identity *ret)
{
        struct credentials given = *credentials;
        struct identity identity;
        struct slice subject;
        enum err error;

        TRY(method_check(op, given.method));
        subject = subject_of(op, &given);
        TRY(arena_check(op->arena)); /* without an address nothing is counted */
        error = check_limited(op, &given, subject, &identity);
        if (error == ERR_OK && identity.account.disabled_at.ms)
                error = ERR_ACCOUNT_DISABLED;
        if (is_failure(error) && limit_lets_audit(op))
                audit_note(op, audit_entry_of(op, credentials->action, NULL, NULL, NULL), error);
        TRY(error);
        *ret = identity;
        return ERR_OK;
}

bool login_holds(struct op *op, const struct session *session)
{
        switch (session->method) {
        case LOGIN_PASSWORD:
        case LOGIN_PASSKEY:
                return !op->ports->policy->passwords_off;
        case LOGIN_PROXY:
                return proxy_names(op, session->account.email);
        case LOGIN_OPENID:
                return op->ports->policy->n_providers;
        }
        return false;
}

static enum login_method method_of(const struct op *op, const struct confirmation *given)
{
        if (!secret_is_absent(given->password))
                return LOGIN_PASSWORD;
        return given->subject.size || !op->ports->policy->proxy_login ? LOGIN_OPENID : LOGIN_PROXY;
}

enum err login_confirm(struct op *op, const struct account *account, const char *action,
                       const struct confirmation *given, struct identity *ret)
{
        struct credentials credentials = {
                .action = action,
                .method = method_of(op, given),
                .email = account->email,
                .subject = given->subject,
                .password = given->password,
                .code = given->code,
        };
        struct identity identity;

        if (credentials.method == LOGIN_OPENID && !given->subject.size)
                return ERR_PROVIDER_AGAIN;
        TRY(login_check(op, &credentials, &identity));
        if (!uuid_equal(&identity.account.id, &account->id))
                return ERR_PROVIDER_AGAIN; /* somebody else has logged in there since */
        *ret = identity;
        return ERR_OK;
}
