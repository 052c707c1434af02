/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts: docs/protocol/http.md 2.1; their sessions are in sessions.c.
 */
#include "core/people/account.h"

#include "api/api.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "base/macros.h"
#include "core/people/invitation.h"
#include "core/people/operator.h"
#include "http/cookie.h"
#include "http/respond.h"

/* --- register --- */

struct register_form {
        struct slice email;
        struct secret password;
        struct slice full_name;
        struct slice name; /* the name of full_name in the developers' API */
        struct secret invitation;
};

static const struct field register_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct register_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
        {"password", FIELD_SECRET, offsetof(struct register_form, password),
         .maximum = LIMIT_PASSWORD_TYPED, .too_long = ERR_PASSWORD_LENGTH},
        {"full_name", FIELD_NAME, offsetof(struct register_form, full_name),
         .maximum = LIMIT_FULL_NAME},
        {"name", FIELD_NAME, offsetof(struct register_form, name), .maximum = LIMIT_FULL_NAME},
        {"invitation", FIELD_SECRET, offsetof(struct register_form, invitation),
         .maximum = LIMIT_INVITATION},
};

static const char *method_text(enum login_method method)
{
        switch (method) {
        case LOGIN_PASSWORD:
                return "password";
        case LOGIN_PROXY:
                return "proxy";
        case LOGIN_OPENID:
                return "openid";
        case LOGIN_PASSKEY:
                return "passkey";
        }
        return NULL;
}

static const struct {
        const char *name;
        enum account_notice notice;
} notices[] = {{"new_browser", NOTICE_NEW_BROWSER},
               {"connected", NOTICE_CONNECTED},
               {"client_secret", NOTICE_SECRET}};

static json_t *notices_json(unsigned bits)
{
        json_t *array = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(notices); i++)
                if (bits & notices[i].notice)
                        json_append(array, json_string(notices[i].name));
        return array;
}

/* `method` is how its owner has logged in, or registered. */
static json_t *account_json(const struct op *op, const struct account *account,
                            enum login_method method)
{
        bool may_develop = account_check_developer(op, account) == ERR_OK;
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&account->id));
        json_put(object, "email", json_from_slice(account->email));
        json_put(object, "full_name", json_from_slice(account->full_name));
        json_put(object, "developer", json_boolean(may_develop));
        json_put(object, "operator", json_boolean(operator_check(account) == ERR_OK));
        json_put(object, "login_method", json_string(method_text(method)));
        json_put(object, "language",
                 account->language ? json_string(language_tag(account->language)) : json_null());
        json_put(object, "notices_off", notices_json(account->notices_off));
        return object;
}

/* What a mail server is not needed for. */
static enum err registration_read(struct http_call *call, struct register_form *form)
{
        if (!form->full_name.data)
                form->full_name = form->name;
        if (secret_is_absent(form->password))
                call->problem_field = "password";
        else if (!form->full_name.data)
                call->problem_field = "full_name";
        return call->problem_field ? ERR_FIELD_MISSING : ERR_OK;
}

static enum err register_now(struct http_call *call, struct op *op, struct register_form *form)
{
        struct account account;
        enum err error;

        TRY(registration_read(call, form));
        error = account_register(op,
                                 &(struct registration){.email = form->email,
                                                        .password = form->password,
                                                        .full_name = form->full_name,
                                                        .invitation = form->invitation},
                                 &account);
        if (password_is_refused(error))
                call->problem_field = "password";
        TRY(error);
        respond_json(call, 201, account_json(op, &account, LOGIN_PASSWORD));
        return ERR_OK;
}

/* Name and password are chosen by whoever reads the mail: those of somebody who does not are
 * nothing to keep. */
static enum err register_by_mail(struct http_call *call, struct op *op,
                                 const struct register_form *form)
{
        TRY(account_ask(op, form->email));
        respond_empty(call, 202);
        return ERR_OK;
}

enum err account_register_post(const struct api *api, struct http_call *call,
                               const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct register_form form = {0};
        enum err error;

        (void)session;
        TRY(fields_decode_json(call, register_fields, ARRAY_SIZE(register_fields), &form));
        if (api->ports->mail.send && secret_is_absent(form.invitation))
                error = register_by_mail(call, &op, &form);
        else
                error = register_now(call, &op, &form);
        if (error == ERR_FIELD_MALFORMED)
                call->problem_field = "email";
        return error;
}

/* --- invitations --- */

struct invitation_open_form {
        struct secret invitation;
};

static const struct field invitation_open_fields[] = {
        {"invitation", FIELD_SECRET, offsetof(struct invitation_open_form, invitation),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_INVITATION},
};

/* For the page, which shows the address. A token in a body is in no log, unlike one in a URL. */
enum err invitation_open_post(const struct api *api, struct http_call *call,
                              const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct invitation_open_form form = {0};
        struct invitation invitation;
        json_t *object;

        TRY(fields_decode_json(call, invitation_open_fields, ARRAY_SIZE(invitation_open_fields),
                               &form));
        TRY(invitation_find(&op, form.invitation, &invitation));
        object = json_object();
        json_put(object, "email", json_from_slice(invitation.email));
        json_put(object, "expires_at", json_from_instant(invitation.expires_at));
        json_put(object, "by_operator", json_boolean(!invitation.is_asked));
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err account_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);

        respond_json(call, 200, account_json(&op, &session->account, session->method));
        return ERR_OK;
}

/* --- change and delete --- */

struct account_change_form {
        struct slice full_name;
        struct slice language;
        struct field_texts notices_off;
};

static const struct field account_change_fields[] = {
        {"full_name", FIELD_NAME, offsetof(struct account_change_form, full_name),
         .maximum = LIMIT_FULL_NAME},
        {"language", FIELD_TEXT, offsetof(struct account_change_form, language),
         .maximum = LIMIT_LANGUAGE},
        {"notices_off", FIELD_TEXTS, offsetof(struct account_change_form, notices_off),
         .maximum = LIMIT_NAME, .count = ARRAY_SIZE(notices)},
};

/* 0: there is no such notice. */
static unsigned notice_of_name(struct slice name)
{
        for (size_t i = 0; i < ARRAY_SIZE(notices); i++)
                if (slice_equal(name, slice_from_string(notices[i].name)))
                        return notices[i].notice;
        return 0;
}

static enum err notices_read(struct http_call *call, const struct field_texts *names, unsigned *ret)
{
        unsigned bits = 0;

        for (size_t i = 0; i < names->n_texts; i++) {
                unsigned bit = notice_of_name(names->texts[i]);

                if (!bit) {
                        call->problem_field = "notices_off";
                        return ERR_FIELD_MALFORMED;
                }
                bits |= bit;
        }
        *ret = bits;
        return ERR_OK;
}

static enum err preferences_read(struct http_call *call, const struct account_change_form *form,
                                 struct account_preferences *ret)
{
        *ret = (struct account_preferences){.language = language_of_tag(form->language),
                                            .changes_notices = form->notices_off.present};
        if (form->language.size && ret->language == LANGUAGE_NONE) {
                call->problem_field = "language";
                return ERR_FIELD_MALFORMED;
        }
        return notices_read(call, &form->notices_off, &ret->notices_off);
}

/* Also changes `account`, which is to be shown. */
static enum err preferences_set(struct op *op, const struct session *session,
                                const struct account_preferences *wanted, struct account *account)
{
        if (!wanted->language && !wanted->changes_notices)
                return ERR_OK;
        TRY(account_prefer(op, session, wanted));
        if (wanted->language)
                account->language = wanted->language;
        if (wanted->changes_notices)
                account->notices_off = wanted->notices_off;
        return ERR_OK;
}

enum err account_patch(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct account_change_form form = {0};
        struct account account = session->account;
        struct account_preferences wanted;

        TRY(fields_decode_json(call, account_change_fields, ARRAY_SIZE(account_change_fields),
                               &form));
        TRY(preferences_read(call, &form, &wanted));
        TRY(preferences_set(&op, session, &wanted, &account));
        if (form.full_name.data)
                TRY(account_change_name(&op, form.full_name, &account.full_name));
        respond_json(call, 200, account_json(&op, &account, session->method));
        return ERR_OK;
}

enum err account_delete_own(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};

        TRY(confirmation_read(api, call, &given));
        TRY(account_remove(&op, session, &given));
        respond_cookie_gone(call, (struct cookie){COOKIE_SESSION, api->is_https});
        respond_empty(call, 204);
        return ERR_OK;
}

static const struct field new_password_fields[] = {
        {"old_password", FIELD_SECRET, offsetof(struct password_pair, old.password),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct password_pair, old.code),
         .maximum = LIMIT_FACTOR_CODE},
        {"new_password", FIELD_SECRET, offsetof(struct password_pair, fresh),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSWORD_TYPED, .too_long = ERR_PASSWORD_LENGTH},
};

enum err account_password_post(const struct api *api, struct http_call *call,
                               const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct password_pair form = {0};
        enum err error;

        TRY(fields_decode_json(call, new_password_fields, ARRAY_SIZE(new_password_fields), &form));
        error = account_change_password(&op, session, &form);
        if (password_is_refused(error))
                call->problem_field = "new_password";
        TRY(error);
        respond_empty(call, 204);
        return ERR_OK;
}
