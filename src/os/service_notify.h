/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports the state of a service of Type=notify to systemd (sd_notify(3)). Does nothing without
 * $NOTIFY_SOCKET.
 */
#pragma once

enum service_state { SERVICE_READY, SERVICE_RELOADING, SERVICE_STOPPING };

/* Connects to $NOTIFY_SOCKET while that is still possible. */
void service_notify_open(void);

void service_notify(enum service_state state);
