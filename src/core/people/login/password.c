/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in with an e-mail address and a password, which is stored as an Argon2id hash.
 */
#include "core/people/login/password.h"

#include "base/macros.h"
#include "base/normal_form.h"
#include "base/uri.h"
#include "core/people/login/method.h"
#include "core/people/login/password_rules.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"

bool password_is_refused(enum err error)
{
        return error == ERR_PASSWORD_LENGTH || error == ERR_PASSWORD_NOT_TEXT ||
               error == ERR_PASSWORD_EASY || error == ERR_PASSWORD_PERSONAL ||
               error == ERR_PASSWORD_LEAKED;
}

/* The form that is hashed. Return: ERR_OK; ERR_PASSWORD_LENGTH: it is too long for any password;
 * ERR_PASSWORD_NOT_TEXT; faults. */
static enum err password_normalise(struct arena *arena, struct secret typed, struct slice *ret)
{
        enum err error;

        if (secret_reveal(typed).size > LIMIT_PASSWORD_TYPED)
                return ERR_PASSWORD_LENGTH;
        error = text_compose(arena, secret_reveal(typed), ret);
        return error == ERR_FIELD_MALFORMED ? ERR_PASSWORD_NOT_TEXT : error;
}

/* Whether it is something that everybody knows of this person, or of this server. */
static enum err is_personal(struct op *op, struct slice password,
                            const struct password_choice *choice, bool *ret)
{
        struct slice words[] = {choice->email, choice->email, choice->full_name, {0}};
        struct slice rest = choice->email;
        struct uri issuer;

        (void)slice_cut(&rest, '@', &words[1]);
        if (uri_parse(op->ports->policy->issuer, &issuer))
                words[3] = issuer.at.host;
        *ret = false;
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
                struct slice word;

                TRY(text_fold(op->arena, words[i], &word));
                *ret = *ret || password_is_word(password, word);
        }
        return ERR_OK;
}

enum err password_choose(struct op *op, const struct password_choice *choice, struct secret *ret)
{
        struct slice password, folded;
        bool personal;

        TRY(password_normalise(op->arena, choice->password, &password));
        if (slice_characters(password) < LIMIT_PASSWORD_LEAST || password.size > LIMIT_PASSWORD)
                return ERR_PASSWORD_LENGTH;
        TRY(text_fold(op->arena, password, &folded));
        if (password_is_easy(folded))
                return ERR_PASSWORD_EASY;
        TRY(is_personal(op, folded, choice, &personal));
        if (personal)
                return ERR_PASSWORD_PERSONAL;
        *ret = (struct secret){password};
        return ERR_OK;
}

enum err password_encode(struct op *op, struct secret password, bool is_registration,
                         struct slice *ret)
{
        const struct leak_port *leaks = &op->ports->leaks;
        struct password_user user = limit_password_user(op);

        if (leaks->check)
                TRY(leaks->check(leaks->context, password));
        user.is_registration = is_registration;
        return op->ports->password.hash(op->ports->password.context, &user, password, op->arena,
                                        ret);
}

/* Without an identity the password is checked against an absent hash, which takes the same time. */
enum err password_check(struct op *op, const struct credentials *given, struct identity *ret)
{
        const struct identity_key key = {given->email, LOGIN_PASSWORD};
        struct password_user user = limit_password_user(op);
        struct slice password = secret_reveal(given->password);
        struct identity identity = {0};
        enum err found = ERR_NO_ROW, normal;

        if (given->email.data)
                found = store_identity_find(op, &key, &identity);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        /* What cannot be a password is compared as it is, which takes the same time. */
        normal = password_normalise(op->arena, given->password, &password);
        if (normal != ERR_OK && !password_is_refused(normal))
                return normal;
        TRY(op->ports->password.verify(op->ports->password.context, &user,
                                       (struct secret){password}, identity.secret));
        *ret = identity;
        return ERR_OK;
}
