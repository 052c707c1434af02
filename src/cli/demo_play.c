/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of the demonstration.
 */
#include "cli/demo_play.h"

#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/output.h"
#include "core/clients/client_secret.h"
#include "core/ids.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

enum {
        JWT_LIFETIME = 300, /* seconds */
        SHOWN = 12,         /* characters of a secret that are shown */
        LINE = 100,         /* characters; longer JSON is broken into lines */
};

/* --- showing --- */

static const char *color(const struct demo_play *play, const char *code)
{
        return play->is_colored ? code : "";
}

static void show_step(struct demo_play *play, const char *who, const char *what)
{
        if (!play->progress)
                return;
        (void)fprintf(play->progress, "\n%s%d. %s%s %s\n", color(play, "\033[1m"), ++play->step,
                      who, color(play, "\033[0m"), what);
}

static bool is_secret_name(const char *name)
{
        static const char *const names[] = {"password",   "token",        "client_secret", "code",
                                            "passphrase", "access_grant", "state"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(name, names[i]) == 0)
                        return true;
        return false;
}

static json_t *shortened(const char *text)
{
        return strlen(text) <= SHOWN ? json_string(text) : json_sprintf("%.*s...", SHOWN, text);
}

/* A redirect has the code in its query. */
static json_t *shortened_redirect(const char *text)
{
        const char *query = strstr(text, "?code=");

        return query ? json_sprintf("%.*s...", (int)(query - text) + 6 + SHOWN, text)
                     : json_string(text);
}

/* A copy with secrets shortened. */
static json_t *shown_of(const json_t *json)
{
        json_t *copy = json_deep_copy(json), *value;
        const char *name;
        void *next;

        json_object_foreach_safe(copy, next, name, value)
        {
                if (!json_is_string(value))
                        continue;
                if (is_secret_name(name))
                        json_put(copy, name, shortened(json_string_value(value)));
                if (strcmp(name, "redirect_uri") == 0)
                        json_put(copy, name, shortened_redirect(json_string_value(value)));
        }
        return copy;
}

static void show_line(const struct demo_play *play, const char *arrow, const char *indent,
                      const char *name, const json_t *json)
{
        char *text = json_dumps(json, JSON_ENCODE_ANY);

        (void)fprintf(play->progress, "   %s%s%s %s", color(play, "\033[2m"), arrow,
                      color(play, "\033[0m"), indent);
        if (name)
                (void)fprintf(play->progress, "%s: ", name);
        (void)fprintf(play->progress, "%s\n", text ? text : "");
        free(text);
}

/* After an arrow; a long object has a line for each member. */
static void show_json(const struct demo_play *play, const char *arrow, const json_t *json)
{
        json_t *shown CLEANUP(json_decrefp) = shown_of(json), *value;
        const char *name;
        size_t i;

        if (json_dumpb(shown, NULL, 0, JSON_ENCODE_ANY) <= LINE) {
                show_line(play, arrow, "", NULL, shown);
                return;
        }
        json_array_foreach(shown, i, value) show_json(play, arrow, value);
        json_object_foreach(shown, name, value) show_line(play, arrow, "  ", name, value);
}

static void show_call(const struct demo_play *play, const struct http_ask *ask,
                      const struct http_reply *reply)
{
        if (!play->progress)
                return;
        (void)fprintf(play->progress, "   %s%s %s%s\n", color(play, "\033[36m"), ask->method,
                      ask->url, color(play, "\033[0m"));
        if (ask->body)
                show_json(play, ">", ask->body);
        (void)fprintf(play->progress, "   %s< %d%s\n",
                      color(play, reply->status < 400 ? "\033[32m" : "\033[31m"), reply->status,
                      color(play, "\033[0m"));
        if (reply->json)
                show_json(play, "<", reply->json);
        (void)fflush(play->progress);
}

/* --- requests --- */

/* Sends the request in `template`, whose url is a path, and shows it; takes ownership of the body.
 * The caller owns the response. */
static enum err ask(struct demo_play *play, const struct http_ask *template, json_t *body,
                    struct http_reply *ret)
{
        json_t *owned CLEANUP(json_decrefp) = body;
        struct buf url CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct http_ask call = *template;
        enum err error;

        call.body = owned;
        buf_put_string(&url, play->base_url);
        buf_put_string(&url, template->url);
        call.url = arena_string(play->arena, buf_slice(&url));
        error = http_client_ask(play->client, &call, ret);
        if (error == ERR_NOT_FOUND)
                complain("no server responds at %s; start one with: grantd demo", play->base_url);
        else if (error != ERR_OK)
                complain("%s: %s", call.url, http_client_problem(play->client));
        TRY(error);
        show_call(play, &call, ret);
        return ERR_OK;
}

/* The same, with the one expected status. */
static enum err ask_for(struct demo_play *play, int status, const struct http_ask *call,
                        json_t *body, json_t **ret)
{
        struct http_reply reply = {0};
        const char *why;

        TRY(ask(play, call, body, &reply));
        if (reply.status == status) {
                *ret = reply.json;
                return ERR_OK;
        }
        why = json_string_value(json_object_get(reply.json, "error_description"));
        complain("%s returned %d: %s", call->url, reply.status, why ? why : "");
        json_decref(reply.json);
        return ERR_INTERNAL;
}

static struct secret secret_of(struct arena *arena, const json_t *object, const char *name)
{
        const json_t *text = json_object_get(object, name);

        return secret_copy(arena, text ? json_slice(text) : (struct slice){0});
}

static json_t *json_of_secret(struct secret secret)
{
        return json_from_slice(secret_reveal(secret));
}

/* --- the steps --- */

enum err demo_log_in(struct demo_play *play, const char *who, const char *email,
                     struct secret *ret_token)
{
        struct http_reply reply = {0};
        json_t *answer CLEANUP(json_decrefp) = NULL;

        show_step(play, who, "registers and logs in.");
        TRY(ask(play, &(struct http_ask){.method = "POST", .url = "/api/v0/auth/register"},
                json_pack("{s:s, s:s, s:s}", "email", email, "password", DEMO_PASSWORD, "full_name",
                          who),
                &reply));
        json_decref(reply.json);
        if (reply.status == 409 && play->progress)
                (void)fprintf(play->progress, "   (registered by an earlier demonstration)\n");
        TRY(ask_for(play, 200, &(struct http_ask){.method = "POST", .url = "/api/v0/auth/token"},
                    json_pack("{s:s, s:s}", "email", email, "password", DEMO_PASSWORD), &answer));
        *ret_token = secret_of(play->arena, answer, "token");
        return ERR_OK;
}

enum err demo_show_client(struct demo_play *play, struct secret developer)
{
        json_t *answer CLEANUP(json_decrefp) = NULL;

        show_step(play, "The developer", "looks up the registered application.");
        return ask_for(play, 200,
                       &(struct http_ask){.method = "GET",
                                          .url = "/api/v0/developer/auth/oauth2/clients",
                                          .bearer = developer},
                       NULL, &answer);
}

enum err demo_consent(struct demo_play *play, struct secret user, const json_t *asked,
                      const json_t *approved, struct secret *ret_code)
{
        json_t *request CLEANUP(json_decrefp) = NULL;
        json_t *consent CLEANUP(json_decrefp) = NULL;

        show_step(play, "The application", "sends the user here and asks for access.");
        TRY(ask_for(play, 200,
                    &(struct http_ask){
                            .method = "POST", .url = "/api/v0/oauth2/request", .bearer = user},
                    json_pack("{s:s, s:s, s:O}", "client_id", DEMO_CLIENT_ID, "redirect_uri",
                              DEMO_REDIRECT_URI, "scope", asked),
                    &request));
        show_step(play, "The user", "consents, and returns to the application with a code.");
        TRY(ask_for(play, 200,
                    &(struct http_ask){
                            .method = "POST", .url = "/api/v0/oauth2/consent", .bearer = user},
                    json_pack("{s:O, s:O, s:[]}", "request_id",
                              json_object_get(request, "request_id"), "approved_scopes", approved,
                              "rejected_scopes"),
                    &consent));
        *ret_code = secret_of(play->arena, consent, "code");
        return ERR_OK;
}

static struct secret jwt_sign(struct demo_play *play)
{
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct client_secret_claims claims = {
                .client_id = SLICE(DEMO_CLIENT_ID),
                .exp = instant_seconds(clock.now(clock.context)) + JWT_LIFETIME,
                .jti = secret_reveal(token_random(&entropy, play->arena)),
        };

        return client_secret_sign(play->arena, secret_copy(play->arena, SLICE(DEMO_CLIENT_SECRET)),
                                  &claims);
}

enum err demo_exchange(struct demo_play *play, struct secret code, json_t **ret_answer)
{
        show_step(play, "The application's server",
                  "signs a JWT with its secret and exchanges the code. The secret is not sent.");
        return ask_for(
                play, 200, &(struct http_ask){.method = "POST", .url = "/api/v0/oauth2/token"},
                json_pack("{s:s, s:o, s:s, s:o, s:s}", "client_id", DEMO_CLIENT_ID, "client_secret",
                          json_of_secret(jwt_sign(play)), "redirect_uri", DEMO_REDIRECT_URI, "code",
                          json_of_secret(code), "passphrase", DEMO_PASSPHRASE),
                ret_answer);
}

enum err demo_show_grants(struct demo_play *play, struct secret user)
{
        json_t *answer CLEANUP(json_decrefp) = NULL;

        show_step(play, "The user", "sees the grant, and could revoke it.");
        return ask_for(play, 200,
                       &(struct http_ask){.method = "GET",
                                          .url = "/api/v0/auth/grants?limit=1",
                                          .bearer = user},
                       NULL, &answer);
}
