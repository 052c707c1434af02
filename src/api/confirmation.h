/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody who is logged in shows that they are still the same with: the password, and the
 * code of a second factor. Where a proxy names people, it may be the proxy instead of the password;
 * and where providers log people in, that one of them has just done so.
 */
#pragma once

#include "api/api.h"
#include "core/people/login/login.h"

/* Whether there is what is needed; without a password, adds whom a provider has just logged in.
 * Return: ERR_OK; ERR_FIELD_MISSING, with the name; ERR_INVALID_REQUEST: two cookies; faults. */
enum err confirmation_complete(const struct api *api, struct http_call *call,
                               struct confirmation *given);

/* Reads it from a body that has nothing else, and checks it.
 * Return: as fields_decode_json(); as confirmation_complete(). */
enum err confirmation_read(const struct api *api, struct http_call *call, struct confirmation *ret);
