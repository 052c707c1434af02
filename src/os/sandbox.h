/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process that holds secrets gives up before it takes any.
 */
#pragma once

/* No core dumps, and no other process of the same user may look into this one. Children that are
 * started inherit the first only. */
void sandbox_enter(void);
