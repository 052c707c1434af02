/* SPDX-License-Identifier: Apache-2.0
 *
 * Protobuf, read and written with the access grant library's functions.
 */
#include "remote/satellite/message.h"

#include "accessgrant/protowire.h"
#include "base/limits.h"
#include "base/macros.h"

enum {
        MESSAGE_MAXIMUM = 3 * LIMIT_API_KEY, /* bytes of a request: two keys and a little more */
        PUBLIC_ID_SIZE = 16,
};

enum { REQUEST_TARGET = 1, REQUEST_HEADER = 15, HEADER_API_KEY = 1, HEADER_USER_AGENT = 2 };
enum { PROJECT_SALT = 1, PROJECT_PUBLIC_ID = 2 };

/* The target comes first on the wire, the header last. */
static void request_put(struct buf *out, const struct message_header *header, struct secret target)
{
        struct buf inner CLEANUP(buf_deinit) = BUF_INIT(MESSAGE_MAXIMUM);
        struct buf request CLEANUP(buf_deinit) = BUF_INIT(MESSAGE_MAXIMUM);

        ag_put_bytes(&inner, HEADER_API_KEY, secret_reveal(header->api_key));
        ag_put_bytes(&inner, HEADER_USER_AGENT, header->user_agent);
        ag_put_bytes(&request, REQUEST_TARGET, secret_reveal(target));
        ag_put_message(&request, REQUEST_HEADER, buf_slice(&inner));
        if (inner.failed || request.failed)
                out->failed = true;
        else
                buf_put(out, buf_slice(&request));
}

void message_put_project_info(struct buf *out, const struct message_header *header)
{
        request_put(out, header, (struct secret){0});
}

void message_put_revoke(struct buf *out, const struct message_header *header, struct secret target)
{
        request_put(out, header, target);
}

bool message_read_project(struct slice message, struct message_project *ret)
{
        struct ag_wire wire = {.left = message};
        struct slice salt = {0}, public_id = {0};
        struct ag_field field;

        while (ag_wire_next(&wire, &field)) {
                if (field.number == PROJECT_SALT)
                        salt = ag_wire_bytes(&wire, &field);
                if (field.number == PROJECT_PUBLIC_ID)
                        public_id = ag_wire_bytes(&wire, &field);
        }
        if (wire.is_malformed || salt.size == 0 || salt.size > LIMIT_SALT ||
            (public_id.size != 0 && public_id.size != PUBLIC_ID_SIZE))
                return false;
        *ret = (struct message_project){
                .salt = salt,
                .public_id = public_id.size ? public_id : (struct slice){0},
        };
        return true;
}
