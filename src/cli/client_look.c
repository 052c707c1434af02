/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding an application, showing it, and deleting it.
 */
#include "cli/client_look.h"

#include <stdio.h>

#include "api/json.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/confirm.h"
#include "cli/output.h"
#include "core/clients/client.h"
#include "core/clients/client_ref.h"

struct values {
        bool json, yes;
};

enum { MEMBERS_MOST = 32 }; /* that "show" shows; there are fewer */

const struct column client_columns[] = {
        {"client_id", "CLIENT_ID"}, {"name", "NAME"},          {"status", "STATUS"},
        {"account", "ACCOUNT"},     {"created_at", "CREATED"},
};

static const char *status_text(enum client_status status)
{
        switch (status) {
        case CLIENT_DISABLED:
                return "disabled";
        case CLIENT_ACTIVE:
                return "active";
        case CLIENT_WAITING:
                return "waiting";
        case CLIENT_BLOCKED:
                return "blocked";
        }
        return "blocked";
}

json_t *client_row(const struct client *client, struct slice account)
{
        json_t *object = json_object(), *uris = json_array();

        json_put(object, "id", json_from_uuid(&client->id));
        json_put(object, "client_id",
                 client->document.size ? json_from_slice(client->document)
                                       : json_from_uuid(&client->client_id));
        json_put(object, "name", json_from_slice(client->name));
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                json_append(uris, json_from_slice(client->redirect_uris.items[i]));
        json_put(object, "redirect_uris", uris);
        json_put(object, "has_public_keys", json_boolean(client->jwks.size));
        json_put(object, "application_type", json_string(application_type_text(client->type)));
        json_put(object, "status", json_string(status_text(client->status)));
        json_put(object, "account", json_from_slice(account));
        json_put(object, "self_registered", json_boolean(client_is_self_registered(client)));
        json_put(object, "created_at", json_from_instant(client->created_at));
        return object;
}

struct texts client_words(struct arena *arena, const char *text)
{
        struct slice rest = slice_from_string(text ? text : ""), item;
        struct texts list = {.items = arena_array(arena, rest.size + 1, struct slice)};

        while (list.items && rest.size) {
                (void)slice_cut(&rest, ' ', &item);
                if (item.size)
                        list.items[list.n++] = item;
        }
        return list;
}

bool client_load(struct job *job, struct client *ret)
{
        struct client_ref ref;
        enum err error = ERR_NO_ROW;

        if (client_ref_parse(job_argument(job, 0), &ref))
                error = store_client_find(&job->op, &ref.id, ret);
        if (error == ERR_NO_ROW)
                complain("there is no application with the client_id \"%s\"",
                         job->rest.arguments[0]);
        else if (error != ERR_OK)
                (void)job_failed(error);
        return error == ERR_OK;
}

/* --- show --- */

static const struct option show_options[] = {JSON_OPTION};

static const struct usage show_usage = {
        .command = "client show",
        .arguments = "CLIENT_ID",
        .summary = "Shows an application: who has it, what it may ask for, and until when each of "
                   "its secrets\nis valid.",
        OPTIONS(show_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static json_t *secrets_json(const struct client *client)
{
        json_t *array = json_array();

        for (size_t i = 0; i < client->n_secrets; i++) {
                json_t *object = json_object();

                json_put(object, "created_at", json_from_instant(client->secrets[i].created_at));
                json_put(object, "expires_at", json_from_instant(client->secrets[i].expires_at));
                json_append(array, object);
        }
        return array;
}

static void client_put(json_t *object, const struct client *client)
{
        json_put(object, "description", json_from_slice(client->description));
        json_put(object, "scopes", json_from_scope_text(client->scopes));
        json_put(object, "optional_scopes", json_from_scope_text(client->optional_scopes));
        json_put(object, "post_logout_redirect_uris", json_from_texts(client->logout_uris));
        json_put(object, "require_pkce", json_boolean(client->require_pkce));
        json_put(object, "refresh_tokens", json_boolean(client->refresh_tokens));
        json_put(object, "legacy_redirect", json_boolean(client->legacy_redirect));
        json_put(object, "secrets", secrets_json(client));
}

/* For people: a line for each member. */
static void members_print(struct arena *arena, json_t *object)
{
        static const char *const heads[] = {"MEMBER", "VALUE"};
        const char *cells[2 * MEMBERS_MOST];
        size_t n = 0;
        const char *name;
        json_t *value;

        json_object_foreach(object, name, value)
        {
                if (n == MEMBERS_MOST)
                        break;
                cells[2 * n] = name;
                cells[2 * n++ + 1] = json_is_string(value)
                                             ? json_string_value(value)
                                             : arena_string(arena, json_text(arena, value));
        }
        print_table(heads, 2, cells, n);
}

/* The e-mail address of the owner; of an application that registered itself it is absent. */
static enum err owner_find(struct job *job, const struct client *client, struct slice *ret)
{
        struct account account;
        enum err error = store_account_by_id(&job->op, &client->account_id, &account);

        if (error == ERR_OK)
                *ret = account.email;
        return error == ERR_NO_ROW ? ERR_OK : error;
}

int client_show_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &show_usage, &values);
        struct slice owner = {0};
        struct client client;
        json_t *object CLEANUP(json_decrefp) = NULL;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!client_load(&job, &client))
                return EXIT_FAILED;
        error = owner_find(&job, &client, &owner);
        if (error != ERR_OK)
                return job_failed(error);
        object = client_row(&client, owner);
        client_put(object, &client);
        if (!values.json)
                members_print(&job.arena, object);
        else
                print_json(json_incref(object));
        return EXIT_DONE;
}

/* --- delete --- */

static const struct option delete_options[] = {YES_OPTION};

static const struct usage delete_usage = {
        .command = "client delete",
        .arguments = "CLIENT_ID",
        .summary = "Deletes an application. All access that people gave it ends at once. This "
                   "cannot be undone, so\nit says what will go, and asks.",
        OPTIONS(delete_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

/* The question. What people see as its name may hold anything: a terminal gets it as JSON. */
static enum err delete_ask(struct job *job, const struct client *client, struct buf *ret_text)
{
        struct log_filter filter = {
                .before = job->op.now, .client_id = client->client_id, .state = -1};
        json_t *name CLEANUP(json_decrefp) = json_from_slice(client->name);
        struct state_counts counts;
        char text[160];

        TRY(store_log_states(&job->op, &filter, &counts));
        buf_put_string(ret_text, "This deletes the application ");
        buf_put(ret_text, json_text(&job->arena, name));
        (void)snprintf(text, sizeof(text),
                       ". What it got by %s%lld consents stops working. It cannot be undone.",
                       counts.is_cut ? "at least " : "", (long long)counts.of[STATE_USED]);
        buf_put_string(ret_text, text);
        buf_put_byte(ret_text, 0);
        return ret_text->failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

int client_delete_command(int argc, char **argv)
{
        struct buf question CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct values values = {0};
        JOB(job, &delete_usage, &values);
        struct client client;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!client_load(&job, &client))
                return EXIT_FAILED;
        job.op.account_id = client.account_id;
        error = delete_ask(&job, &client, &question);
        if (error != ERR_OK)
                return job_failed(error);
        if (!confirm(&job, values.yes, (const char *)question.data))
                return job.status;
        return job_result(client_remove(&job.op, &client.id));
}
