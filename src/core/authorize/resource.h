/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an application says that it will use its token (RFC 8707). An access grant is for one
 * satellite whatever it says, so this changes nothing in a grant: it is checked, so that nobody
 * takes a grant for something it is not. docs/protocol/oauth.md 1.2.
 */
#pragma once

#include "base/error.h"
#include "core/grants/scope.h"

struct policy;

/* Whether it is an absolute URI without a fragment. */
bool resource_is_valid(struct slice uri);

/* The setting oauth.resources: such URIs, or "any", separated by commas. */
bool resources_are_valid(struct slice setting);

/* Checks what a request names: the issuer, or one that the operator lists. Return: ERR_OK, also for
 * none; ERR_RESOURCE. */
enum err resources_check(const struct policy *policy, struct texts resources);
