/* SPDX-License-Identifier: Apache-2.0
 *
 * Turning valid requests into hostile ones.
 */
#include "hostile.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/macros.h"
#include "core/clients/client_secret.h"

enum { JWT_LIFETIME = 240 }; /* seconds */

#define BODY_END "\r\n\r\n"

static const uint8_t *find(struct slice text, const char *mark)
{
        const uint8_t *at = memmem(text.data, text.size, mark, strlen(mark));

        if (!at)
                abort();
        return at + strlen(mark);
}

/* A copy with one base64url character changed. */
static struct slice changed_at(struct arena *arena, struct slice request, size_t offset)
{
        uint8_t *copy = (uint8_t *)arena_string(arena, request);

        copy[offset] = copy[offset] == 'A' ? 'B' : 'A';
        return slice_new(copy, request.size);
}

struct slice hostile_signature(struct arena *arena, struct slice request)
{
        struct slice jwt =
                slice_from(request, (size_t)(find(request, "\"client_secret\":\"") - request.data));
        struct slice payload = slice_from(jwt, (size_t)(find(jwt, ".") - jwt.data));

        return changed_at(arena, request, (size_t)(find(payload, ".") - request.data));
}

struct slice hostile_code(struct arena *arena, struct slice request)
{
        return changed_at(arena, request,
                          (size_t)(find(request, "\"code\":\"") - request.data) + 20);
}

/* The same head, except for its last field, the length, and another body. */
static struct slice with_body(struct arena *arena, struct slice request, struct slice body)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8192);
        size_t head = (size_t)(find(request, "Content-Length: ") - request.data);

        buf_put(&text, slice_to(request, head));
        buf_put_int64(&text, (int64_t)body.size);
        buf_put_string(&text, BODY_END);
        buf_put(&text, body);
        return arena_copy(arena, buf_slice(&text));
}

struct slice hostile_passphrase(struct arena *arena, struct slice request)
{
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct slice old = slice_from(request, (size_t)(find(request, BODY_END) - request.data));

        buf_put(&body, slice_to(old, old.size - 1));
        buf_put_string(&body, ",\"passphrase\":\"open sesame\"}");
        return with_body(arena, request, buf_slice(&body));
}

struct slice hostile_log_in(struct arena *arena, struct slice request)
{
        struct slice asked = with_body(arena, request,
                                       SLICE("{\"email\":\"bench@example.com\","
                                             "\"password\":\"not the password\"}"));
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8192);

        buf_put_string(&text, "POST /api/v0/auth/token");
        buf_put(&text, slice_from(asked, (size_t)(find(asked, "/token") - asked.data)));
        return arena_copy(arena, buf_slice(&text));
}

/* The id in a JWT is in base64url, so the JWT is signed again, with an unknown secret. */
struct slice hostile_client(struct arena *arena, struct slice request)
{
        struct slice client_id = SLICE("00000000-0000-4000-8000-000000000000");
        struct secret jwt = client_secret_sign(
                arena, secret_copy(arena, SLICE("nobody's")),
                &(struct client_secret_claims){.client_id = client_id,
                                               .exp = (int64_t)time(NULL) + JWT_LIFETIME});
        struct slice redirect =
                slice_from(request, (size_t)(find(request, "\",\"redirect_uri\"") - request.data));
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(8192);

        buf_put_string(&body, "{\"client_id\":\"");
        buf_put(&body, client_id);
        buf_put_string(&body, "\",\"client_secret\":\"");
        buf_put(&body, secret_reveal(jwt));
        buf_put_string(&body, "\",\"redirect_uri\"");
        buf_put(&body, redirect);
        return with_body(arena, request, buf_slice(&body));
}
