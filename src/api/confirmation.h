/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody who is logged in shows that they are still the same with: the password, and the
 * code of a second factor.
 */
#pragma once

#include "core/people/login/login.h"
#include "http/call.h"

/* Reads it from a body that has nothing else. Return: as fields_decode_json(). */
enum err confirmation_read(struct http_call *call, struct confirmation *ret);
