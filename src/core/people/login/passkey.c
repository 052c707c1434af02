/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in with a passkey, which stands for the password and the second factor: it is something
 * that the person has, and it has verified the person.
 */
#include "base/macros.h"
#include "core/people/login/method.h"
#include "core/people/passkey/proof.h"

enum err passkey_check(struct op *op, const struct credentials *given, struct identity *ret)
{
        return given->passkey ? passkey_prove(op, given->passkey, ret) : ERR_INVALID_CREDENTIALS;
}
