/* SPDX-License-Identifier: Apache-2.0
 *
 * An operator's decision about an application that awaits approval (docs/protocol/http.md 10.3).
 */
#pragma once

#include "core/store.h"

/* Tells whether an application is still what an operator has looked at: in its name, type, redirect
 * URIs and how it authenticates, as client_is_as_approved(). Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err client_revision(const struct client *client, struct digest *ret);

struct client_review {
        struct uuid client_row;
        struct digest revision; /* that was looked at */
        bool is_approved;       /* otherwise it is blocked */
};

/* Return: ERR_OK; ERR_NOT_FOUND; ERR_CLIENT_CHANGED: it is another revision now, or awaits approval
 * no longer; faults. */
enum err client_review(struct op *op, const struct client_review *review);
