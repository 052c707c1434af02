/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd client: an operator's work on applications.
 */
#include "core/clients/client.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/client_import.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/secret_input.h"
#include "cli/store_job.h"
#include "cli/subcommands.h"

struct values {
        const char *account, *client_id, *name, *description, *scopes, *optional_scopes;
        const char *secret_file;
        int64_t secret_lifetime, overlap;
        bool require_pkce, json;
};

#define PLACE(member) offsetof(struct values, member)
#define JSON_OPTION                                                                                \
        {                                                                                          \
                "json", OPTION_FLAG, PLACE(json), NULL, "print JSON", 0, 0                         \
        }

static const struct column columns[] = {
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
        }
        return "waiting";
}

static json_t *client_row(const struct client *client, struct slice account)
{
        json_t *object = json_object(), *uris = json_array();

        json_put(object, "id", json_from_uuid(&client->id));
        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "name", json_from_slice(client->name));
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                json_append(uris, json_from_slice(client->redirect_uris.items[i]));
        json_put(object, "redirect_uris", uris);
        json_put(object, "status", json_string(status_text(client->status)));
        json_put(object, "account", json_from_slice(account));
        json_put(object, "created_at", json_from_instant(client->created_at));
        return object;
}

/* --- import --- */

static const struct option import_options[] = {
        {"account", OPTION_TEXT, PLACE(account), "EMAIL", "whose application it is", 0, 0},
        {"client-id", OPTION_TEXT, PLACE(client_id), "UUID", "the client_id it has already", 0, 0},
        {"client-secret-file", OPTION_TEXT, PLACE(secret_file), "FILE",
         "read its secret from a file; else from standard input", 0, 0},
        {"name", OPTION_TEXT, PLACE(name), "NAME", "what users see", 0, 0},
        {"description", OPTION_TEXT, PLACE(description), "TEXT", "what it does", 0, 0},
        {"scopes", OPTION_TEXT, PLACE(scopes), "\"S S\"", "what it cannot do without", 0, 0},
        {"optional-scopes", OPTION_TEXT, PLACE(optional_scopes), "\"S S\"", "what it may ask for",
         0, 0},
        {"jwt-lifetime", OPTION_DURATION, PLACE(secret_lifetime), "5m",
         "how far ahead the exp of its JWTs may lie", 1, LIMIT_JWT_LIFETIME},
        {"require-pkce", OPTION_FLAG, PLACE(require_pkce), NULL, "refuse requests without PKCE", 0,
         0},
        JSON_OPTION,
};

static const struct usage import_usage = {
        .command = "client import",
        .arguments = "REDIRECT_URI...",
        .summary = "Registers an application under a client_id and a secret that exist already.",
        .options = import_options,
        .n_options = ARRAY_SIZE(import_options),
        .n_arguments = LIMIT_REDIRECT_URIS,
        .takes_settings = true,
};

/* "read write" as a list. */
static struct texts scopes_split(struct arena *arena, const char *text)
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

static struct texts redirect_uris_of(struct store_job *job)
{
        struct texts list = {
                .items = arena_array(&job->base.arena, job->base.rest.n_arguments, struct slice)};

        for (size_t i = 0; list.items && i < job->base.rest.n_arguments; i++)
                list.items[list.n++] = store_job_argument(job, i);
        return list;
}

static bool import_values_check(const struct values *values, struct uuid *ret_client_id)
{
        if (!values->account || !values->name || !*values->name || !values->client_id ||
            !uuid_decode(slice_from_string(values->client_id), ret_client_id)) {
                complain("client import: needs --account, --name, and as --client-id a UUID in "
                         "lower case");
                return false;
        }
        return name_check("name", values->name, LIMIT_NAME) &&
               name_check("description", values->description, LIMIT_DESCRIPTION);
}

static int import_failed(enum err error)
{
        if (error == ERR_CONFLICT)
                complain("client import: there is an application with this client_id already");
        else if (error == ERR_FIELD_MALFORMED)
                complain("client import: the secret needs 64 lower-case hex characters");
        else
                return operator_failed(error);
        return EXIT_FAILED;
}

static int import(struct store_job *job, const struct values *values, const struct uuid *client_id)
{
        struct client_form form = {
                .name = slice_from_string(values->name),
                .description = slice_from_string(values->description ? values->description : ""),
                .redirect_uris = redirect_uris_of(job),
                .scopes = scopes_split(&job->base.arena, values->scopes),
                .optional_scopes = scopes_split(&job->base.arena, values->optional_scopes),
                .require_pkce = values->require_pkce,
                .secret_max_lifetime = values->secret_lifetime,
                .client_id = client_id,
        };
        struct account account;
        struct client client;
        enum err error;

        if (store_job_account(job, slice_from_string(values->account), &account) != ERR_OK ||
            secret_input(values->secret_file, "client secret", &job->base.arena, &form.secret) !=
                    ERR_OK)
                return EXIT_FAILED;
        job->base.op.account_id = account.id;
        error = client_import(&job->base.op, &form, &client);
        if (error != ERR_OK)
                return import_failed(error);
        rows_print(json_pack("[o]", client_row(&client, account.email)), columns,
                   ARRAY_SIZE(columns), values->json);
        return EXIT_DONE;
}

static int import_command(int argc, char **argv)
{
        STORE_JOB(job);
        struct values values = {0};
        struct uuid client_id;
        int status;

        job.base.n_arguments = 1;
        if (!store_job_begin(&job, &import_usage, argc, argv, &values, &status))
                return status;
        if (!import_values_check(&values, &client_id))
                return EXIT_USAGE;
        return import(&job, &values, &client_id);
}

/* --- list --- */

static enum err clients_append(struct store_job *job, const struct account *account, void *array)
{
        struct op op = op_step(&job->base.op, &job->scratch);
        struct client_list clients;

        op.account_id = account->id;
        TRY(store_client_list(&op, &clients));
        for (size_t i = 0; i < clients.n; i++)
                json_append(array, client_row(&clients.items[i], account->email));
        return ERR_OK;
}

static int list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "client list",
                .arguments = "[EMAIL]",
                .summary = "Lists the applications of an account, or all.",
                .append = clients_append,
                .columns = columns,
                .n_columns = ARRAY_SIZE(columns),
        };

        return list_command_run(&list, argc, argv, NULL);
}

/* --- enable, disable, rotate --- */

static bool client_load(struct store_job *job, struct client *ret)
{
        struct uuid client_id;
        enum err error = ERR_NO_ROW;

        if (uuid_decode(store_job_argument(job, 0), &client_id))
                error = store_client_find(&job->base.op, &client_id, ret);
        if (error == ERR_NO_ROW)
                complain("there is no application with the client_id \"%s\"",
                         job->base.rest.arguments[0]);
        else if (error != ERR_OK)
                (void)operator_failed(error);
        return error == ERR_OK;
}

static const struct usage disable_usage = {
        .command = "client disable",
        .arguments = "CLIENT_ID",
        .summary = "Lets the application get nothing new; what it has lives on. Its developer "
                   "cannot switch it on\nagain, only \"grantd client enable\" does.",
        .n_arguments = 1,
        .takes_settings = true,
};

static const struct usage enable_usage = {
        .command = "client enable",
        .arguments = "CLIENT_ID",
        .summary = "Approves an application that waits for it, or switches it on again.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int switch_command(const struct usage *usage, int argc, char **argv, bool on)
{
        STORE_JOB(job);
        struct client client;
        int status;
        enum err error;

        job.base.n_arguments = 1;
        if (!store_job_begin(&job, usage, argc, argv, NULL, &status))
                return status;
        if (!client_load(&job, &client))
                return EXIT_FAILED;
        error = client_switch_by_operator(&job.base.op, &client, on);
        return error == ERR_OK ? EXIT_DONE : operator_failed(error);
}

static int disable_command(int argc, char **argv)
{
        return switch_command(&disable_usage, argc, argv, false);
}

static int enable_command(int argc, char **argv)
{
        return switch_command(&enable_usage, argc, argv, true);
}

static const struct option rotate_options[] = {
        {"overlap", OPTION_DURATION, PLACE(overlap), "1h", "how long the old secret lives on", 0,
         LIMIT_OVERLAP},
        JSON_OPTION,
};

static const struct usage rotate_usage = {
        .command = "client rotate",
        .arguments = "CLIENT_ID",
        .summary = "Makes a new secret and prints it, this once. The old one stops at once, unless "
                   "--overlap\nsays otherwise.",
        .options = rotate_options,
        .n_options = ARRAY_SIZE(rotate_options),
        .n_arguments = 1,
        .takes_settings = true,
};

static void secret_print(const struct client *client, struct secret secret, bool as_json)
{
        struct slice text = secret_reveal(secret);
        json_t *object;

        if (!as_json) {
                print("%.*s\n", (int)text.size, (const char *)text.data);
                return;
        }
        object = json_object();
        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "client_secret", json_from_slice(text));
        print_json(object);
}

/* The old secret ends only when the new one has been written, as nobody can ask for it again. */
static int rotate(struct store_job *job, const struct client *client, const struct values *values)
{
        struct client_rotation rotation;
        enum err error;

        job->base.op.account_id = client->account_id;
        error = client_rotation_prepare(&job->base.op, &client->id, &rotation);
        if (error != ERR_OK)
                return operator_failed(error);
        secret_print(client, rotation.secret, values->json);
        if (!output_flush("the old secret goes on"))
                return EXIT_FAILED;
        error = client_rotation_commit(&job->base.op, &rotation, values->overlap);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("client rotate: the secret that was printed is not in force, the old one goes on");
        return operator_failed(error);
}

static int rotate_command(int argc, char **argv)
{
        STORE_JOB(job);
        struct values values = {0};
        struct client client;
        int status;

        job.base.n_arguments = 1;
        if (!store_job_begin(&job, &rotate_usage, argc, argv, &values, &status))
                return status;
        return client_load(&job, &client) ? rotate(&job, &client, &values) : EXIT_FAILED;
}

static const struct subcommand subcommands[] = {
        {"import", "register an application with a known client_id and secret", import_command},
        {"list", "list applications", list_command},
        {"disable", "let an application get nothing new", disable_command},
        {"enable", "approve an application, or switch it on again", enable_command},
        {"rotate", "make a new secret", rotate_command},
};

int client_command(int argc, char **argv)
{
        return subcommands_run("client", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
