/* SPDX-License-Identifier: Apache-2.0
 *
 * A person's passkeys (docs/protocol/http.md 2.7): adding, renaming and removing them.
 */
#pragma once

#include "core/people/login/login.h"
#include "core/people/passkey/passkey_model.h"
#include "core/store.h"

/* What a browser needs to make a passkey. */
struct passkey_setup {
        struct slice challenge;
        struct passkey_list others; /* that the account has */
};

/* What a browser sends of a new one. */
struct passkey_registration {
        struct slice name;
        struct slice client_data; /* JSON */
        struct slice data;        /* of the authenticator, with the new credential */
};

/* Checks who asks. Return: ERR_OK; ERR_TOO_MANY; as login_confirm(); ERR_QUOTA_CHANGES; faults. */
enum err passkey_begin(struct op *op, const struct session *session,
                       const struct confirmation *given, struct passkey_setup *ret);

/* From now on its owner can log in with it. All other sessions end.
 * Return: ERR_OK; ERR_NAME_UNCLEAR; ERR_PASSKEY_STATE; ERR_PASSKEY_WRONG, explained;
 * ERR_PASSKEY_EXISTS; ERR_TOO_MANY; faults. */
enum err passkey_add(struct op *op, const struct session *session,
                     const struct passkey_registration *given, struct passkey *ret);

/* Return: ERR_OK; ERR_NOT_FOUND; ERR_NAME_UNCLEAR; ERR_QUOTA_CHANGES; faults. */
enum err passkey_rename(struct op *op, const struct passkey_name *name);

/* All other sessions end. Return: ERR_OK; ERR_NOT_FOUND; as login_confirm(); faults. */
enum err passkey_remove(struct op *op, const struct session *session, const struct uuid *id,
                        const struct confirmation *given);
