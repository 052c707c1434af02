/* SPDX-License-Identifier: Apache-2.0
 *
 * A poll before, and after, somebody has decided.
 */
#include "core/token/device_poll.h"

#include "base/macros.h"

/* It is looked at before anybody decides and may be decided meanwhile: then the next poll sees it.
 */
static enum err poll(struct op *op, const struct device_request *device)
{
        enum err error = store_device_poll(op, &device->digest);

        if (error == ERR_OK)
                return ERR_DEVICE_PENDING;
        return error == ERR_TOO_MANY ? ERR_DEVICE_SLOW_DOWN : error;
}

enum err device_check(struct op *op, const struct device_request *device,
                      const struct client *client, const struct request *request)
{
        bool is_over = device->expires_at.ms <= op->now.ms;

        if (!client->device_flow)
                return ERR_DEVICE_FLOW_OFF;
        if (!uuid_equal(&device->client_row, &client->id))
                return ERR_DEVICE_CODE_UNKNOWN;
        if (!device->request_no)
                return is_over ? ERR_DEVICE_EXPIRED : poll(op, device);
        if (request->status == REQUEST_REJECTED)
                return ERR_DEVICE_REFUSED;
        return request->status == REQUEST_APPROVED && is_over ? ERR_DEVICE_EXPIRED : ERR_OK;
}
