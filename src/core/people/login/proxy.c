/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proxy says who somebody is.
 */
#include "core/people/login/proxy.h"

#include "base/macros.h"
#include "core/people/email.h"
#include "core/people/login/method.h"
#include "core/policy.h"

enum err proxy_person(struct op *op, struct slice *ret_email)
{
        enum err error;

        if (!op->ports->policy->proxy_login || !op->caller.person.size)
                return ERR_PROXY_PERSON;
        error = email_normalise(op->arena, op->caller.person, ret_email);
        return error == ERR_FIELD_MALFORMED ? ERR_PROXY_PERSON : error;
}

bool proxy_names(struct op *op, struct slice email)
{
        struct slice person;

        return proxy_person(op, &person) == ERR_OK && slice_equal(person, email);
}

enum err proxy_check(struct op *op, const struct credentials *given, struct identity *ret)
{
        const struct identity_key key = {given->email, LOGIN_PROXY};
        enum err error;

        if (!given->email.data || !proxy_names(op, given->email))
                return ERR_INVALID_CREDENTIALS;
        error = store_identity_find(op, &key, ret);
        return error == ERR_NO_ROW ? ERR_INVALID_CREDENTIALS : error;
}
