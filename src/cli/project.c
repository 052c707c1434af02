/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd project: an operator's work on projects.
 */
#include "core/projects/project.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/network.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/secret_input.h"
#include "cli/subcommands.h"

struct values {
        const char *name, *access_grant_file, *api_key_file, *satellite, *salt, *path_cipher;
        bool json;
};

static const struct column columns[] = {
        {"id", "ID"},
        {"name", "NAME"},
        {"account", "ACCOUNT"},
        {"satellite_address", "SATELLITE"},
        {"enforced_by", "ENFORCED BY"},
        {"created_at", "CREATED"},
};

static json_t *project_row(const struct project *project, struct slice account)
{
        const char *enforced_by = enforced_by_text(project_enforced_by(project));
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&project->id));
        json_put(object, "name", json_from_slice(project->name));
        json_put(object, "account", json_from_slice(account));
        json_put(object, "satellite_address", json_from_slice(project->satellite_address));
        json_put(object, "enforced_by", json_string(enforced_by));
        json_put(object, "created_at", json_from_instant(project->created_at));
        return object;
}

/* --- list --- */

static enum err projects_append(struct job *job, const struct account *account, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct project_list projects;

        op.account_id = account->id;
        TRY(store_project_list(&op, &projects));
        for (size_t i = 0; i < projects.n; i++)
                rows_add(rows, project_row(&projects.items[i], account->email));
        return ERR_OK;
}

static void satellite_remark(const struct job *job)
{
        if (!*job->config.satellite_address)
                (void)fprintf(stderr, "satellite.address is not set: grants of projects at "
                                      "localhost:7777 lead nowhere yet.\n");
}

static int list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "project list",
                .arguments = "[EMAIL]",
                .summary = "Lists the projects of one account, or all.",
                .append = projects_append,
                .columns = columns,
                .n_columns = ARRAY_SIZE(columns),
        };

        return list_command_run(&list, argc, argv, satellite_remark);
}

/* --- add --- */

static const struct option add_options[] = {
        TEXT_OPTION("name", name, "NAME", "what its owner sees"),
        TEXT_OPTION("access-grant-file", access_grant_file, "FILE",
                    "import by an access grant; -: standard input"),
        TEXT_OPTION("api-key-file", api_key_file, "FILE",
                    "import by an API key; -: standard input"),
        TEXT_OPTION("satellite", satellite, "ADDRESS", "node-id@host:port of the API key"),
        TEXT_OPTION("salt", salt, "BASE64", "the salt of the imported project"),
        TEXT_OPTION("path-cipher", path_cipher, "NAME", "aesgcm, the default, or none"),
        JSON_OPTION,
};

static const struct usage add_usage = {
        .command = "project add",
        .arguments = "EMAIL",
        .summary = "Adds a project to an account: a new one, or an imported one.",
        OPTIONS(add_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static bool wrong_use(const char *what)
{
        complain("project add: %s", what);
        return false;
}

/* Checks which options go together, and fills in the form. */
static bool form_fill(struct job *job, const struct values *values, struct project_form *ret)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SALT);
        struct project_form form = {.name = slice_from_string(values->name ? values->name : ""),
                                    .path_cipher = PATH_CIPHER_AESGCM};

        if (slice_is_empty(form.name) || !name_check("name", values->name, LIMIT_NAME))
                return wrong_use("needs a --name");
        if (values->access_grant_file &&
            (values->api_key_file || values->satellite || values->path_cipher))
                return wrong_use("an access grant says itself what --api-key-file, --satellite and "
                                 "--path-cipher would");
        if (!values->api_key_file && (values->satellite || values->path_cipher))
                return wrong_use("--satellite and --path-cipher belong to --api-key-file");
        if (values->path_cipher && strcmp(values->path_cipher, "none") == 0)
                form.path_cipher = PATH_CIPHER_NONE;
        else if (values->path_cipher && strcmp(values->path_cipher, "aesgcm") != 0)
                return wrong_use("--path-cipher is aesgcm or none");
        if (values->salt && !base64_decode(slice_from_string(values->salt), &salt))
                return wrong_use("--salt needs base64 of 64 bytes at most");
        if (salt.size)
                form.salt = arena_copy(&job->arena, buf_slice(&salt));
        if (values->satellite)
                form.satellite_address = slice_from_string(values->satellite);
        *ret = form;
        return true;
}

static bool key_read(struct job *job, const struct values *values, struct project_form *form)
{
        if (values->access_grant_file)
                return secret_input(values->access_grant_file, "access grant", &job->arena,
                                    &form->access_grant) == ERR_OK;
        return !values->api_key_file ||
               secret_input(values->api_key_file, "API key", &job->arena, &form->api_key) == ERR_OK;
}

static int add_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &add_usage, &values);
        struct project_form form;
        struct project project;
        struct account account;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!form_fill(&job, &values, &form))
                return EXIT_USAGE;
        if (account_of(&job, job_argument(&job, 0), &account) != ERR_OK ||
            !key_read(&job, &values, &form))
                return EXIT_FAILED;
        job.op.account_id = account.id;
        error = project_create(&job.op, &form, &project);
        if (error == ERR_FIELD_MISSING)
                complain("project add: an API key needs its --satellite");
        else if (error != ERR_OK)
                (void)job_failed(error);
        if (error != ERR_OK)
                return EXIT_FAILED;
        rows_print(json_pack("[o]", project_row(&project, account.email)), columns,
                   ARRAY_SIZE(columns), values.json);
        return EXIT_DONE;
}

/* --- satellite-row --- */

/* Of a satellite's api_keys.version: without it no key may lock objects. */
enum { VERSION_OBJECT_LOCK = 1 };

static const struct option satellite_row_options[] = {JSON_OPTION};

static const struct usage satellite_row_usage = {
        .command = "project satellite-row",
        .arguments = "ID",
        .summary =
                "Prints the row that a satellite's operator enters into api_keys, so that the "
                "satellite accepts\nthe grants of a self-issued project. It contains the project's "
                "secret: anyone who reads it can create\ngrants. --json prints only the values, in "
                "hex.",
        OPTIONS(satellite_row_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static json_t *hex_json(struct slice bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_API_KEY);
        json_t *json;

        hex_encode(&text, bytes);
        json = json_from_slice(buf_slice(&text));
        wipe(text.data, text.size);
        return json;
}

static json_t *satellite_row(const struct project *project, struct secret secret)
{
        struct buf name CLEANUP(buf_deinit) = BUF_INIT(64);
        json_t *object = json_object();

        buf_put_string(&name, "grantd ");
        uuid_encode(&name, &project->id);
        json_put(object, "id", hex_json(uuid_slice(&project->id)));
        json_put(object, "head", hex_json(project->head));
        json_put(object, "name", json_from_slice(buf_slice(&name)));
        json_put(object, "secret", hex_json(secret_reveal(secret)));
        json_put(object, "created_at", json_from_instant(project->created_at));
        json_put(object, "version", json_integer(VERSION_OBJECT_LOCK));
        json_put(object, "salt", hex_json(project->salt));
        return object;
}

static const char *text_of(const json_t *object, const char *name)
{
        return json_string_value(json_object_get(object, name));
}

static void statement_print(const json_t *row)
{
        print("-- For psql on the satellite's database. Name the satellite's own project "
              "first:\n"
              "--   \\set project '\\\\x<its id in hex>'\n"
              "-- Its salt must be \\x%s, with path encryption.\n"
              "INSERT INTO api_keys (id, project_id, head, name, secret, created_at, "
              "version)\nVALUES ('\\x%s', :'project', '\\x%s',\n"
              "  '%s',\n  '\\x%s', '%s', %d);\n",
              text_of(row, "salt"), text_of(row, "id"), text_of(row, "head"), text_of(row, "name"),
              text_of(row, "secret"), text_of(row, "created_at"), VERSION_OBJECT_LOCK);
}

static bool project_load(struct job *job, struct project *ret)
{
        struct uuid id;
        enum err error = ERR_NO_ROW;

        if (uuid_decode(job_argument(job, 0), &id))
                error = store_project_get(&job->op, &id, ret);
        if (error == ERR_NO_ROW)
                complain("there is no project \"%s\"; \"grantd project list\" lists them",
                         job->rest.arguments[0]);
        else if (error != ERR_OK)
                (void)job_failed(error);
        else if (!ret->sealed_secret.data)
                complain("this project was imported: its satellite already has its key");
        return error == ERR_OK && ret->sealed_secret.data;
}

static int satellite_row_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &satellite_row_usage, &values);
        json_t *row CLEANUP(json_decrefp) = NULL;
        struct project project;
        struct secret secret;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!project_load(&job, &project))
                return EXIT_FAILED;
        error = project_show_secret(&job.op, &project, &secret);
        if (error != ERR_OK)
                return job_failed(error);
        row = satellite_row(&project, secret);
        if (values.json)
                print_json(take(&row));
        else
                statement_print(row);
        return EXIT_DONE;
}

static const struct subcommand subcommands[] = {
        {"list", "list projects", list_command},
        {"add", "add a project, or import one", add_command},
        {"info", "ask a satellite for the salt of a project", project_info_command},
        {"satellite-row", "print the row that makes a satellite accept a self-issued project",
         satellite_row_command},
};

int project_command(int argc, char **argv)
{
        return subcommands_run("project", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
