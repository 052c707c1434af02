/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading authorization_details for the endpoints.
 */
#include "api/details.h"

#include "base/macros.h"

enum err details_decode(struct http_call *call, struct slice text, const struct details **ret)
{
        struct slice problem = {0};
        struct details *details;
        enum err error;

        *ret = NULL;
        if (!text.data)
                return ERR_OK;
        details = arena_new(call->arena, struct details);
        if (!details)
                return ERR_OUT_OF_MEMORY;
        error = details_read(call->arena, text, details, &problem);
        if (error == ERR_DETAILS)
                return explain(&call->explanation, error, problem);
        TRY(error);
        *ret = details;
        return ERR_OK;
}

json_t *details_json(struct slice text)
{
        return json_loadb((const char *)text.data, text.size, 0, NULL);
}
