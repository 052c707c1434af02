/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing comma-separated values (RFC 4180) that people open in a spreadsheet.
 */
#pragma once

#include "base/buf.h"

/* Appends a cell, quoted where needed, and a comma or, after the last one, a line end. A cell that
 * a spreadsheet would take for a formula gets a leading apostrophe. */
void csv_cell(struct buf *out, struct slice text, bool is_last);
