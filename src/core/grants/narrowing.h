/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of an application's settings that reduce what it may do.
 */
#pragma once

#include "core/store.h"

/* Whether the client could do something before the change that it cannot do after it. Different
 * scopes always count as narrower, since what one allows depends on the others, and so do another
 * way to authenticate and another type of application. */
bool client_change_narrows(const struct client_change *change, const struct client *was);
