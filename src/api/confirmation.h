/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody who is logged in shows that they are still the same with: the password, and the
 * code of a second factor. Where a proxy names people, it may be the proxy instead of the password.
 */
#pragma once

#include "api/api.h"
#include "core/people/login/login.h"

/* Whether there is what is needed. Return: ERR_OK; ERR_FIELD_MISSING, with the name. */
enum err confirmation_check(const struct api *api, struct http_call *call,
                            const struct confirmation *given);

/* Reads it from a body that has nothing else, and checks it.
 * Return: as fields_decode_json(); as confirmation_check(). */
enum err confirmation_read(const struct api *api, struct http_call *call, struct confirmation *ret);
