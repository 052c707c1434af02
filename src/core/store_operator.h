/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for the operators' page, which sees everybody's. They keep the
 * promises at the head of core/store.h, which includes this.
 */
#pragma once

#include "core/model.h"
#include "core/op.h"
#include "core/upkeep/audit_entry.h"

/* An account as an operator sees it. */
struct overview {
        struct account account;
        struct instant last_login_at; /* zero: never */
        bool has_factor, has_passkey;
};

struct overview_list LIST_OF(struct overview);

struct overview_page {
        struct list_page page;
        struct slice email; /* lower case: only addresses that begin so, in their order; absent: all
                               accounts, the newest first */
};

/* An application that awaits approval, and whose it is. */
struct waiting_client {
        struct client client;    /* without its secrets */
        struct slice email;      /* of its developer; absent: it registered itself */
        struct slice owner_name; /* the same */
};

struct waiting_client_list LIST_OF(struct waiting_client);

/* Those that are not deleted. */
enum err store_overview_list(struct op *op, const struct overview_page *page,
                             struct overview_list *ret);
/* Those of accounts that are neither deleted nor disabled, oldest first. */
enum err store_waiting_client_list(struct op *op, const struct list_page *page,
                                   struct waiting_client_list *ret);
/* The whole audit trail, newest first. */
enum err store_audit_newest(struct op *op, const struct list_page *page, struct audit_list *ret);
