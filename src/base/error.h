/* SPDX-License-Identifier: Apache-2.0
 *
 * Every outcome a function of grantd can have: success, a refusal, which is reported to the caller,
 * or a fault of grantd's own. The list is error.def; each entry has its kind and one plain
 * sentence. Its HTTP status and code are in a vocabulary (http/vocabulary.h).
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum [[nodiscard]] err{ERR_OK = 0,
#define ERROR(name, kind, sentence) ERR_##name,
#include "base/error.def"
#undef ERROR
                       ERR_COUNT_};

/* What policy depends on. */
enum error_kind {
        ERROR_NONE,    /* ERR_OK */
        ERROR_REFUSED, /* the request is wrong or not permitted */
        ERROR_LIMITED, /* a rate limit or quota is exceeded; possible later */
        ERROR_AWAY,    /* something we depend on, here or elsewhere, is unavailable now */
        ERROR_FAULT,   /* ours */
};

struct error_info {
        const char *name; /* "ERR_CODE_USED", for logs and the audit trail */
        enum error_kind kind;
        const char *sentence; /* the `error_description`; printable ASCII without " and \ */
};

/* Never NULL. */
const struct error_info *error_info(enum err error);

/* The outcome of this name. Return: whether there is one; an older or newer grantd may have others.
 */
bool error_find(struct slice name, enum err *ret);

/* True for ERROR_AWAY and ERROR_FAULT: logged where they arise, and only passed on from there. */
bool error_is_fault(enum err error);
