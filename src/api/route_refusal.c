/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for the path that was probably meant.
 */
#include "api/route_refusal.h"

#include "api/metrics.h"
#include "base/macros.h"
#include "http/router.h"

enum { PATH_MEANT = 160 }; /* bytes */

static struct slice slashes_trim(struct slice path)
{
        while (path.size > 1 && path.data[path.size - 1] == '/')
                path.size--;
        return path;
}

/* How many bytes two paths have in common at the end. */
static size_t common_end(struct slice a, struct slice b)
{
        size_t n = 0;

        while (n < a.size && n < b.size && a.data[a.size - n - 1] == b.data[b.size - n - 1])
                n++;
        return n;
}

static struct slice last_component(struct slice path)
{
        struct slice component;

        while (slice_contains_byte(path, '/'))
                (void)slice_cut(&path, '/', &component);
        return path;
}

/* How likely it is that `path`, which ends in `name`, was meant to be `pattern`; 0: not at all. */
static size_t likeness(struct slice path, struct slice name, struct slice pattern)
{
        struct http_params params;

        if (path_match(pattern, path, &params))
                return SIZE_MAX;
        if (slice_is_near(path, pattern))
                return SIZE_MAX - 1;
        return slice_equal(name, last_component(pattern)) ? common_end(path, pattern) : 0;
}

/* Return: a number for api_route_name(); 0: none is like it. No path of ours is as long as those
 * that are not even compared. */
static size_t route_meant(struct slice path)
{
        struct slice name;
        size_t found = 0, most = 0;

        if (path.size <= 1 || path.size > PATH_MEANT)
                return 0;
        name = last_component(path);
        for (size_t i = 1; i < api_n_routes(); i++) {
                size_t n = likeness(path, name, slice_from_string(api_route_name(i)));

                if (n > most) {
                        most = n;
                        found = i;
                }
        }
        return found;
}

static enum err path_refuse(struct http_call *call)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(512);
        size_t meant = route_meant(slashes_trim(call->request.path));

        if (!meant)
                return ERR_NOT_FOUND;
        buf_put_string(&text, "There is no path ");
        explain_value(&text, call->request.path);
        buf_put_string(&text, " here; did you mean ");
        buf_put_string(&text, api_route_method(meant));
        buf_put_byte(&text, ' ');
        buf_put_string(&text, api_route_name(meant));
        buf_put_byte(&text, '?');
        return explain(&call->explanation, ERR_NOT_FOUND, arena_copy_buf(call->arena, &text));
}

static enum err method_refuse(struct http_call *call)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, "This path does not support ");
        buf_put_string(&text, call->request.method == HTTP_OTHER
                                      ? "this method"
                                      : method_text(call->request.method));
        buf_put_string(&text, "; use ");
        methods_encode(&text, call->allowed_methods);
        buf_put_byte(&text, '.');
        return explain(&call->explanation, ERR_METHOD_NOT_ALLOWED,
                       arena_copy_buf(call->arena, &text));
}

enum err route_refuse(struct http_call *call)
{
        return call->allowed_methods ? method_refuse(call) : path_refuse(call);
}

bool route_wants_page(const struct http_call *call)
{
        struct slice rest = call->request.headers.accept, range, type;

        while (rest.size) {
                (void)slice_cut(&rest, ',', &range);
                (void)slice_cut(&range, ';', &type);
                if (slice_equal_in_any_case(slice_trim(type), SLICE("text/html")))
                        return true;
        }
        return false;
}
