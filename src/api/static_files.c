/* SPDX-License-Identifier: Apache-2.0
 *
 * The scripts, styles and images of the pages, embedded under their own names. Browsers cache them
 * and revalidate each time.
 */
#include <string.h>

#include "api/api.h"
#include "api/web_files.h"
#include "base/crypto.h"
#include "base/macros.h"
#include "http/respond.h"

enum {
        TAG_SIZE = 16, /* bytes of the digest that identify the content */
        LIMIT_FILE_NAME = 64,
};

struct slice web_file(const char *name)
{
        for (const struct embedded *file = web_files; file->name; file++)
                if (strcmp(file->name, name) == 0)
                        return file->bytes;
        return (struct slice){0};
}

/* Return: NULL for names that are not served, such as the document of the pages. */
static const char *content_type_of(const char *name)
{
        static const struct {
                const char *ending, *type;
        } types[] = {
                {".js", "text/javascript; charset=utf-8"},
                {".css", "text/css; charset=utf-8"},
                {".svg", "image/svg+xml"},
                {".json", "application/json"},
                {".yaml", "application/yaml"}, /* RFC 9512 */
        };
        const char *dot = strrchr(name, '.');

        for (size_t i = 0; dot && i < ARRAY_SIZE(types); i++)
                if (strcmp(dot, types[i].ending) == 0)
                        return types[i].type;
        return NULL;
}

/* A strong entity tag (RFC 9110 section 8.8.3), quotes included. */
static struct slice tag_of(struct arena *arena, struct slice bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * TAG_SIZE + 2);
        struct digest digest;

        crypto_sha256(bytes, &digest);
        buf_put_byte(&text, '"');
        hex_encode(&text, slice_to(SLICE_ARRAY(digest.bytes), TAG_SIZE));
        buf_put_byte(&text, '"');
        return arena_copy(arena, buf_slice(&text));
}

/* Whether the browser accepts gzip: by name, with a weight that is not near zero (RFC 9110 section
 * 12.5.3). */
static bool takes_gzip(struct slice codings)
{
        while (codings.size) {
                struct slice one, name;

                (void)slice_cut(&codings, ',', &one);
                (void)slice_cut(&one, ';', &name);
                if (slice_equal_in_any_case(slice_trim(name), SLICE("gzip")))
                        return !slice_starts_with(slice_trim(one), SLICE("q=0"));
        }
        return false;
}

/* Chooses the bytes to send: compressed at build time, or plain. */
static struct slice bytes_choose(struct http_call *call, const char *name)
{
        struct buf packed CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_FILE_NAME);
        const char *packed_name = NULL;
        struct slice bytes = {0};

        respond_header(call, "Vary", SLICE("Accept-Encoding"));
        buf_put_string(&packed, name);
        buf_put_string(&packed, ".gz");
        if (!packed.failed && takes_gzip(call->request.headers.accept_encoding))
                packed_name = arena_string(call->arena, buf_slice(&packed));
        if (packed_name)
                bytes = web_file(packed_name);
        if (!bytes.data)
                return web_file(name);
        respond_header(call, "Content-Encoding", SLICE("gzip"));
        return bytes;
}

/* Whether If-None-Match contains this tag; a compressing proxy may have made it weak (RFC 9110
 * section 13.1.2). */
static bool tag_is_named(struct slice tags, struct slice tag)
{
        while (tags.size) {
                struct slice one;

                (void)slice_cut(&tags, ',', &one);
                one = slice_trim(one);
                if (slice_starts_with(one, SLICE("W/")))
                        one = slice_from(one, 2);
                if (slice_equal(one, tag))
                        return true;
        }
        return false;
}

enum err static_get(const struct api *api, struct http_call *call, const struct session *session)
{
        const char *name = arena_string(call->arena, call->request.params.values[0]);
        const char *type = name ? content_type_of(name) : NULL;
        struct slice bytes, tag;

        (void)api;
        (void)session;
        TRY(arena_check(call->arena));
        if (!type || !web_file(name).data)
                return ERR_NOT_FOUND;
        bytes = bytes_choose(call, name);
        tag = tag_of(call->arena, bytes);
        respond_header(call, "ETag", tag);
        respond_header(call, "Cache-Control", SLICE("no-cache"));
        respond_header(call, "Cross-Origin-Resource-Policy", SLICE("same-origin"));
        if (tag_is_named(call->request.headers.if_none_match, tag))
                respond_empty(call, 304);
        else
                respond_text(call, 200, type, bytes);
        return ERR_OK;
}
