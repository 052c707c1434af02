/* SPDX-License-Identifier: Apache-2.0
 *
 * Master keys from elsewhere: a credential of systemd, and a command's output.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/monotonic.h"
#include "os/entropy.h"
#include "os/key_file.h"
#include "os/key_source.h"
#include "test.h"

#define HEX_KEY  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_LINE "00000001 " HEX_KEY

struct place {
        char folder[64], path[128], other[128];
};

static struct place place_new(void)
{
        struct place place = {.folder = "/tmp/grantd-test-XXXXXX"};

        assert_non_null(mkdtemp(place.folder));
        (void)snprintf(place.path, sizeof(place.path), "%s/master.key", place.folder);
        (void)snprintf(place.other, sizeof(place.other), "%s/other", place.folder);
        return place;
}

static void place_remove(struct place *place)
{
        (void)unsetenv("CREDENTIALS_DIRECTORY");
        (void)unlink(place->path);
        (void)unlink(place->other);
        (void)rmdir(place->folder);
}

#define PLACE(name) struct place name CLEANUP(place_remove) = place_new()

static void file_put(const char *path, const char *text, mode_t mode)
{
        int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        size_t size = strlen(text);

        assert_true(descriptor >= 0 && write(descriptor, text, size) == (ssize_t)size &&
                    fchmod(descriptor, mode) == 0);
        (void)close(descriptor);
}

/* --- credentials --- */

static enum err credential_read(const char *path, struct buf *why)
{
        struct key_source source;
        struct seal seal = {0};

        buf_reset(why);
        CHECK_OK(key_source_open(path, "", &source, why));
        return key_source_read(&source, &seal, why);
}

TEST(the_group_may_read_a_credential_of_roots_and_no_other_file)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);

        if (geteuid() != 0)
                skip(); /* takes root: the credential is root's */
        file_put(place.path, KEY_LINE "\n", 0440);
        CHECK_ERR(credential_read(place.path, &why), ERR_FORBIDDEN);
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", place.folder, 1), 0);
        CHECK_OK(credential_read(place.path, &why));
        for (size_t i = 0; i < 3; i++) {
                static const mode_t open_modes[] = {0460, 0444, 0450};

                CHECK_INT(chmod(place.path, open_modes[i]), 0);
                CHECK_ERR(credential_read(place.path, &why), ERR_FORBIDDEN);
        }
        CHECK_INT(chmod(place.path, 0400), 0);
        CHECK_OK(credential_read(place.path, &why));
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", "/tmp", 1), 0);
        CHECK_INT(chmod(place.path, 0440), 0);
        CHECK_ERR(credential_read(place.path, &why), ERR_FORBIDDEN);
}

TEST(a_credential_of_another_user_is_for_its_owner_alone)
{
        PLACE(place);

        if (geteuid() != 0)
                skip(); /* takes root: to give the file away */
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);

        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", place.folder, 1), 0);
        file_put(place.path, KEY_LINE "\n", 0440);
        CHECK_INT(chown(place.path, 12345, 12345), 0);
        CHECK_ERR(credential_read(place.path, &why), ERR_FORBIDDEN);
}

TEST(a_credential_is_no_symbolic_link)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);

        file_put(place.other, KEY_LINE "\n", 0400);
        CHECK_INT(symlink(place.other, place.path), 0);
        CHECK_OK(credential_read(place.path, &why)); /* as a file like any other */
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", place.folder, 1), 0);
        CHECK_ERR(credential_read(place.path, &why), ERR_INTERNAL);
        CHECK_OK(credential_read(place.other, &why));
}

TEST(a_name_above_or_below_is_no_credential)
{
        CHECK(!file_is_credential("/run/credentials/g/master.key"));
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", "/run/credentials/g", 1), 0);
        CHECK(file_is_credential("/run/credentials/g/master.key"));
        CHECK(!file_is_credential("/run/credentials/g/"));
        CHECK(!file_is_credential("/run/credentials/g"));
        CHECK(!file_is_credential("/run/credentials/g/../../shadow"));
        CHECK(!file_is_credential("/run/credentials/gg/master.key"));
        CHECK(!file_is_credential("/run/credentials/g/below/master.key"));
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", "", 1), 0);
        CHECK(!file_is_credential("/master.key"));
        CHECK_INT(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

TEST(what_is_not_ours_is_neither_made_nor_rotated_and_says_what_to_do)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct key_source source = {.path = "/run/credentials/g/master.key"};

        CHECK(key_source_is_ours(&source, true, &why));
        CHECK_INT(setenv("CREDENTIALS_DIRECTORY", "/run/credentials/g", 1), 0);
        CHECK(!key_source_is_ours(&source, false, &why));
        buf_put_byte(&why, 0);
        CHECK(strstr((const char *)why.data, "grantd keys create") != NULL);
        CHECK_INT(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

/* --- commands --- */

/* Reads the keys from a command; `why` is a string afterwards. */
static enum err command_read(const char *command, struct seal *ret, struct buf *why)
{
        struct key_source source;
        enum err error;

        buf_reset(why);
        CHECK_OK(key_source_open("", command, &source, why));
        error = key_source_read(&source, ret, why);
        key_source_close(&source);
        buf_put_byte(why, 0);
        return error;
}

static void check_fails(const char *command, enum err expected, const char *word)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct seal seal = {.n_keys = 7};

        CHECK_ERR(command_read(command, &seal, &why), expected);
        if (!strstr((const char *)why.data, word))
                fail_msg("\"%s\" does not say \"%s\"", why.data, word);
        CHECK_INT(seal.n_keys, 7);
}

TEST(a_commands_output_is_the_key_file)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct seal seal = {0};

        CHECK_OK(command_read("/bin/echo '" KEY_LINE "'", &seal, &why));
        CHECK_INT(seal.n_keys, 1);
        CHECK_HEX(SLICE_ARRAY(seal.keys[0].id), "00000001");
}

TEST(a_command_that_fails_says_how)
{
        check_fails("/no/such/program", ERR_INTERNAL, "cannot be started: No such file");
        check_fails("/bin/false", ERR_INTERNAL, "ended with status 1");
        check_fails("/bin/sh -c 'echo \"" KEY_LINE "\"; exit 3'", ERR_INTERNAL, "status 3");
        check_fails("/bin/sh -c 'kill -9 $$'", ERR_INTERNAL, "ended by signal 9");
        check_fails("/bin/echo nonsense", ERR_FIELD_MALFORMED, "keys.master_command: is not a key");
        check_fails("/bin/true", ERR_FIELD_MALFORMED, "is not a key");
        check_fails("/bin/sh -c 'yes'", ERR_FIELD_TOO_LONG, "more than a key file");
}

/* Gone, or a zombie that its new parent has not reaped yet. */
static bool is_dead(int process)
{
        char path[64], state = 0;
        FILE *file;
        bool is_read;

        (void)snprintf(path, sizeof(path), "/proc/%d/stat", process);
        file = fopen(path, "re");
        if (!file)
                return true;
        is_read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
        (void)fclose(file);
        return !is_read || state == 'Z' || state == 'X';
}

/* It takes its time; so does one that has closed its output. */
TEST(a_command_that_does_not_end_is_killed_with_what_it_started)
{
        PLACE(place);
        char command[300];
        int64_t before = monotonic_now();

        (void)snprintf(command, sizeof(command),
                       "/bin/sh -c 'sleep 60 & echo $! >%s; exec >&-; wait'", place.path);
        check_fails(command, ERR_INTERNAL, "ten seconds");
        CHECK(monotonic_now() - before < 20 * MONOTONIC_SECOND);

        FILE *file = fopen(place.path, "re");
        int child = 0;

        CHECK(file && fscanf(file, "%d", &child) == 1 && child > 0);
        (void)fclose(file);
        for (int i = 0; i < 100 && !is_dead(child); i++)
                (void)usleep(10000);
        CHECK(is_dead(child));
}

TEST(a_command_is_run_again_on_request_and_not_too_often_without)
{
        PLACE(place);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct seal one = {0}, two = {0};
        struct key_source source;
        char command[200];

        (void)snprintf(command, sizeof(command), "/bin/cat \"%s\"", place.path);
        CHECK_OK(key_source_open("", command, &source, &why));
        file_put(place.path, KEY_LINE "\n", 0600);
        CHECK_OK(key_source_read(&source, &one, &why));
        CHECK(!key_source_is_due(&source));
        file_put(place.path, "00000002 " HEX_KEY "\n" KEY_LINE "\n", 0600);
        CHECK_OK(key_source_read(&source, &two, &why));
        CHECK_INT(two.n_keys, 2);
        source.read_at -= 10 * MONOTONIC_SECOND;
        CHECK(key_source_is_due(&source));
        key_source_close(&source);
}

TEST(a_quote_that_is_not_closed_is_no_command)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct key_source source;

        CHECK_ERR(key_source_open("", "/bin/echo 'a", &source, &why), ERR_FIELD_MALFORMED);
        CHECK(why.size > 0);
}

/* The output in the pipe is what serve would read from a file. */
TEST(a_created_key_is_good)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct entropy_port entropy = os_entropy();
        struct seal seal = {0};

        key_text_put(&text, &entropy);
        CHECK_OK(key_text_read(secret_copy(&arena, buf_slice(&text)), "here", &seal, &why));
        CHECK_INT(seal.n_keys, 1);
}
