/* SPDX-License-Identifier: Apache-2.0
 *
 * Matching paths component by component, and methods by name.
 */
#include "http/router.h"

#include "base/macros.h"

static const struct {
        const char *name;
        enum http_method method;
} methods[] = {
        {"GET", HTTP_GET},         {"HEAD", HTTP_GET},    {"POST", HTTP_POST},
        {"PUT", HTTP_PUT},         {"PATCH", HTTP_PATCH}, {"DELETE", HTTP_DELETE},
        {"OPTIONS", HTTP_OPTIONS},
};

enum http_method method_parse(struct slice name)
{
        for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
                if (slice_equal(name, slice_from_string(methods[i].name)))
                        return methods[i].method;
        return HTTP_OTHER;
}

const char *method_text(enum http_method method)
{
        static const char *const texts[] = {
                [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
                [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
                [HTTP_OTHER] = "OTHER",
        };

        return texts[method];
}

void methods_encode(struct buf *out, unsigned set)
{
        bool first = true;

        for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
                if (!(set & HTTP_BIT(methods[i].method)))
                        continue;
                if (!first)
                        buf_put(out, SLICE(", "));
                buf_put_string(out, methods[i].name);
                first = false;
        }
}

/* The literal bytes before the next parameter must be equal; both slices move past them. */
static bool literal_match(struct slice *pattern, struct slice *path)
{
        struct slice literal;

        (void)slice_cut(pattern, '{', &literal);
        if (!slice_starts_with(*path, literal))
                return false;
        *path = slice_from(*path, literal.size);
        return true;
}

/* A parameter matches everything up to the next '/'; the pattern moves past its "}". */
static bool parameter_match(struct slice *pattern, struct slice *path, struct http_params *params)
{
        size_t size = 0;
        struct slice name;

        while (size < path->size && path->data[size] != '/')
                size++;
        if (size == 0 || params->n_values == HTTP_PARAMS_MAXIMUM)
                return false;
        params->values[params->n_values++] = slice_to(*path, size);
        *path = slice_from(*path, size);
        (void)slice_cut(pattern, '}', &name);
        return true;
}

bool path_match(struct slice pattern, struct slice path, struct http_params *ret_params)
{
        struct http_params params = {.n_values = 0};

        while (slice_contains_byte(pattern, '{'))
                if (!literal_match(&pattern, &path) || !parameter_match(&pattern, &path, &params))
                        return false;
        if (!slice_equal(pattern, path))
                return false;
        *ret_params = params;
        return true;
}
