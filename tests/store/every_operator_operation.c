/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of the operators' page, for every_operation.c.
 */
#include "every_operation.h"

#include "core/clients/client_review.h"

enum err do_overview_list(struct given *given)
{
        const struct overview_page page = {.page = {.limit = 9}};
        struct overview_list list;

        return CALL(overview_list, &page, &list);
}

enum err do_overview_list_by_address(struct given *given)
{
        const struct overview_page page = {.page = {2, {1, id_of(1)}}, .email = SLICE("user")};
        struct overview_list list;

        return CALL(overview_list, &page, &list);
}

enum err do_waiting_client_list(struct given *given)
{
        const struct list_page page = {.limit = 9};
        struct waiting_client_list list;

        return CALL(waiting_client_list, &page, &list);
}

enum err do_audit_newest(struct given *given)
{
        const struct list_page page = {.limit = 9};
        struct audit_list list;

        return CALL(audit_newest, &page, &list);
}
