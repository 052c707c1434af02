/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields of a mail, and the address of a mail server.
 */
#include "base/encode.h"
#include "remote/mail_head.h"
#include "remote/smtp.h"
#include "test.h"

static void check_text(const char *text, const char *wanted)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(4096);

        mail_head_text(&out, slice_from_string(text));
        CHECK_TEXT(buf_slice(&out), wanted);
}

TEST(plain_text_stays_and_any_other_is_encoded)
{
        check_text("A new password", "A new password");
        check_text("", "");
        check_text("f\xc3\xbcr", "=?utf-8?B?ZsO8cg==?=");
}

TEST(no_text_begins_another_field)
{
        check_text("a\r\nBcc: b@example.com", "=?utf-8?B?YQ0KQmNjOiBiQGV4YW1wbGUuY29t?=");
        check_text("a\nb", "=?utf-8?B?YQpi?=");
        check_text("a\rb", "=?utf-8?B?YQ1i?=");
}

TEST(long_text_becomes_words_of_75_characters_at_most_that_cut_no_letter)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(65536);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct buf back CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct slice rest, line;
        bool has_more = true;

        for (int i = 0; i < 200; i++)
                buf_put_string(&text, i % 3 ? "\xc3\xbc" : "a");
        mail_head_text(&out, buf_slice(&text));
        rest = buf_slice(&out);
        while (has_more) {
                has_more = slice_cut(&rest, '\n', &line);
                if (line.size && line.data[line.size - 1] == '\r')
                        line.size--;
                line = slice_trim(line);
                CHECK(line.size <= 75);
                CHECK(slice_starts_with(line, SLICE("=?utf-8?B?")));
                line = slice_new(line.data + 10, line.size - 12);
                back.size = 0;
                CHECK(base64_decode(line, &back));
                CHECK(slice_is_utf8(buf_slice(&back)));
        }
}

TEST(a_date_is_as_rfc_5322_writes_it)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);

        mail_head_date(&out, (struct instant){1795857005000});
        CHECK_TEXT(buf_slice(&out), "Sat, 28 Nov 2026 09:10:05 +0000");
}

TEST(a_mail_server_is_a_scheme_a_host_and_perhaps_a_port_and_a_log_in)
{
        static const char *const good[] = {"smtp://localhost", "smtps://mail.example.com:465",
                                           "smtp://a%40b:c@[::1]:25/", "smtp://user@10.0.0.1"};
        static const char *const bad[] = {"",
                                          "localhost",
                                          "http://localhost",
                                          "smtp://",
                                          "smtp://a b",
                                          "smtp://host:0",
                                          "smtp://host:70000",
                                          "smtp://host/path",
                                          "smtp://host?x",
                                          "smtp:host",
                                          "smtp://ho\nst",
                                          "smtp://host:x"};
        struct smtp_server server;

        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                CHECK(smtp_server_read(slice_from_string(good[i]), &server));
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK(!smtp_server_read(slice_from_string(bad[i]), &server));
        CHECK(smtp_server_read(SLICE("smtps://me:p%3Aq@mail.example.com:465"), &server));
        CHECK(server.is_smtps);
        CHECK_TEXT(server.user, "me");
        CHECK_TEXT(server.password, "p%3Aq");
        CHECK_TEXT(server.host, "mail.example.com");
        CHECK_TEXT(server.at, "mail.example.com:465");
}

TEST(an_address_for_a_command_has_nothing_that_ends_it)
{
        static const char *const bad[] = {"",      "a b@c", "a@b>",    "<a@b",   "a@b,c@d",
                                          "a@b;c", "a\n@b", "\"a\"@b", "a@\x7f", "\xc3\xbc@b"};

        CHECK(smtp_address_is_valid(SLICE("ada.l+x_1@mail.example.com")));
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK(!smtp_address_is_valid(slice_from_string(bad[i])));
}
