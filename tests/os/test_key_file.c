/* SPDX-License-Identifier: Apache-2.0
 *
 * The key file: created once, read strictly.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "os/entropy.h"
#include "os/key_file.h"
#include "test.h"

struct place {
        char folder[64];
        char path[128];
};

static struct place place_new(void)
{
        struct place place = {.folder = "/tmp/grantd-test-XXXXXX"};

        assert_non_null(mkdtemp(place.folder));
        (void)snprintf(place.path, sizeof(place.path), "%s/master.key", place.folder);
        return place;
}

static void place_remove(struct place *place)
{
        (void)unlink(place->path);
        (void)rmdir(place->folder);
}

#define PLACE(name) struct place name CLEANUP(place_remove) = place_new()

static enum err read_text(const struct place *place, const char *text, struct seal *ret)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct secret content = secret_copy(&arena, slice_from_string(text));
        enum err error;

        (void)unlink(place->path);
        CHECK_OK(file_create_secret(place->path, content, &why));
        error = key_file_read(place->path, ret, &why);
        CHECK(error == ERR_OK || why.size > 0);
        return error;
}

#define HEX_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

TEST(a_made_key_file_is_read_and_is_nobody_elses)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct entropy_port entropy = os_entropy();
        struct seal seal = {0};
        struct stat status;

        CHECK_OK(key_file_create(place.path, &entropy, &why));
        CHECK_ERR(key_file_create(place.path, &entropy, &why), ERR_CONFLICT);
        CHECK_OK(key_file_read(place.path, &seal, &why));
        CHECK_INT(seal.n_keys, 1);
        CHECK(stat(place.path, &status) == 0 && (status.st_mode & 0777) == 0600);
        CHECK(chmod(place.path, 0640) == 0);
        CHECK_ERR(key_file_read(place.path, &seal, &why), ERR_FORBIDDEN);
}

TEST(a_key_file_that_is_not_there_is_told_apart)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct seal seal;

        CHECK_ERR(key_file_read(place.path, &seal, &why), ERR_NOT_FOUND);
}

TEST(several_keys_are_read_in_their_order)
{
        PLACE(place);
        struct seal seal = {0};

        CHECK_OK(read_text(&place, "# keys\n00000002 " HEX_KEY "\n\n00000001 " HEX_KEY, &seal));
        CHECK_INT(seal.n_keys, 2);
        CHECK_INT(seal.keys[0].id[3], 2);
        CHECK_INT(seal.keys[1].id[3], 1);
}

TEST(what_is_no_key_file_is_refused_and_changes_nothing)
{
        static const char *const texts[] = {
                "",
                "# nothing\n",
                "00000001\n",
                "0000001 " HEX_KEY "\n",
                "00000001 " HEX_KEY "00\n",
                "00000001  " HEX_KEY "\n",
                "00000001 " HEX_KEY "\r\n",
                "0000000G " HEX_KEY "\n",
                "00000001 " HEX_KEY "\nnonsense\n",
        };
        PLACE(place);
        struct seal seal = {.n_keys = 7};

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                CHECK_ERR(read_text(&place, texts[i], &seal), ERR_FIELD_MALFORMED);
        CHECK_INT(seal.n_keys, 7);
}

TEST(more_keys_than_there_is_room_for_are_refused)
{
        PLACE(place);
        char text[SEAL_KEYS * 80 + 100] = "";
        struct seal seal = {0};

        for (int i = 0; i < SEAL_KEYS + 1; i++)
                (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%08x %s\n", i,
                               HEX_KEY);
        CHECK_ERR(read_text(&place, text, &seal), ERR_FIELD_MALFORMED);
}

TEST(a_rotated_file_has_the_new_key_first_and_keeps_the_others)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct entropy_port entropy = os_entropy();
        struct seal seal = {0};

        CHECK_OK(read_text(&place, "0000000a " HEX_KEY "\n# words\n0000000b " HEX_KEY "\n", &seal));
        CHECK_OK(key_file_rotate(place.path, &entropy, 7, &why));
        CHECK_OK(key_file_read(place.path, &seal, &why));
        CHECK_INT(seal.n_keys, 3);
        CHECK_HEX(SLICE_ARRAY(seal.keys[1].id), "0000000a");
        CHECK_HEX(SLICE_ARRAY(seal.keys[2].id), "0000000b");
        CHECK_OK(key_file_rotate(place.path, &entropy, 1, &why));
        CHECK_OK(key_file_read(place.path, &seal, &why));
        CHECK_INT(seal.n_keys, 2);
}

TEST(a_file_that_is_no_key_file_is_not_rotated)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct entropy_port entropy = os_entropy();
        struct seal seal = {0};

        CHECK_ERR(read_text(&place, "nonsense\n", &seal), ERR_FIELD_MALFORMED);
        CHECK_ERR(key_file_rotate(place.path, &entropy, 7, &why), ERR_FIELD_MALFORMED);
}
