/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose certificates these are.
 */
#include "remote/satellite/identity.h"
#include "vectors.h"

enum { LEAF, AUTHORITY, NETWORK, ALL };

/* The list of the known response, and the id it belongs to. */
struct list {
        struct arena arena;
        struct slice ders[ALL];
        struct node_id id;
};

static void list_deinit(struct list *list)
{
        arena_deinit(&list->arena);
}

static struct slice base64_of(struct arena *arena, const char *text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(4096);

        CHECK(base64_decode(slice_from_string(text), &bytes));
        return arena_copy(arena, buf_slice(&bytes));
}

static struct list list_make(void)
{
        struct list list = {.arena = ARENA_INIT(1 << 20)};

        list.ders[LEAF] = base64_of(&list.arena, VECTOR_LEAF);
        list.ders[AUTHORITY] = base64_of(&list.arena, VECTOR_AUTHORITY);
        list.ders[NETWORK] = base64_of(&list.arena, VECTOR_NETWORK_AUTHORITY);
        memcpy(list.id.bytes, vector_hex(&list.arena, VECTOR_ID).data, NODE_ID_SIZE);
        return list;
}

#define LIST(name) struct list name CLEANUP(list_deinit) = list_make()

TEST(a_list_is_of_the_identity_whose_authority_has_the_id)
{
        LIST(list);

        CHECK(identity_check(list.ders, ALL, &list.id));
}

TEST(the_address_of_a_satellite_names_that_id)
{
        struct satellite_address address;

        CHECK(satellite_address_parse(SLICE(VECTOR_ADDRESS), &address));
        CHECK_HEX(SLICE_ARRAY(address.id.bytes), VECTOR_ID);
        CHECK_TEXT(address.host, "sat.example");
        CHECK_INT(address.port, 7777);
}

TEST(an_address_of_another_form_is_none)
{
        struct satellite_address address;
        const char *const wrong[] = {
                "",
                "sat.example:7777",
                "1xTwTPLWfiqffa5VbA9c7ZZgkhZuAqdp4aphJ6udVWU2LadQF@sat.example",
                "1xTwTPLWfiqffa5VbA9c7ZZgkhZuAqdp4aphJ6udVWU2LadQF@sat.example:0",
                "1xTwTPLWfiqffa5VbA9c7ZZgkhZuAqdp4aphJ6udVWU2LadQG@sat.example:7777",
        };

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK(!satellite_address_parse(slice_from_string(wrong[i]), &address));
        CHECK(satellite_address_parse(
                SLICE("1xTwTPLWfiqffa5VbA9c7ZZgkhZuAqdp4aphJ6udVWU2LadQF@[::1]:7777"), &address));
        CHECK_TEXT(address.host, "::1");
}

TEST(a_list_without_its_authority_is_refused)
{
        LIST(list);
        struct slice without[] = {list.ders[LEAF], list.ders[NETWORK]};

        CHECK(!identity_check(without, ARRAY_SIZE(without), &list.id));
}

TEST(a_list_cut_anywhere_but_behind_a_self_signed_certificate_is_refused)
{
        LIST(list);

        CHECK(!identity_check(list.ders, 0, &list.id));
        CHECK(!identity_check(list.ders, 1, &list.id));
        CHECK(!identity_check(list.ders, 2, &list.id));
}

TEST(another_leaf_under_the_same_authority_is_refused)
{
        LIST(list);
        struct slice other[] = {list.ders[NETWORK], list.ders[AUTHORITY], list.ders[NETWORK]};
        struct slice itself[] = {list.ders[AUTHORITY], list.ders[AUTHORITY], list.ders[NETWORK]};

        CHECK(!identity_check(other, ARRAY_SIZE(other), &list.id));
        CHECK(!identity_check(itself, ARRAY_SIZE(itself), &list.id));
}

TEST(any_byte_of_any_certificate_that_is_changed_is_noticed)
{
        LIST(list);

        for (size_t i = 0; i < ALL; i++)
                for (size_t at = 0; at < list.ders[i].size; at++) {
                        struct slice changed[ALL] = {list.ders[0], list.ders[1], list.ders[2]};
                        uint8_t *copy = malloc(list.ders[i].size);

                        assert_non_null(copy);
                        memcpy(copy, list.ders[i].data, list.ders[i].size);
                        copy[at] ^= 0x01;
                        changed[i] = slice_new(copy, list.ders[i].size);
                        CHECK(!identity_check(changed, ALL, &list.id));
                        free(copy);
                }
}

TEST(an_id_that_differs_in_any_byte_is_another)
{
        LIST(list);

        for (size_t at = 0; at < NODE_ID_SIZE; at++) {
                struct node_id other = list.id;

                other.bytes[at] ^= 0x80;
                CHECK(!identity_check(list.ders, ALL, &other));
        }
}

TEST(certificates_that_are_cut_or_followed_by_more_are_refused)
{
        LIST(list);
        struct slice changed[ALL] = {list.ders[0], list.ders[1], list.ders[2]};
        uint8_t longer[1024] = {0};

        memcpy(longer, list.ders[LEAF].data, list.ders[LEAF].size);
        changed[LEAF] = slice_new(longer, list.ders[LEAF].size + 1);
        CHECK(!identity_check(changed, ALL, &list.id));
        for (size_t size = 0; size < list.ders[LEAF].size; size++) {
                changed[LEAF] = slice_new(longer, size);
                CHECK(!identity_check(changed, ALL, &list.id));
        }
}

TEST(a_list_that_is_too_long_is_not_looked_at)
{
        LIST(list);
        struct slice many[IDENTITY_CERTIFICATES_MAXIMUM + 1] = {list.ders[LEAF],
                                                                list.ders[AUTHORITY]};

        for (size_t i = 2; i < ARRAY_SIZE(many); i++)
                many[i] = list.ders[NETWORK];
        CHECK(identity_check(many, IDENTITY_CERTIFICATES_MAXIMUM, &list.id));
        CHECK(!identity_check(many, ARRAY_SIZE(many), &list.id));
}
