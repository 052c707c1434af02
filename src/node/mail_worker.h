/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that sends the mail that waits, so that no request waits for a mail server.
 */
#pragma once

#include "base/periodic.h"
#include "core/ports.h"

/* `ports` must outlive it. Return: the thread, or NULL with errno set. */
struct periodic *mail_worker_start(struct ports *ports);
