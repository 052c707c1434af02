/* SPDX-License-Identifier: Apache-2.0
 *
 * From a device_code to the code that it becomes at consent.
 */
#include "core/token/device.h"

#include "base/macros.h"
#include "core/ids.h"

void device_exchange(struct op *op, const struct device_form *form, struct exchange_end end)
{
        struct device_request *device = arena_new(op->arena, struct device_request);
        struct exchange_form *exchange = arena_new(op->arena, struct exchange_form);
        struct digest digest = token_digest(secret_reveal(form->device_code));
        enum err error;

        if (!device || !exchange) {
                end.run(end.context, ERR_OUT_OF_MEMORY, NULL);
                return;
        }
        error = store_device_find(op, &digest, device);
        if (error != ERR_OK && error != ERR_NO_ROW) {
                end.run(end.context, error, NULL);
                return;
        }
        if (error == ERR_NO_ROW)
                *device = (struct device_request){0};
        *exchange = (struct exchange_form){
                .proof = form->proof,
                .device = device,
                .code = form->device_code,
                .passphrase = form->passphrase,
                .credentials = form->credentials,
                .details = form->details,
                .may_refresh = true,
        };
        exchange_code(op, exchange, end);
}
