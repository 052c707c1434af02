/* SPDX-License-Identifier: Apache-2.0
 *
 * Cutting at '@' and at the last colon what the access grant library has found good.
 */
#include "satellite/address.h"

#include "accessgrant/base58.h"
#include "base/macros.h"
#include "base/number.h"

enum { NODE_ID_TEXT = 64 }; /* characters it never has */

static bool node_id_parse(struct slice text, struct node_id *ret)
{
        struct buf id CLEANUP(buf_deinit) = BUF_INIT(NODE_ID_TEXT);

        if (ag_base58check_decode(0, text, &id) != AG_OK || id.size != NODE_ID_SIZE)
                return false;
        memcpy(ret->bytes, id.data, NODE_ID_SIZE);
        return true;
}

bool satellite_address_parse(struct slice text, struct satellite_address *ret)
{
        struct satellite_address address;
        struct slice id, host, rest = text;
        const uint8_t *colon;
        int64_t port;

        if (ag_satellite_check(ag_of(text)) != AG_OK || !slice_cut(&rest, '@', &id) ||
            !node_id_parse(id, &address.id))
                return false;
        colon = memrchr(rest.data, ':', rest.size);
        if (!colon || !int64_parse(slice_from(rest, (size_t)(colon - rest.data) + 1), &port))
                return false;
        host = slice_to(rest, (size_t)(colon - rest.data));
        if (host.data[0] == '[')
                host = slice_new(host.data + 1, host.size - 2);
        address.host = host;
        address.port = (uint16_t)port;
        *ret = address;
        return true;
}
