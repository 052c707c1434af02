/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as components between slashes.
 */
#include "accessgrant/path.h"

struct ag_components ag_components_of(struct slice path)
{
        return (struct ag_components){path.size ? path : (struct slice){0}};
}

bool ag_components_next(struct ag_components *components, struct slice *ret_component)
{
        if (!components->left.data)
                return false;
        (void)slice_cut(&components->left, '/', ret_component);
        return true;
}

bool ag_path_after(struct slice path, struct slice start, struct ag_components *ret_rest)
{
        if (start.size == 0 || slice_equal(path, start)) {
                *ret_rest = start.size ? (struct ag_components){0} : ag_components_of(path);
                return true;
        }
        if (!slice_starts_with(path, start) || path.data[start.size] != '/')
                return false;
        ret_rest->left = slice_from(path, start.size + 1);
        return true;
}

int ag_path_compare(struct slice a, struct slice b)
{
        struct ag_components of_a = ag_components_of(a), of_b = ag_components_of(b);
        struct slice next_a, next_b;

        for (;;) {
                bool has_a = ag_components_next(&of_a, &next_a);
                bool has_b = ag_components_next(&of_b, &next_b);
                int order;

                if (!has_a || !has_b)
                        return has_a - has_b;
                order = slice_compare(next_a, next_b);
                if (order)
                        return order;
        }
}

bool ag_path_mappings_agree(const struct ag_entry *a, const struct ag_entry *b)
{
        struct ag_components plain_a = ag_components_of(slice_of(a->path));
        struct ag_components plain_b = ag_components_of(slice_of(b->path));
        struct ag_components encrypted_a = ag_components_of(slice_of(a->encrypted));
        struct ag_components encrypted_b = ag_components_of(slice_of(b->encrypted));
        struct slice u_a, u_b, e_a, e_b;

        while (ag_components_next(&plain_a, &u_a) && ag_components_next(&plain_b, &u_b) &&
               ag_components_next(&encrypted_a, &e_a) && ag_components_next(&encrypted_b, &e_b)) {
                bool same_plain = slice_equal(u_a, u_b);

                if (same_plain != slice_equal(e_a, e_b))
                        return false;
                if (!same_plain)
                        return true;
        }
        return true;
}

static size_t depth_of(struct slice path)
{
        struct ag_components components = ag_components_of(path);
        struct slice component;
        size_t depth = 0;

        while (ag_components_next(&components, &component))
                depth++;
        return depth;
}

bool ag_path_same_depth(struct slice a, struct slice b)
{
        return depth_of(a) == depth_of(b);
}
