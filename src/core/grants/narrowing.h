/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of an application's settings that take something away from it.
 */
#pragma once

#include "core/store.h"

/* Whether the client as it was could do anything that it cannot do after the change. Scopes that
 * differ count as narrower: what one allows depends on the others. */
bool client_change_narrows(const struct client_change *change, const struct client *was);
