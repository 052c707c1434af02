/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules, and the list of common passwords. The list leaves out those that the rules refuse.
 */
#include "core/people/login/password_rules.h"

#include "base/embedded.h"
#include "base/limits.h"
#include "base/macros.h"

/* What fingers walk along, in both directions and around the end. */
static const char *const rows[] = {
        "abcdefghijklmnopqrstuvwxyz", "0123456789",
        "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
};

/* Return: the row's size if the character is not there. */
static size_t place_in(struct slice row, uint8_t character)
{
        size_t i = 0;

        while (i < row.size && row.data[i] != character)
                i++;
        return i;
}

/* The steps from one character of the row to the other; 0 if one is not there. */
static size_t steps_between(struct slice row, uint8_t from, uint8_t to)
{
        size_t first = place_in(row, from), second = place_in(row, to);

        return first < row.size && second < row.size ? (second + row.size - first) % row.size : 0;
}

static bool is_walk(struct slice text, struct slice row)
{
        size_t step = text.size > 1 ? steps_between(row, text.data[0], text.data[1]) : 0;

        if (step != 1 && step != row.size - 1)
                return false;
        for (size_t i = 2; i < text.size; i++)
                if (steps_between(row, text.data[i - 1], text.data[i]) != step)
                        return false;
        return true;
}

static bool is_sequence(struct slice text)
{
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                if (is_walk(text, slice_from_string(rows[i])))
                        return true;
        return false;
}

/* Whether it is a word that is too short for a password, twice or more often. */
static bool is_repetition(struct slice text)
{
        for (size_t unit = 1; unit < LIMIT_PASSWORD_LEAST && 2 * unit <= text.size; unit++)
                if (memcmp(text.data, text.data + unit, text.size - unit) == 0)
                        return true;
        return false;
}

static bool is_common(struct slice text)
{
        struct slice rest = common_passwords[0].bytes, line;

        while (slice_cut(&rest, '\n', &line))
                if (slice_equal(line, text))
                        return true;
        return false;
}

bool password_is_easy(struct slice password)
{
        return is_sequence(password) || is_repetition(password) || is_common(password);
}

/* The next byte that counts, or -1 at the end. */
static int next_letter(struct slice *rest)
{
        while (rest->size) {
                uint8_t byte = rest->data[0];

                *rest = slice_from(*rest, 1);
                if (!slice_contains_byte(SLICE(" .-_@"), byte))
                        return byte;
        }
        return -1;
}

bool password_is_word(struct slice password, struct slice word)
{
        int letter;

        do {
                letter = next_letter(&password);
                if (letter != next_letter(&word))
                        return false;
        } while (letter >= 0);
        return true;
}
