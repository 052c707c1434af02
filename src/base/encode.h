/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as text and back: hex, base64 (RFC 4648 section 4, with padding), base64url (RFC 4648
 * section 5, without), base32, percent-encoding (RFC 3986), UUIDs (RFC 9562). Decoders accept the
 * one canonical form and nothing else. Encoders append to a buf; decoders append too, and leave no
 * output on failure.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

/* Lower-case hex. */
void hex_encode(struct buf *out, struct slice bytes);
/* Lower-case only. Return: false for odd length or any other character. */
bool hex_decode(struct slice text, struct buf *out);

void base64_encode(struct buf *out, struct slice bytes);
bool base64_decode(struct slice text, struct buf *out);
void base64url_encode(struct buf *out, struct slice bytes);
bool base64url_decode(struct slice text, struct buf *out);

/* RFC 4648 section 6, upper case, without padding. */
void base32_encode(struct buf *out, struct slice bytes);

/* Everything but letters, digits and -._~ becomes %XX in upper case; bytes found in `keep` stay. */
void percent_encode(struct buf *out, struct slice bytes, const char *keep);
/* %XX in either case becomes a byte; '+' stays '+'. Return: false for a broken escape. */
bool percent_decode(struct slice text, struct buf *out);

enum { INT64_SIZE = 8 };

/* A number that is not negative in INT64_SIZE bytes, the highest first. */
void int64_encode(struct buf *out, int64_t number);
/* Return: false for more than INT64_MAX. */
bool int64_decode(const uint8_t bytes[INT64_SIZE], int64_t *ret_number);

enum { UUID_SIZE = 16, UUID_TEXT_SIZE = 36 };

struct uuid {
        uint8_t bytes[UUID_SIZE];
};

/* The 36-character lower-case form. */
void uuid_encode(struct buf *out, const struct uuid *uuid);
/* Lower case with the usual hyphens; any version and variant. Return: false for anything else. */
bool uuid_decode(struct slice text, struct uuid *ret_uuid);

static inline struct slice uuid_slice(const struct uuid *uuid)
{
        return slice_new(uuid->bytes, sizeof(uuid->bytes));
}
static inline bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
        return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
