/* SPDX-License-Identifier: Apache-2.0
 *
 * Composing mails. Both forms have the same words.
 */
#include "core/people/mail_text.h"

#include <string.h>

#include "base/html.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/people/page_link.h"
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
        struct slice time;   /* when what the mail tells was done */
        struct slice forgot; /* the page for a forgotten password */
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
        const struct {
                struct slice name, word;
        } words[] = {
                {SLICE("server"), composing->server}, {SLICE("about"), composing->about},
                {SLICE("link"), composing->link},     {SLICE("time"), composing->time},
                {SLICE("forgot"), composing->forgot},
        };
        size_t i = 0;

        while (i < ARRAY_SIZE(words) - 1 && !slice_equal(name, words[i].name))
                i++;
        return words[i].word;
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
        bool is_link = slice_equal(paragraph, SLICE("{link}")) ||
                       slice_equal(paragraph, SLICE("{forgot}"));

        buf_put_string(out, "<p>");
        if (is_link) {
                buf_put_string(out, "<a href=\"");
                filled_put(out, composing, paragraph, html_put);
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

/* 2026-01-31 12:00 UTC. */
static struct slice time_text(struct arena *arena, struct instant instant)
{
        struct buf coded CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct slice rest, date;

        instant_encode(&coded, instant);
        rest = buf_slice(&coded);
        (void)slice_cut(&rest, 'T', &date);
        buf_put(&text, date);
        buf_put_string(&text, " ");
        buf_put(&text, slice_to(rest, strlen("12:00")));
        buf_put_string(&text, " UTC");
        return arena_copy_buf(arena, &text);
}

enum err mail_compose(struct op *op, const struct mail *mail, struct secret link,
                      struct mail_message *ret)
{
        struct buf subject CLEANUP(buf_deinit) = BUF_INIT(LIMIT_MAIL_TEXT);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_MAIL_TEXT);
        struct buf html CLEANUP(buf_deinit) = BUF_INIT(2 * LIMIT_MAIL_TEXT);
        struct composing composing = {
                .template = template_find(mail),
                .about = mail->about,
                .link = secret_reveal(link),
                .time = time_text(op->arena, mail->made_at),
        };
        struct uri issuer;

        composing.forgot = secret_reveal(page_link(op, "/forgot", (struct secret){0}));
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
