/* SPDX-License-Identifier: Apache-2.0
 *
 * Splits an address that the access grant library has found valid.
 */
#include "remote/satellite/address.h"

#include "accessgrant/base58.h"
#include "base/macros.h"
#include "base/uri.h"

enum { NODE_ID_TEXT = 64 }; /* characters it never contains */

static bool node_id_parse(struct slice text, struct node_id *ret)
{
        struct buf id CLEANUP(buf_deinit) = BUF_LOCAL(NODE_ID_TEXT);

        if (ag_base58check_decode(0, text, &id) != AG_OK || id.size != NODE_ID_SIZE)
                return false;
        memcpy(ret->bytes, id.data, NODE_ID_SIZE);
        return true;
}

bool satellite_address_parse(struct slice text, struct satellite_address *ret)
{
        struct satellite_address address;
        struct slice id, rest = text;
        struct host_port parts;

        if (ag_satellite_check(ag_of(text)) != AG_OK || !slice_cut(&rest, '@', &id) ||
            !node_id_parse(id, &address.id) || !host_port_parse(rest, &parts) ||
            !port_parse(parts.port, &address.port))
                return false;
        address.host = host_without_brackets(parts.host);
        *ret = address;
        return true;
}
