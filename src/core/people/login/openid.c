/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in as somebody whom an OpenID Connect provider has just logged in
 * (core/people/openid/openid.h): `given->subject` is whom.
 */
#include "base/macros.h"
#include "core/people/login/method.h"

enum err openid_check(struct op *op, const struct credentials *given, struct identity *ret)
{
        enum err error = ERR_NO_ROW;

        if (given->subject.size)
                error = store_identity_of_subject(op, &given->subject, ret);
        return error == ERR_NO_ROW ? ERR_INVALID_CREDENTIALS : error;
}
