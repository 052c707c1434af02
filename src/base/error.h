/* SPDX-License-Identifier: Apache-2.0
 *
 * Every outcome a function of grantd can have: a refusal, which is told to whoever asked, or a
 * fault, which is ours. The list is error.def; each entry carries its kind and one plain sentence.
 * How it is told on the wire is a vocabulary's business (http/vocabulary.h).
 */
#pragma once

#include <stdbool.h>

enum [[nodiscard]] err{ERR_OK = 0,
#define ERROR(name, kind, sentence) ERR_##name,
#include "base/error.def"
#undef ERROR
                       ERR_COUNT_};

/* What policy goes by. */
enum error_kind {
        ERROR_NONE,    /* ERR_OK */
        ERROR_REFUSED, /* what was asked for is not right */
        ERROR_LIMITED, /* it may be, but there was too much of it; later */
        ERROR_AWAY,    /* something that is needed is not there now, here or at somebody else's */
        ERROR_FAULT,   /* ours */
};

struct error_info {
        const char *name; /* "ERR_CODE_USED", for logs and the audit trail */
        enum error_kind kind;
        const char *sentence; /* the `error_description`; printable ASCII without " and \ */
};

/* Never NULL. */
const struct error_info *error_info(enum err error);

/* True for what is nobody's refusal (ERROR_AWAY and ERROR_FAULT): to be logged where it arises and
 * only passed on. */
bool error_is_fault(enum err error);
