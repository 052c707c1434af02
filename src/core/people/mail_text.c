/* SPDX-License-Identifier: Apache-2.0
 *
 * Composing mails. Both forms have the same words.
 */
#include "core/people/mail_text.h"

#include "base/html.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/people/email.h"
#include "core/policy.h"

enum { LIMIT_MAIL_TEXT = 8 * 1024 };

struct template
{
        enum mail_kind kind;
        enum language language;
        const char *subject, *body;
};

static const struct template templates[] = {
#define MAIL_TEXT(kind_, language_, subject_, body_)                                               \
        {MAIL_##kind_, LANGUAGE_##language_, (subject_), (body_)},
#include "core/people/mail_texts.def"
};

/* A mail that is being composed. */
struct composing {
        const struct template *template;
        struct slice server, about, link;
};

/* English, if it is not written in that language. */
static const struct template *template_find(const struct mail *mail)
{
        const struct template *found = &templates[0];

        for (size_t i = 0; i < ARRAY_SIZE(templates); i++)
                if (templates[i].kind == mail->kind &&
                    (templates[i].language == mail->language ||
                     templates[i].language == LANGUAGE_ENGLISH)) {
                        found = &templates[i];
                        if (found->language == mail->language)
                                break;
                }
        return found;
}

static struct slice word_of(const struct composing *composing, struct slice name)
{
        if (slice_equal(name, SLICE("server")))
                return composing->server;
        return slice_equal(name, SLICE("link")) ? composing->link : composing->about;
}

/* Writes text with the words in place of their names in braces. */
static void filled_put(struct buf *out, const struct composing *composing, struct slice text,
                       void (*put)(struct buf *, struct slice))
{
        struct slice before, name;

        while (slice_cut(&text, '{', &before)) {
                put(out, before);
                (void)slice_cut(&text, '}', &name);
                put(out, word_of(composing, name));
        }
        put(out, before);
}

static void html_paragraph_put(struct buf *out, const struct composing *composing,
                               struct slice paragraph)
{
        bool is_link = slice_equal(paragraph, SLICE("{link}"));

        buf_put_string(out, "<p>");
        if (is_link) {
                buf_put_string(out, "<a href=\"");
                html_put(out, composing->link);
                buf_put_string(out, "\">");
        }
        filled_put(out, composing, paragraph, html_put);
        buf_put_string(out, is_link ? "</a></p>\r\n" : "</p>\r\n");
}

static void html_body_put(struct buf *out, const struct composing *composing)
{
        struct slice rest = slice_from_string(composing->template->body), line;
        bool has_more = true;

        buf_put_string(out, "<!doctype html>\r\n<html lang=\"");
        buf_put_string(out, language_tag(composing->template->language));
        buf_put_string(out, "\"><body>\r\n");
        while (has_more) {
                has_more = slice_cut(&rest, '\n', &line);
                if (line.size)
                        html_paragraph_put(out, composing, line);
        }
        buf_put_string(out, "</body></html>\r\n");
}

static void text_body_put(struct buf *out, const struct composing *composing)
{
        struct slice rest = slice_from_string(composing->template->body), line;
        bool has_more = true;

        while (has_more) {
                has_more = slice_cut(&rest, '\n', &line);
                filled_put(out, composing, line, buf_put);
                buf_put_string(out, "\r\n");
        }
}

enum err mail_compose(struct op *op, const struct mail *mail, struct secret link,
                      struct mail_message *ret)
{
        struct buf subject CLEANUP(buf_deinit) = BUF_INIT(LIMIT_MAIL_TEXT);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_MAIL_TEXT);
        struct buf html CLEANUP(buf_deinit) = BUF_INIT(2 * LIMIT_MAIL_TEXT);
        struct composing composing = {
                .template = template_find(mail), .about = mail->about, .link = secret_reveal(link)};
        struct uri issuer;

        if (uri_parse(op->ports->policy->issuer, &issuer))
                composing.server = issuer.at.host;
        filled_put(&subject, &composing, slice_from_string(composing.template->subject), buf_put);
        text_body_put(&text, &composing);
        html_body_put(&html, &composing);
        if (subject.failed || text.failed || html.failed)
                return ERR_OUT_OF_MEMORY;
        *ret = (struct mail_message){
                .id = mail->id,
                .at = op->now,
                .to = mail->recipient,
                .subject = arena_copy(op->arena, buf_slice(&subject)),
                .text = secret_copy(op->arena, buf_slice(&text)),
                .html = secret_copy(op->arena, buf_slice(&html)),
        };
        return arena_check(op->arena);
}
