/* SPDX-License-Identifier: Apache-2.0
 *
 * Which passwords are too easy to guess. src/web/password.js has the same rules, but for the list
 * of common passwords.
 */
#pragma once

#include "base/slice.h"

/* All texts are as text_fold() returns them. */

/* Whether it is one of the common passwords, a sequence such as abcdefghij or qwertyuiop, or a
 * short word repeated. */
bool password_is_easy(struct slice password);

/* Whether it is `word`, such as a name, apart from spaces and punctuation. */
bool password_is_word(struct slice password, struct slice word);
