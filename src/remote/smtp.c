/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending one mail. libcurl encodes its two forms (quoted-printable, multipart/alternative) and
 * speaks SMTP; the envelope has no text but addresses that were checked.
 */
#include "remote/smtp.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/uri.h"
#include "remote/mail_head.h"

enum {
        CONNECT_SECONDS = 10,
        SEND_SECONDS = 30,
        LIMIT_LOGIN = 1024, /* user, and password */
        LIMIT_LINE = 2048,  /* a header field */
        LIMIT_URL = 1024,
        STATUS_NEEDS_TLS = 530, /* RFC 3207 section 4, RFC 4954 section 6 */
        STATUS_WRONG_LOGIN = 535,
        STATUS_NEEDS_ENCRYPTION = 538,
};

struct smtp {
        struct smtp_options options;
        struct smtp_server server;
        atomic_bool is_stopping;
};

/* One mail on its way. */
struct sending {
        struct smtp *smtp;
        const struct mail_message *message;
        struct arena *arena;
        CURL *curl;
        struct curl_slist *head, *recipients;
        curl_mime *mime;
        char problem[CURL_ERROR_SIZE];
};

/* --- the settings --- */

static bool host_is_valid(struct slice host)
{
        uint8_t address[16];
        unsigned width;

        return host.size && (slice_consists_of(host, "-.") || host_ip_parse(host, address, &width));
}

bool smtp_server_read(struct slice url, struct smtp_server *ret)
{
        struct uri uri = {0};
        struct slice login;
        uint16_t port = 1;

        if (!uri_parse(url, &uri) || !uri.has_authority || !host_is_valid(uri.at.host) ||
            (uri.rest.size && !slice_equal(uri.rest, SLICE("/"))) ||
            (uri.at.port.data && (!port_parse(uri.at.port, &port) || port == 0)))
                return false;
        *ret = (struct smtp_server){.is_smtps = slice_equal(uri.scheme, SLICE("smtps")),
                                    .host = uri.at.host,
                                    .at = uri.at.host};
        if (uri.at.port.data)
                ret->at.size += 1 + uri.at.port.size;
        login = uri.userinfo;
        if (login.size) {
                (void)slice_cut(&login, ':', &ret->user);
                ret->password = login;
        }
        return ret->is_smtps || slice_equal(uri.scheme, SLICE("smtp"));
}

bool smtp_address_is_valid(struct slice address)
{
        for (size_t i = 0; i < address.size; i++)
                if (address.data[i] <= ' ' || address.data[i] > '~' ||
                    strchr("<>()[]\\,;:\"", address.data[i]))
                        return false;
        return address.size > 0;
}

struct smtp *smtp_new(const struct smtp_options *options)
{
        struct smtp *smtp = calloc(1, sizeof(*smtp));

        if (!smtp)
                return NULL;
        smtp->options = *options;
        (void)smtp_server_read(slice_from_string(options->url), &smtp->server);
        return smtp;
}

void smtp_stop(struct smtp *smtp)
{
        if (smtp)
                atomic_store(&smtp->is_stopping, true);
}

void smtp_free(struct smtp *smtp)
{
        free(smtp);
}

/* --- one mail --- */

static void field_add(struct sending *sending, const char *name, struct slice value)
{
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);

        buf_put_string(&line, name);
        buf_put_string(&line, ": ");
        buf_put(&line, value);
        buf_put_byte(&line, 0);
        if (!line.failed)
                sending->head = curl_slist_append(sending->head, (const char *)line.data);
}

/* The part of an address behind '@'. */
static struct slice domain_of(const char *address)
{
        struct slice domain = slice_from_string(address), name;

        (void)slice_cut(&domain, '@', &name);
        return domain;
}

static void head_make(struct sending *sending)
{
        const struct mail_message *message = sending->message;
        const char *from = sending->smtp->options.from;
        struct buf id CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);
        struct buf date CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);
        struct buf subject CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);

        buf_put_byte(&id, '<');
        uuid_encode(&id, &message->id);
        buf_put_byte(&id, '@');
        buf_put(&id, domain_of(from));
        buf_put_byte(&id, '>');
        mail_head_date(&date, message->at);
        mail_head_text(&subject, message->subject);
        field_add(sending, "Date", buf_slice(&date));
        field_add(sending, "From", slice_from_string(from));
        field_add(sending, "To", message->to);
        field_add(sending, "Subject", buf_slice(&subject));
        field_add(sending, "Message-ID", buf_slice(&id));
        field_add(sending, "Auto-Submitted", SLICE("auto-generated"));
        field_add(sending, "Content-Type", SLICE("multipart/alternative"));
}

static void part_add(struct sending *sending, struct secret text, const char *type)
{
        curl_mimepart *part = sending->mime ? curl_mime_addpart(sending->mime) : NULL;
        struct slice shown = secret_reveal(text);

        if (!part)
                return;
        (void)curl_mime_data(part, (const char *)shown.data, shown.size);
        (void)curl_mime_type(part, type);
        (void)curl_mime_encoder(part, "quoted-printable");
}

static int on_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
        const struct sending *sending = context;

        (void)total;
        (void)now;
        (void)up_total;
        (void)up_now;
        return atomic_load(&sending->smtp->is_stopping);
}

static const char *decoded(struct sending *sending, struct slice text)
{
        struct buf plain CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LOGIN);

        if (!percent_decode(text, &plain))
                return arena_string(sending->arena, text);
        return arena_string(sending->arena, buf_slice(&plain));
}

/* The first line of the file, or what the URL has. */
static enum err password_read(struct sending *sending, const char **ret)
{
        const char *path = sending->smtp->options.password_file;
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);
        struct secret content;
        struct slice rest, line;

        *ret = decoded(sending, sending->smtp->server.password);
        if (!*path)
                return ERR_OK;
        if (file_read_secret(path, LIMIT_LOGIN, sending->arena, &content, &why) != ERR_OK) {
                EVENT(EVENT_ERROR, "mail", EVENT_TEXT("setting", "mail.password_file"),
                      EVENT_SLICE("problem", buf_slice(&why)));
                return ERR_MAIL_UNAVAILABLE;
        }
        rest = secret_reveal(content);
        (void)slice_cut(&rest, '\n', &line);
        *ret = arena_string(sending->arena, line);
        return ERR_OK;
}

/* The path is the name that libcurl greets with. */
static const char *url_make(struct sending *sending)
{
        const struct smtp *smtp = sending->smtp;
        struct buf url CLEANUP(buf_deinit) = BUF_INIT(LIMIT_URL);

        buf_put_string(&url, smtp->server.is_smtps ? "smtps://" : "smtp://");
        buf_put(&url, smtp->server.at);
        buf_put_byte(&url, '/');
        percent_encode(&url, domain_of(smtp->options.from), "");
        return url.failed ? NULL : arena_string(sending->arena, buf_slice(&url));
}

static void security_set(CURL *curl, const struct smtp_options *options)
{
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_USE_SSL,
                         options->must_encrypt ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        if (*options->ca_file)
                curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

static void options_set(struct sending *sending)
{
        CURL *curl = sending->curl;

        security_set(curl, &sending->smtp->options);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, sending->problem);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, sending);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sending->smtp->options.from);
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, sending->recipients);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, sending->head);
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, sending->mime);
}

/* What a server says of its own setup is no reason to give a mail up. */
static enum err outcome_of(CURL *curl, CURLcode code)
{
        long status = 0;

        if (code == CURLE_OK)
                return ERR_OK;
        (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (status < 500 || status > 599 || status == STATUS_NEEDS_TLS ||
            status == STATUS_WRONG_LOGIN || status == STATUS_NEEDS_ENCRYPTION ||
            code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED)
                return ERR_MAIL_UNAVAILABLE;
        return ERR_MAIL_REFUSED;
}

static enum err exchange(struct sending *sending)
{
        const struct smtp_server *server = &sending->smtp->server;
        const char *url = url_make(sending), *user = decoded(sending, server->user), *password;
        CURLcode code;

        TRY(password_read(sending, &password));
        TRY(arena_check(sending->arena));
        if (!url)
                return ERR_INTERNAL;
        options_set(sending);
        curl_easy_setopt(sending->curl, CURLOPT_URL, url);
        if (server->user.size) {
                curl_easy_setopt(sending->curl, CURLOPT_USERNAME, user);
                curl_easy_setopt(sending->curl, CURLOPT_PASSWORD, password);
        }
        code = curl_easy_perform(sending->curl);
        if (code != CURLE_OK && !*sending->problem)
                (void)snprintf(sending->problem, sizeof(sending->problem), "%s",
                               curl_easy_strerror(code));
        return outcome_of(sending->curl, code);
}

static void sending_deinit(struct sending *sending)
{
        curl_mime_free(sending->mime);
        curl_easy_cleanup(sending->curl);
        curl_slist_free_all(sending->head);
        curl_slist_free_all(sending->recipients);
}

static enum err on_send(void *context, const struct mail_message *message)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 18);
        struct sending sending CLEANUP(sending_deinit) = {
                .smtp = context, .message = message, .arena = &arena, .curl = curl_easy_init()};
        const char *to = arena_string(&arena, message->to);
        enum err error;

        if (!smtp_address_is_valid(message->to))
                return ERR_MAIL_REFUSED;
        if (!sending.curl || !to)
                return ERR_INTERNAL;
        sending.mime = curl_mime_init(sending.curl);
        sending.recipients = curl_slist_append(NULL, to);
        head_make(&sending);
        part_add(&sending, message->text, "text/plain; charset=utf-8");
        part_add(&sending, message->html, "text/html; charset=utf-8");
        if (!sending.mime || !sending.recipients || !sending.head)
                return ERR_INTERNAL;
        error = exchange(&sending);
        if (error != ERR_OK)
                EVENT(EVENT_WARNING, "mail", EVENT_TEXT("what", error_info(error)->sentence),
                      EVENT_TEXT("problem", sending.problem));
        return error;
}

struct mail_port smtp_port(struct smtp *smtp)
{
        return (struct mail_port){.send = on_send, .context = smtp};
}
