/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking now and then at what the schema demands.
 */
#include "store/schema_watch.h"

#include "base/event.h"
#include "base/monotonic.h"
#include "store/migrate.h"

enum { PERIOD = 1000 /* ms */ };

/* Return: whether the caller is the one to look now. */
static bool is_due(struct schema_watch *watch)
{
        int_least64_t due = atomic_load(&watch->next_look);

        return monotonic_now() >= due &&
               atomic_compare_exchange_strong(&watch->next_look, &due, monotonic_in(PERIOD));
}

enum err schema_watch_check(struct schema_watch *watch)
{
        return atomic_load(&watch->is_over) ? ERR_PROGRAM_OLD : ERR_OK;
}

enum err schema_watch_look(struct schema_watch *watch, const struct sql_driver *driver,
                           struct sql_connection *reader)
{
        enum err error;

        if (!is_due(watch))
                return schema_watch_check(watch);
        error = migrate_check(driver, reader);
        if (error == ERR_PROGRAM_OLD && !atomic_exchange(&watch->is_over, true))
                EVENT_FAULT("store",
                            EVENT_TEXT("what", "the database was upgraded beyond what this "
                                               "program can serve; upgrade it, too"));
        return error;
}
