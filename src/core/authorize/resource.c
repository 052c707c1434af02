/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing what a request names with what is allowed, byte by byte.
 */
#include "core/authorize/resource.h"

#include "base/encode.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/policy.h"

#define ANY SLICE("any")

bool resource_is_valid(struct slice text)
{
        struct uri uri;

        return text.size <= LIMIT_REDIRECT_URI &&
               slice_consists_of(text, "-._~:/?[]@!$&'()*+,;=%") && uri_parse(text, &uri) &&
               (uri.has_authority ? uri.at.host.size > 0 : uri.rest.size > 0);
}

/* The next item of the setting; empty at its end. */
static struct slice item_cut(struct slice *rest)
{
        struct slice item = {0};

        while (rest->size && !item.size) {
                (void)slice_cut(rest, ',', &item);
                item = slice_trim(item);
        }
        return item;
}

bool resources_are_valid(struct slice setting)
{
        struct slice item;

        while ((item = item_cut(&setting)).size)
                if (!slice_equal(item, ANY) && !resource_is_valid(item))
                        return false;
        return true;
}

/* "https://host/" is "https://host" (RFC 3986 section 6.2.3), and programs write both. */
static struct slice without_empty_path(struct slice text)
{
        struct uri uri;

        if (uri_parse(text, &uri) && uri.has_authority && slice_equal(uri.rest, SLICE("/")))
                text.size--;
        return text;
}

static bool is_same(struct slice a, struct slice b)
{
        return slice_equal(without_empty_path(a), without_empty_path(b));
}

static bool is_allowed(const struct policy *policy, struct slice resource)
{
        struct slice rest = policy->resources, item;

        if (is_same(resource, policy->issuer))
                return true;
        while ((item = item_cut(&rest)).size)
                if (slice_equal(item, ANY) || is_same(resource, item))
                        return true;
        return false;
}

enum err resources_check(const struct policy *policy, struct texts resources)
{
        for (size_t i = 0; i < resources.n; i++)
                if (!resource_is_valid(resources.items[i]) ||
                    !is_allowed(policy, resources.items[i]))
                        return ERR_RESOURCE;
        return ERR_OK;
}
