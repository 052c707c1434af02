/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages and their tags.
 */
#include "core/people/language.h"

#include "core/people/email.h"

static const char *const tags[LANGUAGES] = {[LANGUAGE_ENGLISH] = "en", [LANGUAGE_GERMAN] = "de"};

const char *language_tag(enum language language)
{
        return tags[language];
}

enum language language_of_tag(struct slice tag)
{
        for (enum language language = LANGUAGE_ENGLISH; language < LANGUAGES; language++)
                if (slice_equal_in_any_case(tag, slice_from_string(tags[language])))
                        return language;
        return LANGUAGE_NONE;
}

/* "de-AT;q=0.5" has the primary tag "de". */
static struct slice primary_tag(struct slice range)
{
        struct slice tag, primary;

        (void)slice_cut(&range, ';', &tag);
        tag = blanks_trim(tag);
        (void)slice_cut(&tag, '-', &primary);
        return primary;
}

enum language language_of_ranges(struct slice ranges)
{
        enum language found = LANGUAGE_NONE;
        struct slice range;
        bool has_more = ranges.size > 0;

        while (has_more && found == LANGUAGE_NONE) {
                has_more = slice_cut(&ranges, ',', &range);
                found = language_of_tag(primary_tag(range));
        }
        return found;
}
