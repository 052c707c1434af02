/* SPDX-License-Identifier: Apache-2.0
 *
 * Fresh identifiers and tokens.
 */
#pragma once

#include "base/clock.h"
#include "base/encode.h"
#include "base/secret.h"
#include "core/ports.h"

/* Version 4: random. For ids that strangers see. */
struct uuid uuid_random(const struct entropy_port *entropy);

/* Version 7: ordered by time. For rows. */
struct uuid uuid_ordered(const struct entropy_port *entropy, struct instant now);

/* 32 random bytes as 43 base64url characters. */
struct secret token_random(const struct entropy_port *entropy, struct arena *arena);

/* What is stored of a token's text. */
struct digest token_digest(struct slice text);
