/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of leaked passwords: what is found in them, and what is no such list.
 */
#include "os/leaked_passwords.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"
#include "test.h"

/* In the order of their hashes. */
static const struct {
        const char *password, *sha1;
} leaked[] = {
        {"password 2", "0BC2F561B875AE477D8478CB0ADE213F881EF23D"},
        {"password 3", "1A0405B0A419331FA8A2A4B54398421BAD1A83F6"},
        {"password 1", "90CF25030A5125A77EAA8224BC4EA3910B270B55"},
        {"password 0", "9DD16B202678229FFF9958C20E75C4A409E9B736"},
        {"password 4", "D76679A4334301A6524C4B5FC63127377601552D"},
        {"password 6", "DAF3537AD713A43B2B30C3DB109ACAA728B1B402"},
        {"password 5", "E25B30173349173D54F866173FE7F5D07E9BFFFF"},
};

enum { N_LEAKED = ARRAY_SIZE(leaked) };

/* A file in memory. */
struct list {
        int descriptor;
        char path[64];
};

static struct list list_new(void)
{
        struct list list = {.descriptor = memfd_create("list", MFD_CLOEXEC)};

        CHECK(list.descriptor >= 0);
        (void)snprintf(list.path, sizeof(list.path), "/proc/self/fd/%d", list.descriptor);
        return list;
}

static void list_remove(struct list *list)
{
        descriptor_closep(&list->descriptor);
}

#define LIST(name) struct list name CLEANUP(list_remove) = list_new()

static void list_append(struct list *list, const char *text)
{
        CHECK(file_write_whole(list->descriptor, slice_from_string(text)));
}

/* The leaked passwords from `first` on, without the last `n_cut`. */
static void list_fill(struct list *list, size_t first, size_t n_cut, const char *line_end)
{
        for (size_t i = first; i < N_LEAKED - n_cut; i++) {
                list_append(list, leaked[i].sha1);
                list_append(list, line_end);
        }
}

static enum err look_up(const struct list *list, const char *password)
{
        struct leak_port port = leaked_passwords_port(list->path);

        return port.check(port.context, (struct secret){slice_from_string(password)});
}

static enum err judge(const struct list *list, const char *said)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        enum err error = leaked_passwords_check(list->path, &why);

        CHECK((error == ERR_OK) == (why.size == 0));
        CHECK(!*said || memmem(why.data, why.size, said, strlen(said)));
        return error;
}

TEST(each_line_is_found_and_nothing_else)
{
        static const char *const line_ends[] = {"\n", "\r\n", ":1\n", ":10437277\r\n",
                                                ":18446744073709551615\n"};

        for (size_t i = 0; i < ARRAY_SIZE(line_ends); i++) {
                LIST(list);

                list_fill(&list, 0, 0, line_ends[i]);
                CHECK_OK(judge(&list, ""));
                for (size_t j = 0; j < N_LEAKED; j++)
                        CHECK_ERR(look_up(&list, leaked[j].password), ERR_PASSWORD_LEAKED);
                CHECK_OK(look_up(&list, "a long enough password"));
        }
}

TEST(what_is_before_the_first_or_after_the_last_line_is_not_there)
{
        for (size_t n_cut = 0; n_cut < N_LEAKED - 1; n_cut++) {
                LIST(list);

                list_fill(&list, 1, n_cut, "\n");
                CHECK_OK(look_up(&list, leaked[0].password));
                for (size_t i = 1; i < N_LEAKED; i++)
                        CHECK_ERR(look_up(&list, leaked[i].password),
                                  i < N_LEAKED - n_cut ? ERR_PASSWORD_LEAKED : ERR_OK);
        }
}

TEST(the_last_line_may_lack_its_end_and_letters_may_be_small)
{
        LIST(list);

        list_fill(&list, 0, 1, "\n");
        for (const char *c = leaked[N_LEAKED - 1].sha1; *c; c++)
                list_append(&list, (const char[]){(char)(*c | 0x20), 0});
        CHECK_OK(judge(&list, ""));
        CHECK_ERR(look_up(&list, leaked[N_LEAKED - 1].password), ERR_PASSWORD_LEAKED);
}

TEST(what_is_not_sorted_is_said)
{
        LIST(list);

        list_fill(&list, 1, 0, "\n");
        list_append(&list, leaked[0].sha1);
        CHECK_ERR(judge(&list, "is not sorted"), ERR_FIELD_MALFORMED);
}

#define HASH "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"

TEST(what_is_no_list_is_said_and_refuses_every_password)
{
        static const char *const wrong[] = {
                "hello\n",
                "\n",
                "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD\n",
                "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDX\n",
                HASH ":many\n",
                (HASH " " HASH HASH),
        };

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
                LIST(list);

                list_append(&list, wrong[i]);
                CHECK_ERR(judge(&list, "no SHA-1 hash"), ERR_FIELD_MALFORMED);
                CHECK_ERR(look_up(&list, "a long enough password"), ERR_INTERNAL);
        }
}

TEST(a_list_that_cannot_be_read_is_said)
{
        struct list none = {.path = "/nowhere/leaked.txt"}, folder = {.path = "/tmp"};
        LIST(empty);

        CHECK_ERR(judge(&none, "cannot be read: No such file"), ERR_NOT_FOUND);
        CHECK_ERR(judge(&folder, "cannot be read"), ERR_NOT_FOUND);
        CHECK_ERR(judge(&empty, "no SHA-1 hash"), ERR_FIELD_MALFORMED);
        CHECK_ERR(look_up(&none, "a long enough password"), ERR_INTERNAL);
}

TEST(without_a_file_there_is_no_list)
{
        CHECK(!leaked_passwords_port("").check);
}
