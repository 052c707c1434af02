/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in with an e-mail address and a password, which is stored as an Argon2id hash.
 */
#include "core/people/login/password.h"

#include "base/macros.h"
#include "core/people/login/method.h"
#include "core/upkeep/rate_limit.h"

bool password_is_valid(struct secret password)
{
        size_t size = secret_reveal(password).size;

        return size >= LIMIT_PASSWORD_LEAST && size <= LIMIT_PASSWORD;
}

enum err password_encode(struct op *op, struct secret password, bool is_registration,
                         struct slice *ret)
{
        struct password_user user = limit_password_user(op);

        user.is_registration = is_registration;
        return op->ports->password.hash(op->ports->password.context, &user, password, op->arena,
                                        ret);
}

/* Without an identity the password is checked against an absent hash, which takes the same time. */
enum err password_check(struct op *op, const struct credentials *given, struct identity *ret)
{
        const struct identity_key key = {given->email, LOGIN_PASSWORD};
        struct password_user user = limit_password_user(op);
        struct identity identity = {0};
        enum err found = ERR_NO_ROW;

        if (given->email.data)
                found = store_identity_find(op, &key, &identity);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        TRY(op->ports->password.verify(op->ports->password.context, &user, given->password,
                                       identity.secret));
        *ret = identity;
        return ERR_OK;
}
