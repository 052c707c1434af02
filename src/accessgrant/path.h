/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths, plain and encrypted, as components between slashes (docs/protocol/access-grant.md 8.3).
 * The empty path has no component; any other has one more than slashes, empty ones among them.
 */
#pragma once

#include "accessgrant/words.h"

/* The rest of a path during iteration. `left.data` is NULL after the last component. */
struct ag_components {
        struct slice left;
};

/* Return: all components of the path. */
struct ag_components ag_components_of(struct slice path);

/* Return: true and the next component; false after the last. */
bool ag_components_next(struct ag_components *components, struct slice *ret_component);

/* Removes the components of `start` from the front of `path`.
 * Return: false if `path` does not begin with all of them. */
bool ag_path_after(struct slice path, struct slice start, struct ag_components *ret_rest);

/* Return: <0, 0, >0: the order of serialization, component by component, so that a path is followed
 *         by everything below it (docs/protocol/access-grant.md 3.4). */
int ag_path_compare(struct slice a, struct slice b);

/* Return: whether two entries of one bucket are consistent: in a folder each component has one
 *         encryption, and each encryption belongs to one component (docs/protocol/access-grant.md
 *         3.3).
 */
bool ag_path_mappings_agree(const struct ag_entry *a, const struct ag_entry *b);

/* Return: whether both have the same number of components. */
bool ag_path_same_depth(struct slice a, struct slice b);
