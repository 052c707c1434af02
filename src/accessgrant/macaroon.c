/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing macaroons: packets of type, size and data, in sections that each end with a
 * packet of type 0.
 */
#include "accessgrant/macaroon.h"

#include "accessgrant/protowire.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum { VERSION = 2, NUMBER_MAX = 0x7fffffff };

enum packet_type {
        PACKET_END = 0, /* of a section; has neither size nor data */
        PACKET_LOCATION = 1,
        PACKET_IDENTIFIER = 2,
        PACKET_VERIFICATION = 4,
        PACKET_SIGNATURE = 6,
};

struct packet {
        uint64_t type; /* enum packet_type, or an unknown one */
        struct slice data;
};

static bool packet_read(struct slice *left, struct packet *ret)
{
        uint64_t size;

        *ret = (struct packet){0};
        if (!ag_varint_read(left, &ret->type) || ret->type > NUMBER_MAX)
                return false;
        if (ret->type == PACKET_END)
                return true;
        if (!ag_varint_read(left, &size) || size > NUMBER_MAX || size > left->size)
                return false;
        ret->data = slice_new(left->data, (size_t)size);
        *left = slice_from(*left, (size_t)size);
        return true;
}

/* Reads "[location] identifier [verification] end". Of an empty section the identifier is absent.
 */
static bool section_read(struct slice *left, bool is_caveat, struct slice *ret_identifier)
{
        struct packet packet;

        *ret_identifier = (struct slice){0};
        if (!packet_read(left, &packet))
                return false;
        if (packet.type == PACKET_END)
                return true;
        if (packet.type == PACKET_LOCATION && !packet_read(left, &packet))
                return false;
        if (packet.type != PACKET_IDENTIFIER)
                return false;
        *ret_identifier = packet.data;
        if (!packet_read(left, &packet))
                return false;
        if (is_caveat && packet.type == PACKET_VERIFICATION && !packet_read(left, &packet))
                return false;
        return packet.type == PACKET_END;
}

/* An empty section ends the caveats. */
static enum ag_error caveats_read(struct slice *left, struct ag_macaroon *macaroon)
{
        struct slice caveat;

        for (;;) {
                if (!section_read(left, true, &caveat))
                        return AG_ERR_API_KEY;
                if (!caveat.data)
                        return AG_OK;
                if (macaroon->n_caveats == AG_MAX_CAVEATS)
                        return AG_ERR_LIMIT;
                macaroon->caveats[macaroon->n_caveats++] = caveat;
        }
}

enum ag_error ag_macaroon_read(struct slice raw, struct ag_macaroon *ret_macaroon)
{
        struct ag_macaroon macaroon = {0};
        struct packet signature;
        struct slice left;

        if (raw.size < 2 || raw.data[0] != VERSION)
                return AG_ERR_API_KEY;
        left = slice_from(raw, 1);
        if (!section_read(&left, false, &macaroon.head) || !macaroon.head.data)
                return AG_ERR_API_KEY;
        TRY(caveats_read(&left, &macaroon));
        if (!packet_read(&left, &signature) || signature.type != PACKET_SIGNATURE ||
            signature.data.size != AG_TAIL_SIZE)
                return AG_ERR_API_KEY;
        macaroon.tail = signature.data;
        *ret_macaroon = macaroon;
        return AG_OK;
}

static void packet_write(struct buf *buf, enum packet_type type, struct slice data)
{
        ag_put_varint(buf, type);
        ag_put_varint(buf, data.size);
        buf_put(buf, data);
}

void ag_macaroon_write(const struct ag_macaroon *macaroon, struct buf *buf)
{
        buf_put_byte(buf, VERSION);
        packet_write(buf, PACKET_IDENTIFIER, macaroon->head);
        buf_put_byte(buf, PACKET_END);
        for (size_t i = 0; i < macaroon->n_caveats; i++) {
                packet_write(buf, PACKET_IDENTIFIER, macaroon->caveats[i]);
                buf_put_byte(buf, PACKET_END);
        }
        buf_put_byte(buf, PACKET_END);
        packet_write(buf, PACKET_SIGNATURE, macaroon->tail);
}
