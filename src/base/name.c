/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables are from Unicode 15: Default_Ignorable_Code_Point of DerivedCoreProperties.txt plus
 * the private use areas and characters with a blank glyph, and Scripts.txt: the letters of
 * alphabets that look alike, by block. UTS #39 covers the subject in full; ICU, which implements
 * it, is larger than this server with all its other dependencies.
 */
#include "base/name.h"

#include "base/buf.h"
#include "base/macros.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

enum {
        MARKS_MAXIMUM = 3, /* combining marks on one letter */
        ZERO_WIDTH_NON_JOINER = 0x200c,
        ZERO_WIDTH_JOINER = 0x200d,
        EMOJI_VARIATION = 0xfe0f,
};

struct range {
        int32_t first, last;
};

static const struct range invisible[] = {
        {0x00ad, 0x00ad},    {0x034f, 0x034f},   {0x061c, 0x061c},   {0x115f, 0x1160},
        {0x17b4, 0x17b5},    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
        {0x2060, 0x206f},    {0x2800, 0x2800},   {0x3164, 0x3164},   {0xe000, 0xf8ff},
        {0xfe00, 0xfe0f},    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
        {0xfffe, 0xffff},    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
        {0xf0000, 0x10ffff},
};

static const struct range blanks[] = {
        {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
        {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static const struct range marks[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
};

/* Alphabets that look alike; a letter of any other alphabet may be mixed with all. */
enum alphabet {
        ALPHABET_NONE,
        ALPHABET_LATIN,
        ALPHABET_GREEK,
        ALPHABET_CYRILLIC,
        ALPHABET_ARMENIAN,
        ALPHABET_GEORGIAN,
        ALPHABET_CHEROKEE,
        ALPHABET_COPTIC,
        ALPHABET_LISU,
        ALPHABET_MATHEMATICAL, /* styled Latin and Greek letters */
};

static const struct {
        struct range range;
        enum alphabet alphabet;
} letters[] = {
        {{0x41, 0x5a}, ALPHABET_LATIN},        {{0x61, 0x7a}, ALPHABET_LATIN},
        {{0xaa, 0xaa}, ALPHABET_LATIN},        {{0xba, 0xba}, ALPHABET_LATIN},
        {{0xc0, 0xd6}, ALPHABET_LATIN},        {{0xd8, 0xf6}, ALPHABET_LATIN},
        {{0xf8, 0x2b8}, ALPHABET_LATIN},       {{0x370, 0x373}, ALPHABET_GREEK},
        {{0x376, 0x37d}, ALPHABET_GREEK},      {{0x37f, 0x37f}, ALPHABET_GREEK},
        {{0x386, 0x386}, ALPHABET_GREEK},      {{0x388, 0x3e1}, ALPHABET_GREEK},
        {{0x3e2, 0x3ef}, ALPHABET_COPTIC},     {{0x3f0, 0x3ff}, ALPHABET_GREEK},
        {{0x400, 0x481}, ALPHABET_CYRILLIC},   {{0x48a, 0x52f}, ALPHABET_CYRILLIC},
        {{0x531, 0x588}, ALPHABET_ARMENIAN},   {{0x10a0, 0x10ff}, ALPHABET_GEORGIAN},
        {{0x13a0, 0x13fd}, ALPHABET_CHEROKEE}, {{0x1c80, 0x1c8f}, ALPHABET_CYRILLIC},
        {{0x1c90, 0x1cbf}, ALPHABET_GEORGIAN}, {{0x1d00, 0x1d25}, ALPHABET_LATIN},
        {{0x1d26, 0x1d2a}, ALPHABET_GREEK},    {{0x1d2b, 0x1d2b}, ALPHABET_CYRILLIC},
        {{0x1d2c, 0x1dbf}, ALPHABET_LATIN},    {{0x1e00, 0x1eff}, ALPHABET_LATIN},
        {{0x1f00, 0x1fff}, ALPHABET_GREEK},    {{0x2c60, 0x2c7f}, ALPHABET_LATIN},
        {{0x2c80, 0x2cff}, ALPHABET_COPTIC},   {{0x2d00, 0x2d2f}, ALPHABET_GEORGIAN},
        {{0x2de0, 0x2dff}, ALPHABET_CYRILLIC}, {{0xa4d0, 0xa4ff}, ALPHABET_LISU},
        {{0xa640, 0xa69f}, ALPHABET_CYRILLIC}, {{0xa722, 0xa7ff}, ALPHABET_LATIN},
        {{0xab30, 0xab64}, ALPHABET_LATIN},    {{0xab65, 0xab65}, ALPHABET_GREEK},
        {{0xab70, 0xabbf}, ALPHABET_CHEROKEE}, {{0xfb00, 0xfb06}, ALPHABET_LATIN},
        {{0xfb13, 0xfb17}, ALPHABET_ARMENIAN}, {{0xff21, 0xff3a}, ALPHABET_LATIN},
        {{0xff41, 0xff5a}, ALPHABET_LATIN},    {{0x1d400, 0x1d7cb}, ALPHABET_MATHEMATICAL},
};

static bool ranges_hold(const struct range *ranges, size_t n, int32_t point)
{
        for (size_t i = 0; i < n; i++)
                if (point >= ranges[i].first && point <= ranges[i].last)
                        return true;
        return false;
}

#define HOLDS(ranges, point) ranges_hold(ranges, ARRAY_SIZE(ranges), point)

static enum alphabet alphabet_of(int32_t point)
{
        for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
                if (ranges_hold(&letters[i].range, 1, point))
                        return letters[i].alphabet;
        return ALPHABET_NONE;
}

/* Blanks and ASCII punctuation end a word; any other character between letters joins them. */
static bool ends_word(int32_t point)
{
        return HOLDS(blanks, point) || (point < 0x80 && alphabet_of(point) == ALPHABET_NONE &&
                                        !(point >= '0' && point <= '9'));
}

/* Scripts whose letters an invisible joiner may join begin with Hebrew; emoji are joined too. */
static bool is_joinable(int32_t point)
{
        return point >= 0x590 && alphabet_of(point) == ALPHABET_NONE && !HOLDS(blanks, point) &&
               !HOLDS(invisible, point);
}

/* "❤" with its color, "☎"; "1" in a box. */
static bool is_emoji_base(int32_t point)
{
        return point >= 0x203c || point == 0xa9 || point == 0xae || point == '#' || point == '*' ||
               (point >= '0' && point <= '9');
}

static int32_t peek(struct slice rest)
{
        return rest.size ? slice_next_point(&rest) : 0;
}

/* Whether an invisible character is where a script or an emoji needs it. */
static bool is_in_place(int32_t point, int32_t before, struct slice rest)
{
        if (point == EMOJI_VARIATION)
                return is_emoji_base(before);
        return (point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER) &&
               (is_joinable(before) || before == EMOJI_VARIATION) && is_joinable(peek(rest));
}

/* A walk over a name. */
struct walk {
        enum alphabet word; /* of the word so far */
        int32_t before;
        int n_marks;  /* on the letter before */
        bool is_seen; /* whether anything visible was found */
};

static bool point_is_clear(struct walk *walk, int32_t point, struct slice rest)
{
        enum alphabet alphabet = alphabet_of(point);

        if (HOLDS(invisible, point))
                return is_in_place(point, walk->before, rest);
        if (HOLDS(marks, point))
                return walk->is_seen && ++walk->n_marks <= MARKS_MAXIMUM;
        walk->n_marks = 0;
        walk->is_seen |= !HOLDS(blanks, point);
        if (ends_word(point))
                walk->word = ALPHABET_NONE;
        if (alphabet == ALPHABET_NONE)
                return true;
        if (walk->word != ALPHABET_NONE && walk->word != alphabet)
                return false;
        walk->word = alphabet;
        return true;
}

bool name_is_clear(struct slice name)
{
        struct walk walk = {.is_seen = name.size == 0};

        if (!slice_is_plain_text(name))
                return false;
        while (name.size) {
                int32_t point = slice_next_point(&name);

                if (!point_is_clear(&walk, point, name))
                        return false;
                walk.before = point;
        }
        return walk.is_seen;
}

struct slice name_shown(struct arena *arena, struct slice name)
{
        struct buf shown CLEANUP(buf_deinit) = BUF_INIT(3 * name.size + 3);
        bool is_seen = false;

        if (name_is_clear(name))
                return name;
        while (name.size) {
                int32_t point = slice_next_point(&name);

                if (point < 0)
                        break;
                is_seen |= point != ' ';
                if (point >= ' ' && point < 0x7f)
                        buf_put_byte(&shown, (uint8_t)point);
                else
                        buf_put_string(&shown, REPLACEMENT);
        }
        if (!is_seen)
                buf_put_string(&shown, REPLACEMENT);
        return arena_copy_buf(arena, &shown);
}
