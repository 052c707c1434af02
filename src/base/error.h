/* SPDX-License-Identifier: Apache-2.0
 *
 * Every outcome a function of grantd can have: a refusal, which is answered to whoever asked, or a
 * fault, which is ours. The list is error.def; each entry carries the HTTP status, the code of
 * docs/protocol/http.md 9 and one plain sentence. Which status an answer really gets is
 * http/respond's business.
 */
#pragma once

#include <stdbool.h>

enum [[nodiscard]] err{ERR_OK = 0,
#define ERROR(name, status, code, sentence) ERR_##name,
#include "base/error.def"
#undef ERROR
                       ERR_COUNT_};

struct error_info {
        const char *name;     /* "ERR_CODE_USED", for logs and the audit trail */
        int status;           /* HTTP */
        const char *code;     /* the `error` field of the answer */
        const char *sentence; /* the `error_description`; printable ASCII without " and \ */
};

/* Never NULL. ERR_OK has status 200 and the code "ok". */
const struct error_info *error_info(enum err error);

/* True for what is our fault: to be logged where it arises and only passed on. */
bool error_is_fault(enum err error);
