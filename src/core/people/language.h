/* SPDX-License-Identifier: Apache-2.0
 *
 * The languages of mails and pages.
 */
#pragma once

#include "base/slice.h"

/* The numbers are stored. */
enum language {
        LANGUAGE_NONE = 0, /* nobody has said; mails are in English */
        LANGUAGE_ENGLISH = 1,
        LANGUAGE_GERMAN = 2,
        LANGUAGES,
};

/* Its tag (RFC 5646); NULL for LANGUAGE_NONE. */
const char *language_tag(enum language language);

/* The language with this tag, in any case, or LANGUAGE_NONE. */
enum language language_of_tag(struct slice tag);

/* The first of the ranges of an Accept-Language field (RFC 9110 section 12.5.4) that is one of
 * ours, as "de-AT, en;q=0.5"; LANGUAGE_NONE, if there is none. */
enum language language_of_ranges(struct slice ranges);
