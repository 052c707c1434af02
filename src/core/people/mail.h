/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending the mail that waits: a mail is tried again after pauses that grow, for a day. It may
 * arrive twice, if this program ends at the wrong moment; it is never lost.
 */
#pragma once

#include "core/store.h"

/* Tries the mail that has been due longest. A mail that nobody is to get is dropped: of an unknown
 * or disabled account, or beyond what an address gets in a day. `ret_outcome`: ERR_OK: it was sent;
 * ERR_MAIL_UNAVAILABLE: it waits, unless that took a day; anything else: it was dropped for that.
 * Return: ERR_OK; ERR_NO_ROW: none is due; faults. */
enum err mail_send_next(struct op *op, enum err *ret_outcome);
