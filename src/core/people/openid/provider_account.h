/* SPDX-License-Identifier: Apache-2.0
 *
 * The accounts of people whom an OpenID Connect provider has logged in.
 */
#pragma once

#include "core/op.h"
#include "core/people/openid/provider.h"

/* Makes sure that the person has an account that they may log in to this way: one that they have
 * logged in to before; that of their address, if the provider is trusted to say whose it is and
 * nobody else of its people logs in to it, who may have had the address before; or a new one, if it
 * may be made. Where a provider is trusted, nobody else can register an address
 * (config/check_login.c).
 * Return: ERR_OK; ERR_PROVIDER_EMAIL; ERR_PROVIDER_ACCOUNT; ERR_ACCOUNT_MISSING; faults. */
enum err provider_account_ensure(struct op *op, const struct openid_provider *provider,
                                 const struct openid_person *person);

/* Ends the account's ways to log in by providers, with all its sessions: the next whom a trusted
 * provider gives its address gets in. Return: ERR_OK; ERR_NOT_FOUND: it has none; faults. */
enum err provider_account_unlink(struct op *op);
