/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing names of fields loosely.
 */
#include "http/field_names.h"

#include <ctype.h>
#include <string.h>

enum { MEMBERS = 32 }; /* an object with more is not looked through */

static const char *word_skip(const char *name)
{
        while (*name == '_' || *name == '-')
                name++;
        return name;
}

static bool is_respelt(const char *a, const char *b)
{
        for (a = word_skip(a), b = word_skip(b); *a && *b;
             a = word_skip(a + 1), b = word_skip(b + 1))
                if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
                        return false;
        return *a == *b;
}

static bool is_near(const char *a, const char *b)
{
        return is_respelt(a, b) || slice_is_near(slice_from_string(a), slice_from_string(b));
}

static const char *find(const json_t *object, const char *name,
                        bool (*is_like)(const char *, const char *))
{
        const char *found = NULL, *key;
        json_t *members = (json_t *)(uintptr_t)object; /* jansson's loop writes nothing */
        const json_t *value;

        if (json_object_size(object) > MEMBERS)
                return NULL;
        json_object_foreach(members, key, value) if (strcmp(key, name) != 0 && is_like(key, name))
                found = key;
        return found;
}

const char *field_name_respelt(const json_t *object, const char *name)
{
        return find(object, name, is_respelt);
}

const char *field_name_meant(const json_t *object, const char *name)
{
        return find(object, name, is_near);
}
