/* SPDX-License-Identifier: Apache-2.0
 *
 * Files with secrets: who may read them, and that they are never overwritten by accident.
 */
#include "base/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* A folder for one test; its files are named by their last part. */
struct place {
        char folder[64];
        char path[128];
        struct arena arena;
        struct buf why;
};

static void place_end(struct place *place)
{
        (void)unlink(place->path);
        (void)rmdir(place->folder);
        arena_deinit(&place->arena);
        buf_deinit(&place->why);
}

static struct place place_new(void)
{
        struct place place = {.folder = "/tmp/grantd-test-XXXXXX",
                              .arena = ARENA_INIT(1 << 20),
                              .why = BUF_INIT(1000)};

        assert_non_null(mkdtemp(place.folder));
        (void)snprintf(place.path, sizeof(place.path), "%s/secret", place.folder);
        return place;
}

static struct secret secret_of(const char *text)
{
        return (struct secret){.hidden = slice_from_string(text)};
}

static bool says(const struct place *place, const char *word)
{
        return place->why.size &&
               memmem(place->why.data, place->why.size, word, strlen(word)) != NULL;
}

TEST(what_was_created_is_read_back)
{
        struct place place CLEANUP(place_end) = place_new();
        struct secret content;
        struct stat status;

        CHECK_OK(file_create_secret(place.path, secret_of("hidden"), &place.why));
        CHECK(stat(place.path, &status) == 0);
        CHECK_INT(status.st_mode & 0777, 0600);
        CHECK_OK(file_read_secret(place.path, 100, &place.arena, &content, &place.why));
        CHECK_TEXT(secret_reveal(content), "hidden");
        CHECK_INT(place.why.size, 0);
}

TEST(an_existing_file_is_not_overwritten)
{
        struct place place CLEANUP(place_end) = place_new();
        struct secret content;

        CHECK_OK(file_create_secret(place.path, secret_of("first"), &place.why));
        CHECK_ERR(file_create_secret(place.path, secret_of("second"), &place.why), ERR_CONFLICT);
        CHECK_OK(file_read_secret(place.path, 100, &place.arena, &content, &place.why));
        CHECK_TEXT(secret_reveal(content), "first");
}

TEST(replacing_gives_the_new_content_and_leaves_nothing_beside_it)
{
        struct place place CLEANUP(place_end) = place_new();
        struct secret content;
        char fresh[160];

        CHECK_OK(file_create_secret(place.path, secret_of("first"), &place.why));
        CHECK_OK(file_replace_secret(place.path, secret_of("second"), &place.why));
        CHECK_OK(file_read_secret(place.path, 100, &place.arena, &content, &place.why));
        CHECK_TEXT(secret_reveal(content), "second");
        (void)snprintf(fresh, sizeof(fresh), "%s.new", place.path);
        CHECK(!file_exists(fresh));
}

TEST(a_file_that_others_can_read_is_refused_with_what_to_do)
{
        struct place place CLEANUP(place_end) = place_new();
        static const mode_t modes[] = {0640, 0604, 0620, 0601};
        struct secret content;

        CHECK_OK(file_create_secret(place.path, secret_of("hidden"), &place.why));
        for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
                CHECK(chmod(place.path, modes[i]) == 0);
                buf_reset(&place.why);
                CHECK_ERR(file_read_secret(place.path, 100, &place.arena, &content, &place.why),
                          ERR_FORBIDDEN);
                CHECK(says(&place, "chmod 600") && says(&place, place.path));
        }
}

TEST(a_missing_file_is_told_apart)
{
        struct place place CLEANUP(place_end) = place_new();
        struct secret content;

        CHECK_ERR(file_read_secret(place.path, 100, &place.arena, &content, &place.why),
                  ERR_NOT_FOUND);
        CHECK(says(&place, "No such file"));
        CHECK_ERR(file_create_secret("/nonexistent/folder/file", secret_of("x"), &place.why),
                  ERR_INTERNAL);
        CHECK(says(&place, "create its folder first"));
}

TEST(a_folder_that_is_missing_is_told_before_a_database_is_opened_there)
{
        struct place place CLEANUP(place_end) = place_new();

        CHECK_OK(file_check_folder(place.path, &place.why));
        CHECK_OK(file_check_folder("beside", &place.why));
        CHECK_ERR(file_check_folder("/nonexistent/folder/file", &place.why), ERR_INTERNAL);
        CHECK(says(&place, "/nonexistent/folder/file: cannot write in its folder"));
        CHECK(says(&place, "create its folder first"));
}

TEST(a_folder_is_no_secret_file)
{
        struct place place CLEANUP(place_end) = place_new();
        struct secret content;

        CHECK_ERR(file_read_secret(place.folder, 100, &place.arena, &content, &place.why),
                  ERR_FORBIDDEN);
}

TEST(a_file_has_a_maximum)
{
        struct place place CLEANUP(place_end) = place_new();
        struct slice content;

        CHECK_OK(file_create_secret(place.path, secret_of("0123456789"), &place.why));
        CHECK_OK(file_read(place.path, 10, &place.arena, &content, &place.why));
        CHECK_TEXT(content, "0123456789");
        CHECK_ERR(file_read(place.path, 9, &place.arena, &content, &place.why), ERR_FIELD_TOO_LONG);
}
