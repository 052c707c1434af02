/* SPDX-License-Identifier: Apache-2.0
 *
 * What an application may learn of its user (OpenID Connect Core, "UserInfo Endpoint"). The access
 * token is the access grant.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Texts are absent if their scope was not granted. */
struct userinfo {
        struct slice subject;
        struct slice email;
        struct slice name;
};

/* Return: ERR_OK; ERR_BEARER_GRANT: it is no live grant of an application; ERR_BEARER_SCOPE: it
 * came without openid; faults. */
enum err userinfo_of(struct op *op, struct secret access_grant, struct userinfo *ret);

/* The `sub` of a grant for whoever asks about it: that of its application; an owner's grant has
 * the account's id. Return: ERR_OK; faults. */
enum err grant_subject(struct op *op, const struct grant *grant, struct slice *ret);
