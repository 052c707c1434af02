/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd client: an operator's work on applications.
 */
#include "core/clients/client.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/client_create.h"
#include "cli/client_import.h"
#include "cli/client_look.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/secret_input.h"
#include "cli/subcommands.h"

struct values {
        const char *account, *client_id, *name, *description, *scopes, *optional_scopes;
        const char *secret_file, *jwks_file, *logout_uris;
        int64_t secret_lifetime, overlap;
        bool is_native, require_pkce, legacy_redirect, refresh_tokens, foreign_secret, json;
};

/* --- import --- */

static const struct option import_options[] = {
        TEXT_OPTION("account", account, "EMAIL", "whose application it is"),
        TEXT_OPTION("client-id", client_id, "UUID", "its existing client_id"),
        TEXT_OPTION("client-secret-file", secret_file, "FILE",
                    "read its secret from a file; default: standard input"),
        TEXT_OPTION("jwks-file", jwks_file, "FILE",
                    "its public keys; it authenticates by private_key_jwt, without a secret"),
        TEXT_OPTION("name", name, "NAME", "what users see"),
        TEXT_OPTION("description", description, "TEXT", "what it does"),
        TEXT_OPTION("scopes", scopes, "\"S S\"", "the rights it requires"),
        TEXT_OPTION("optional-scopes", optional_scopes, "\"S S\"", "what it may ask for"),
        TEXT_OPTION("post-logout-redirect-uris", logout_uris, "\"URI URI\"",
                    "where a logout that it asks for may lead"),
        DURATION_OPTION("jwt-lifetime", secret_lifetime, "5m",
                        "how far ahead the exp of its JWTs may be", 1, LIMIT_JWT_LIFETIME),
        FLAG_OPTION("native", is_native, "it runs on the user's device (RFC 8252)"),
        FLAG_OPTION("require-pkce", require_pkce, "refuse requests without PKCE"),
        FLAG_OPTION("refresh-tokens", refresh_tokens,
                    "it gets refresh tokens without asking for offline_access"),
        FLAG_OPTION("legacy-redirect", legacy_redirect,
                    "allow the legacy flow, whose grants travel "
                    "through the browser"),
        FLAG_OPTION("foreign-secret", foreign_secret,
                    "take a secret that grantd has not made: 32 to "
                    "256 printable characters"),
        JSON_OPTION,
};

static const struct usage import_usage = {
        .command = "client import",
        .arguments = "REDIRECT_URI...",
        .summary = "Registers an application under an existing client_id, with its secret or "
                   "public keys.",
        OPTIONS(import_options),
        .n_arguments = LIMIT_REDIRECT_URIS,
        .n_needed = 1,
        .takes_settings = true,
};

static bool import_values_check(const struct values *values, struct uuid *ret_client_id)
{
        if (!values->account || !values->name || !*values->name || !values->client_id ||
            !uuid_decode(slice_from_string(values->client_id), ret_client_id)) {
                complain("client import: needs --account, --name, and as --client-id a UUID in "
                         "lower case");
                return false;
        }
        if (values->secret_file && values->jwks_file) {
                complain("client import: --client-secret-file and --jwks-file exclude each other");
                return false;
        }
        return name_check("name", values->name, LIMIT_NAME) &&
               name_check("description", values->description, LIMIT_DESCRIPTION);
}

static int import_failed(enum err error)
{
        if (error == ERR_CONFLICT)
                complain("client import: there is already an application with this client_id");
        else if (error == ERR_FIELD_MALFORMED)
                complain("client import: the secret needs 64 lower-case hex characters; with "
                         "--foreign-secret, 32 to 256 printable ones without spaces");
        else
                return job_failed(error);
        return EXIT_FAILED;
}

/* Its public keys, or its secret. */
static enum err credentials_read(struct job *job, const struct values *values,
                                 struct client_form *form)
{
        struct secret keys;

        if (!values->jwks_file)
                return secret_input(values->secret_file, "client secret", &job->arena,
                                    &form->secret);
        TRY(secret_input(values->jwks_file, "public keys", &job->arena, &keys));
        form->jwks = secret_reveal(keys);
        form->auth_method = CLIENT_AUTH_PRIVATE_KEY_JWT;
        return ERR_OK;
}

static int import(struct job *job, const struct values *values, const struct uuid *client_id)
{
        struct client_form form = {
                .name = slice_from_string(values->name),
                .description = slice_from_string(values->description ? values->description : ""),
                .redirect_uris = job_arguments(job),
                .logout_uris = client_words(&job->arena, values->logout_uris),
                .scopes = client_words(&job->arena, values->scopes),
                .optional_scopes = client_words(&job->arena, values->optional_scopes),
                .type = values->is_native ? APPLICATION_NATIVE : APPLICATION_WEB,
                .require_pkce = values->require_pkce,
                .legacy_redirect = values->legacy_redirect,
                .refresh_tokens = values->refresh_tokens,
                .secret_max_lifetime = values->secret_lifetime,
                .client_id = client_id,
        };
        struct account account;
        struct client client;
        enum err error;

        if (account_of(job, slice_from_string(values->account), &account) != ERR_OK ||
            credentials_read(job, values, &form) != ERR_OK)
                return EXIT_FAILED;
        job->op.account_id = account.id;
        error = client_import(&job->op, &form, values->foreign_secret, &client);
        if (error != ERR_OK)
                return import_failed(error);
        if (client.secrets[0].is_foreign)
                complain("client import: warning: how hard this secret is to guess is not known, "
                         "and "
                         "every JWT of the application can be used to guess it; its developer "
                         "should "
                         "create a new one in the console");
        rows_print(json_pack("[o]", client_row(&client, account.email)), client_columns,
                   CLIENT_COLUMNS_N, values->json);
        return EXIT_DONE;
}

static int import_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &import_usage, &values);
        struct uuid client_id;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!import_values_check(&values, &client_id))
                return EXIT_USAGE;
        return import(&job, &values, &client_id);
}

/* --- list --- */

static enum err clients_append(struct job *job, const struct account *account, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct client_list clients;

        op.account_id = account->id;
        TRY(store_client_list(&op, &clients));
        for (size_t i = 0; i < clients.n; i++)
                rows_add(rows, client_row(&clients.items[i], account->email));
        return ERR_OK;
}

/* Those that nobody's account has. */
static enum err registered_append(struct job *job, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct list_page page = {.limit = LIMIT_LIST};
        struct client_list clients;

        do {
                arena_reset(&job->scratch);
                TRY(store_client_registered(&op, &page, &clients));
                for (size_t i = 0; i < clients.n; i++)
                        rows_add(rows, client_row(&clients.items[i],
                                                  clients.items[i].document.size
                                                          ? SLICE("(metadata document)")
                                                          : SLICE("(registered itself)")));
                page.after = clients.next;
        } while (!list_cursor_is_none(&page.after));
        return ERR_OK;
}

static int list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "client list",
                .arguments = "[EMAIL]",
                .summary = "Lists the applications of one account, or all.",
                .append = clients_append,
                .append_more = registered_append,
                .columns = client_columns,
                .n_columns = CLIENT_COLUMNS_N,
        };

        return list_command_run(&list, argc, argv, NULL);
}

/* --- enable, disable, rotate --- */

static const struct usage disable_usage = {
        .command = "client disable",
        .arguments = "CLIENT_ID",
        .summary = "Disables an application: it gets no new access, and what it has keeps working. "
                   "Its developer\ncannot enable it again, only \"grantd client enable\" can.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static const struct usage enable_usage = {
        .command = "client enable",
        .arguments = "CLIENT_ID",
        .summary = "Approves an application that awaits approval, or enables it again.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int switch_command(const struct usage *usage, int argc, char **argv, bool on)
{
        JOB(job, usage, NULL);
        struct client client;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!client_load(&job, &client))
                return EXIT_FAILED;
        return job_result(client_switch_by_operator(&job.op, &client, on));
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
        DURATION_OPTION("overlap", overlap, "1h", "how long the old secret stays valid", 0,
                        LIMIT_OVERLAP),
        JSON_OPTION,
};

static const struct usage rotate_usage = {
        .command = "client rotate",
        .arguments = "CLIENT_ID",
        .summary = "Creates a new secret and prints it once. The old one stops at once, unless "
                   "--overlap\nsays otherwise.",
        OPTIONS(rotate_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static void secret_print(const struct client *client, struct secret secret, bool as_json)
{
        struct slice text = secret_reveal(secret);
        json_t *object;

        if (!as_json) {
                print_slice(text);
                return;
        }
        object = json_object();
        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "client_secret", json_from_slice(text));
        print_json(object);
}

/* The old secret ends only after the new one was printed, since it cannot be shown again. */
static int rotate(struct job *job, const struct client *client, const struct values *values)
{
        struct client_rotation rotation;
        enum err error;

        job->op.account_id = client->account_id;
        error = client_rotation_prepare(&job->op, &client->id, &rotation);
        if (error != ERR_OK)
                return job_failed(error);
        secret_print(client, rotation.secret, values->json);
        if (!output_flush("the old secret stays valid"))
                return EXIT_FAILED;
        error = client_rotation_commit(&job->op, &rotation, values->overlap);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("client rotate: the printed secret is not valid, the old one stays valid");
        return job_failed(error);
}

static int rotate_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &rotate_usage, &values);
        struct client client;

        if (!job_begin(&job, argc, argv))
                return job.status;
        return client_load(&job, &client) ? rotate(&job, &client, &values) : EXIT_FAILED;
}

static const struct subcommand subcommands[] = {
        {"create", "register an application", client_create_command},
        {"import", "register an application with a known client_id", import_command},
        {"list", "list applications", list_command},
        {"show", "show an application", client_show_command},
        {"disable", "disable an application", disable_command},
        {"enable", "approve an application, or enable it again", enable_command},
        {"rotate", "create a new secret", rotate_command},
        {"delete", "delete an application with all access it has", client_delete_command},
};

int client_command(int argc, char **argv)
{
        return subcommands_run("client", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
