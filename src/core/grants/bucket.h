/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of buckets, and the paths of prefixes in them (docs/protocol/http.md 5.1).
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* Of 3 to 63 characters: labels of lower-case letters, digits and hyphens between dots, and not in
 * the form of an IPv4 address. */
bool bucket_is_valid(struct slice bucket);

/* Parses a path that ends in a slash and is percent-encoded where necessary. It is decoded first
 * and then split: a%2Fb/ is a/b/. Return: whether it is valid; the decoded path, in the arena. */
bool path_parse(struct arena *arena, struct slice text, struct slice *ret_path);
