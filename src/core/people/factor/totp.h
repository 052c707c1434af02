/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes by time (RFC 6238): HMAC-SHA-1, six digits, a new one every 30 seconds, as all programs
 * that show such codes know them.
 */
#pragma once

#include "base/clock.h"
#include "base/secret.h"

enum {
        TOTP_SECRET_SIZE = 20, /* bytes; RFC 4226 section 4, R6 */
        TOTP_DIGITS = 6,
        TOTP_PERIOD = 30, /* seconds of a step */
        TOTP_DRIFT = 1,   /* steps that a phone's clock may be off, either way */
};

/* The step of this time. */
int64_t totp_step(struct instant at);

/* The code of a step. */
void totp_code(struct secret key, int64_t step, uint8_t ret_digits[TOTP_DIGITS]);

/* Finds the step near `at` that this is the code of; of two the later. Takes the same time for all
 * codes. Return: whether there is one. */
bool totp_match(struct secret key, struct slice digits, struct instant at, int64_t *ret_step);
