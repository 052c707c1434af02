/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers an application as its developer would in the console.
 */
#include "cli/client_create.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/client_look.h"
#include "cli/output.h"
#include "core/clients/client.h"

struct values {
        const char *account, *name, *description, *scopes, *optional_scopes;
        bool is_native, require_pkce, refresh_tokens, json;
};

static const struct option options[] = {
        TEXT_OPTION("account", account, "EMAIL", "whose application it is"),
        TEXT_OPTION("name", name, "NAME", "what users see"),
        TEXT_OPTION("description", description, "TEXT", "what it does"),
        TEXT_OPTION("scopes", scopes, "\"S S\"", "the rights it requires"),
        TEXT_OPTION("optional-scopes", optional_scopes, "\"S S\"", "what it may ask for"),
        FLAG_OPTION("native", is_native, "it runs on the user's device (RFC 8252)"),
        FLAG_OPTION("require-pkce", require_pkce, "refuse requests without PKCE"),
        FLAG_OPTION("refresh-tokens", refresh_tokens,
                    "it gets refresh tokens without asking for offline_access"),
        JSON_OPTION,
};

static const struct usage usage = {
        .command = "client create",
        .arguments = "REDIRECT_URI...",
        .summary = "Registers an application, approved, and prints its client_id and its secret. "
                   "The secret is\nshown once; \"grantd client rotate\" creates another.",
        OPTIONS(options),
        .n_arguments = LIMIT_REDIRECT_URIS,
        .n_needed = 1,
        .takes_settings = true,
};

static bool values_check(const struct values *values)
{
        if (values->account && values->name && *values->name)
                return name_check("name", values->name, LIMIT_NAME) &&
                       name_check("description", values->description, LIMIT_DESCRIPTION);
        complain("client create: needs --account and --name");
        return false;
}

static struct client_form form_of(struct job *job, const struct values *values)
{
        return (struct client_form){
                .name = slice_from_string(values->name),
                .description = slice_from_string(values->description ? values->description : ""),
                .redirect_uris = job_arguments(job),
                .scopes = client_words(&job->arena, values->scopes),
                .optional_scopes = client_words(&job->arena, values->optional_scopes),
                .type = values->is_native ? APPLICATION_NATIVE : APPLICATION_WEB,
                .require_pkce = values->require_pkce,
                .refresh_tokens = values->refresh_tokens,
                .is_approved = true,
        };
}

static void created_print(const struct client *client, struct slice account, struct secret secret,
                          bool as_json)
{
        struct slice text = secret_reveal(secret);
        json_t *object = client_row(client, account);

        if (as_json) {
                json_put(object, "client_secret", json_from_slice(text));
                print_json(json_pack("[o]", object));
                return;
        }
        print("client_id:     %s\nclient_secret: ",
              json_string_value(json_object_get(object, "client_id")));
        print_slice(text);
        json_decref(object);
}

int client_create_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);
        struct client_form form;
        struct account account;
        struct client client;
        struct secret secret;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!values_check(&values))
                return EXIT_USAGE;
        if (account_of(&job, slice_from_string(values.account), &account) != ERR_OK)
                return EXIT_FAILED;
        form = form_of(&job, &values);
        job.op.account_id = account.id;
        error = client_create(&job.op, &form, &client, &secret);
        if (error != ERR_OK)
                return job_failed(error);
        created_print(&client, account.email, secret, values.json);
        return output_flush("its secret is lost; \"grantd client rotate\" creates another")
                       ? EXIT_DONE
                       : EXIT_FAILED;
}
