/* SPDX-License-Identifier: Apache-2.0
 *
 * The accounts of people whom a proxy has logged in.
 */
#pragma once

#include "core/op.h"

/* Makes sure that the person whom the proxy names has an account, and may log in to it this way:
 * theirs, found by the address, or a new one if the policy allows it. Nobody else may be able to
 * register an address, so open registration excludes a proxy (config/check.c).
 * Return: ERR_OK; ERR_PROXY_PERSON; ERR_ACCOUNT_MISSING; faults. */
enum err proxy_account_ensure(struct op *op, struct slice *ret_email);
