/* SPDX-License-Identifier: Apache-2.0
 *
 * Setting up a second factor, and removing it.
 */
#include "core/people/factor/factor.h"

#include "base/encode.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/people/factor/factor_check.h"
#include "core/people/factor/factor_limit.h"
#include "core/people/factor/recovery_code.h"
#include "core/people/factor/totp.h"
#include "core/people/notice.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/seal.h"

enum { SETUP_SIZE = 2048 }; /* of the URI */

/* --- setting it up --- */

/* otpauth://totp/HOST:EMAIL?secret=...&issuer=HOST, as authenticator programs read it. */
static struct secret uri_of(struct op *op, const struct account *account, struct slice secret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(SETUP_SIZE);
        struct slice host = SLICE("grantd");
        struct uri issuer;

        if (uri_parse(op->ports->policy->issuer, &issuer))
                host = issuer.at.host;
        buf_put_string(&text, "otpauth://totp/");
        percent_encode(&text, host, "");
        buf_put_byte(&text, ':');
        percent_encode(&text, account->email, "");
        buf_put_string(&text, "?secret=");
        buf_put(&text, secret);
        buf_put_string(&text, "&issuer=");
        percent_encode(&text, host, "");
        buf_put_string(&text, "&algorithm=SHA1&digits=6&period=30");
        return (struct secret){.hidden = arena_copy_buf(op->arena, &text)};
}

static struct factor_setup setup_of(struct op *op, const struct account *account, struct secret key)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * TOTP_SECRET_SIZE);

        base32_encode(&text, secret_reveal(key));
        return (struct factor_setup){
                .secret = secret_copy(op->arena, buf_slice(&text)),
                .uri = uri_of(op, account, buf_slice(&text)),
        };
}

static enum err key_make(struct op *op, struct secret *ret)
{
        uint8_t *key = arena_alloc(op->arena, TOTP_SECRET_SIZE);

        if (!key)
                return ERR_OUT_OF_MEMORY;
        op->ports->entropy.fill(op->ports->entropy.context, key, TOTP_SECRET_SIZE);
        *ret = (struct secret){.hidden = slice_new(key, TOTP_SECRET_SIZE)};
        return ERR_OK;
}

static bool is_required(const struct policy *policy, enum factor_area area)
{
        switch (area) {
        case FACTOR_AREA_ACCOUNT:
                return false;
        case FACTOR_AREA_USER:
                return policy->factor_of_everybody;
        case FACTOR_AREA_DEVELOPER:
                return policy->factor_of_developers;
        case FACTOR_AREA_OPERATOR:
                return policy->factor_of_operators;
        }
        return true;
}

enum err factor_require(struct op *op, const struct session *session, enum factor_area area)
{
        struct totp totp = {0};
        enum err error;

        if (!is_required(op->ports->policy, area) || session->authentication.means & MEANS_PASSKEY)
                return ERR_OK;
        error = store_totp_find(op, &session->account.id, &totp);
        if (error != ERR_NO_ROW)
                TRY(error);
        return totp.confirmed_at.ms ? ERR_OK : ERR_FACTOR_MISSING;
}

enum err factor_begin(struct op *op, const struct session *session,
                      const struct confirmation *given, struct factor_setup *ret)
{
        const struct account *account = &session->account;
        struct factor_setup setup;
        struct identity identity;
        struct secret key;
        struct slice sealed;
        struct totp totp;
        enum err error = factor_find(op, &op->account_id, &totp);

        if (error != ERR_NOT_FOUND)
                return error == ERR_OK ? ERR_FACTOR_EXISTS : error;
        TRY(login_confirm(op, account, "factor_begin", given, &identity));
        TRY(quota_spend_change(op));
        TRY(key_make(op, &key));
        TRY(seal_close(op, SEAL_TOTP, &account->id, key, &sealed));
        setup = setup_of(op, account, key);
        TRY(arena_check(op->arena));
        error = store_totp_begin(op, &sealed);
        if (error == ERR_NO_ROW)
                return ERR_FACTOR_EXISTS;
        TRY(error);
        *ret = setup;
        return ERR_OK;
}

/* The step of a code by time, which is counted as one at a log-in is. */
static enum err step_find(struct op *op, struct secret key, struct secret code, int64_t *ret)
{
        struct slice digits = factor_digits(op->arena, code);
        struct digest attempt;
        enum err error;

        TRY(arena_check(op->arena));
        TRY(factor_limit_begin(op, FACTOR_LOG_IN, &op->account_id, &attempt));
        error = totp_match(key, digits, op->now, ret) ? ERR_OK : ERR_FACTOR_WRONG;
        factor_limit_end(op, &attempt, error);
        return error;
}

enum err factor_confirm(struct op *op, const struct session *session, struct secret code,
                        struct secret ret_codes[N_RECOVERY_CODES])
{
        struct audit_entry audit = audit_entry_of(op, "factor_add", &op->account_id, NULL, NULL);
        struct totp_confirmation confirmation = {.spared = session->id};
        struct mail notice = mail_notice(op, MAIL_FACTOR_ADDED, &session->account);
        struct secret key;
        struct totp totp;
        enum err error = store_totp_find(op, &op->account_id, &totp);

        if (error == ERR_NO_ROW)
                return ERR_FACTOR_NOT_BEGUN;
        TRY(error);
        if (totp.confirmed_at.ms)
                return ERR_FACTOR_EXISTS;
        TRY(factor_open(op, &op->account_id, &totp, &key));
        TRY(step_find(op, key, code, &confirmation.step));
        TRY(recovery_codes_make(op, key, &confirmation.codes, ret_codes));
        confirmation.sealed_secret = totp.sealed_secret;
        audit.notice = &notice;
        error = store_totp_confirm(op, &confirmation, &audit);
        return error == ERR_NO_ROW ? ERR_FACTOR_NOT_BEGUN : error;
}

/* --- afterwards --- */

enum err factor_renew_codes(struct op *op, const struct session *session,
                            const struct confirmation *given,
                            struct secret ret_codes[N_RECOVERY_CODES])
{
        struct audit_entry audit =
                audit_entry_of(op, "recovery_codes_renew", &op->account_id, NULL, NULL);
        struct mail notice = mail_notice(op, MAIL_RECOVERY_CODES, &session->account);
        struct recovery_codes codes;
        struct identity identity;
        struct secret key;
        struct totp totp;
        enum err error;

        TRY(factor_find(op, &op->account_id, &totp));
        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        TRY(quota_spend_change(op));
        TRY(factor_open(op, &op->account_id, &totp, &key));
        TRY(recovery_codes_make(op, key, &codes, ret_codes));
        audit.notice = &notice;
        error = store_recovery_codes_renew(op, &codes, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err factor_remove(struct op *op, const struct session *session,
                       const struct confirmation *given)
{
        struct audit_entry audit = audit_entry_of(op, "factor_remove", &op->account_id, NULL, NULL);
        struct mail notice = mail_notice(op, MAIL_FACTOR_REMOVED, &session->account);
        struct identity identity;
        struct totp totp;
        enum err error;

        TRY(factor_find(op, &op->account_id, &totp));
        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        audit.notice = &notice;
        error = store_totp_delete(op, &session->id, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err factor_set_at_consent(struct op *op, const struct session *session,
                               const struct confirmation *given, bool at_consent)
{
        struct audit_entry audit = audit_entry_of(op, "factor_change", &op->account_id, NULL, NULL);
        struct identity identity;
        struct totp totp;
        enum err error;

        TRY(factor_find(op, &op->account_id, &totp));
        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        TRY(quota_spend_change(op));
        error = store_totp_set_at_consent(op, &at_consent, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err factor_reset(struct op *op)
{
        struct audit_entry audit = audit_entry_of(op, "factor_reset", &op->account_id, NULL, NULL);
        struct mail notice;
        enum err error;

        TRY(mail_notice_to(op, MAIL_FACTORS_RESET, &op->account_id, &notice));
        audit.notice = &notice;
        error = store_factors_delete(op, &op->account_id, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
