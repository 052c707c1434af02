/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling systemd how a service of Type=notify does (sd_notify(3)). Says nothing where nobody
 * asked.
 */
#pragma once

enum service_state { SERVICE_READY, SERVICE_RELOADING, SERVICE_STOPPING };

/* Opens the way to $NOTIFY_SOCKET, while that can be done. */
void service_notify_open(void);

void service_notify(enum service_state state);
