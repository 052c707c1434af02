/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as components between slashes.
 */
#include "accessgrant/path.h"

struct ag_components ag_components_of(struct ag_bytes path)
{
        return (struct ag_components){path.size ? path : (struct ag_bytes){0}};
}

bool ag_components_next(struct ag_components *components, struct ag_bytes *ret_component)
{
        struct ag_bytes left = components->left;
        const uint8_t *slash;

        if (!left.data)
                return false;
        slash = left.size ? memchr(left.data, '/', left.size) : NULL;
        if (slash) {
                *ret_component = ag_bytes_new(left.data, (size_t)(slash - left.data));
                components->left = ag_bytes_after(left, ret_component->size + 1);
        } else {
                *ret_component = left;
                components->left = (struct ag_bytes){0};
        }
        return true;
}

bool ag_path_after(struct ag_bytes path, struct ag_bytes start, struct ag_components *ret_rest)
{
        if (start.size == 0 || ag_bytes_equal(path, start)) {
                *ret_rest = start.size ? (struct ag_components){0} : ag_components_of(path);
                return true;
        }
        if (!ag_bytes_start_with(path, start) || path.data[start.size] != '/')
                return false;
        ret_rest->left = ag_bytes_after(path, start.size + 1);
        return true;
}

int ag_path_compare(struct ag_bytes a, struct ag_bytes b)
{
        struct ag_components of_a = ag_components_of(a), of_b = ag_components_of(b);
        struct ag_bytes next_a, next_b;

        for (;;) {
                bool has_a = ag_components_next(&of_a, &next_a);
                bool has_b = ag_components_next(&of_b, &next_b);
                int order;

                if (!has_a || !has_b)
                        return has_a - has_b;
                order = ag_bytes_compare(next_a, next_b);
                if (order)
                        return order;
        }
}

bool ag_path_mappings_agree(const struct ag_entry *a, const struct ag_entry *b)
{
        struct ag_components plain_a = ag_components_of(a->path);
        struct ag_components plain_b = ag_components_of(b->path);
        struct ag_components encrypted_a = ag_components_of(a->encrypted);
        struct ag_components encrypted_b = ag_components_of(b->encrypted);
        struct ag_bytes u_a, u_b, e_a, e_b;

        while (ag_components_next(&plain_a, &u_a) && ag_components_next(&plain_b, &u_b) &&
               ag_components_next(&encrypted_a, &e_a) && ag_components_next(&encrypted_b, &e_b)) {
                bool same_plain = ag_bytes_equal(u_a, u_b);

                if (same_plain != ag_bytes_equal(e_a, e_b))
                        return false;
                if (!same_plain)
                        return true;
        }
        return true;
}

static size_t depth_of(struct ag_bytes path)
{
        struct ag_components components = ag_components_of(path);
        struct ag_bytes component;
        size_t depth = 0;

        while (ag_components_next(&components, &component))
                depth++;
        return depth;
}

bool ag_path_same_depth(struct ag_bytes a, struct ag_bytes b)
{
        return depth_of(a) == depth_of(b);
}
