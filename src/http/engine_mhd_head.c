/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a request, in the library's buffer.
 */
#include "http/engine_mhd.h"

/* Walks through the head in the library's buffer, in which it has put NULs where names, values and
 * lines end. The bytes between them must be those of a well-formed head: the library would cut a
 * line off at a NUL sent by the client, and appends the second half of a folded line, which is no
 * longer allowed (RFC 9112 section 5.2), to its *name*. */
struct walk {
        struct http_head *head;
        const char *at; /* the end of what was checked: a line, without its line break */
};

enum { LINE_BREAK = 2, VERSION_SIZE = 8 };

static void walk_field(struct walk *walk, struct slice name, struct slice value)
{
        const char *begin = (const char *)name.data, *text = (const char *)value.data;

        if (begin != walk->at + LINE_BREAK || text <= begin + name.size) {
                walk->head->refusal = ERR_REQUEST_HEAD;
                return;
        }
        for (const char *at = begin + name.size + 1; at < text; at++)
                if (*at != ' ' && *at != '\t')
                        walk->head->refusal = ERR_REQUEST_HEAD;
        walk->at = text + value.size;
}

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind, const char *name,
                                size_t name_size, const char *value, size_t value_size)
{
        struct walk *walk = context;

        (void)kind;
        if (engine_mhd_is_own_field(value))
                return MHD_YES;
        if (walk->head->refusal)
                return MHD_NO;
        walk_field(walk, slice_new(name, name_size), slice_new(value, value_size));
        head_take_field(walk->head, slice_new(name, name_size), slice_new(value, value_size));
        return MHD_YES;
}

void engine_mhd_head_take(struct http_exchange *exchange, const char *method, const char *version)
{
        const struct peer *peer = engine_mhd_peer(exchange->connection);
        const char *target = (const char *)peer->target.data;
        struct walk walk = {.head = &exchange->head, .at = version + VERSION_SIZE};
        size_t size = MHD_get_connection_info(exchange->connection,
                                              MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
                              ->header_size;

        if (method + strlen(method) + 1 != target || target + peer->target.size + 1 != version)
                walk.head->refusal = ERR_REQUEST_HEAD;
        MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, on_field, &walk);
        if (!walk.head->refusal && walk.at + LINE_BREAK + LINE_BREAK != method + size)
                walk.head->refusal = ERR_REQUEST_HEAD;
}
