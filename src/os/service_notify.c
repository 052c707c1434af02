/* SPDX-License-Identifier: Apache-2.0
 *
 * One datagram for each state.
 */
#include "os/service_notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/monotonic.h"

static int notify_socket = -1;

void service_notify_open(void)
{
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        const char *path = getenv("NOTIFY_SOCKET");
        size_t size = path ? strlen(path) : 0;

        if (size < 2 || size >= sizeof(address.sun_path) || (*path != '/' && *path != '@'))
                return;
        memcpy(address.sun_path, path, size);
        if (*path == '@')
                address.sun_path[0] = 0; /* an abstract name */
        notify_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (notify_socket < 0 ||
            connect(notify_socket, (const struct sockaddr *)&address,
                    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) == 0)
                return;
        (void)close(notify_socket);
        notify_socket = -1;
}

void service_notify(enum service_state state)
{
        static const char *const texts[] = {
                [SERVICE_READY] = "READY=1",
                [SERVICE_RELOADING] = "RELOADING=1",
                [SERVICE_STOPPING] = "STOPPING=1",
        };
        char text[80];

        (void)snprintf(text, sizeof(text), "%s\nMONOTONIC_USEC=%lld", texts[state],
                       (long long)monotonic_now());
        if (notify_socket >= 0)
                (void)send(notify_socket, text, strlen(text), MSG_NOSIGNAL);
}
