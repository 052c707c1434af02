/* SPDX-License-Identifier: Apache-2.0
 *
 * Links that people are given, to pages of this server.
 */
#pragma once

#include "core/op.h"

/* `page` is a path, such as "/reset#", and `token` what follows it, or absent. In a fragment it is
 * sent to no server. In the arena. Return: absent without memory. */
struct secret page_link(const struct op *op, const char *page, struct secret token);
