/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd token: the tokens of services that check grants.
 */
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/subcommands.h"
#include "core/people/service_token.h"

struct values {
        const char *name, *roles;
        bool json;
};

static const struct {
        const char *name;
        enum token_role role;
} roles[] = {
        {"check", TOKEN_CHECK},
        {"revocations", TOKEN_REVOCATIONS},
};

/* --- words --- */

static unsigned role_of(struct slice name)
{
        for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
                if (slice_equal(name, slice_from_string(roles[i].name)))
                        return roles[i].role;
        return 0;
}

/* "check,revocations". Return: 0 if it is anything else. */
static unsigned roles_read(const char *text)
{
        struct slice rest = slice_from_string(text), name;
        unsigned set = 0;

        while (rest.size) {
                (void)slice_cut(&rest, ',', &name);
                if (!role_of(name))
                        return 0;
                set |= role_of(name);
        }
        return set;
}

static const char *roles_text(struct arena *arena, unsigned set)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(256);

        for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
                if (!(set & roles[i].role))
                        continue;
                if (text.size)
                        buf_put_byte(&text, ',');
                buf_put_string(&text, roles[i].name);
        }
        return text.size ? arena_string(arena, buf_slice(&text)) : "";
}

static json_t *token_json(const struct service_token *token)
{
        json_t *object = json_object(), *array = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
                if (token->roles & roles[i].role)
                        json_append(array, json_string(roles[i].name));
        json_put(object, "id", json_from_uuid(&token->id));
        json_put(object, "name", json_from_slice(token->name));
        json_put(object, "roles", array);
        json_put(object, "created_at", json_from_instant(token->created_at));
        return object;
}

/* --- create --- */

static const struct option create_options[] = {
        TEXT_OPTION("name", name, "NAME", "who will use it"),
        TEXT_OPTION("role", roles, "check,revocations", "what it is for: one of them, or both"),
        JSON_OPTION,
};

static const struct usage create_usage = {
        .command = "token create",
        .summary =
                "Creates a token that a service sends as Authorization: Bearer. It is shown once; "
                "the\ndatabase keeps only a digest.",
        OPTIONS(create_options),
        .takes_settings = true,
};

static void created_print(const struct values *values, const struct service_token *token,
                          struct secret text)
{
        struct slice shown = secret_reveal(text);
        json_t *object;

        if (!values->json) {
                print_slice(shown);
                return;
        }
        object = token_json(token);
        json_put(object, "token", json_from_slice(shown));
        print_json(object);
}

static bool values_check(const struct values *values)
{
        struct slice name = slice_from_string(values->name);

        if (name.size == 0 || name.size > LIMIT_NAME || !slice_is_utf8(name) ||
            !slice_is_plain_text(name)) {
                complain("token create: --name needs 1 to 100 characters");
                return false;
        }
        if (!roles_read(values->roles))
                complain("token create: --role needs check, revocations, or both with a comma");
        return roles_read(values->roles) != 0;
}

/* The token becomes valid only after it was printed, since it cannot be shown again. */
static int create(struct job *job, const struct values *values)
{
        struct service_token token;
        struct secret text;
        enum err error;

        service_token_make(&job->op, slice_from_string(values->name), roles_read(values->roles),
                           &token, &text);
        created_print(values, &token, text);
        if (!output_flush("no token was created"))
                return EXIT_FAILED;
        error = service_token_add(&job->op, &token);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("token create: the printed token is not valid");
        return job_failed(error);
}

static int create_command(int argc, char **argv)
{
        struct values values = {.name = "", .roles = ""};
        JOB(job, &create_usage, &values);

        if (!job_configure(&job, argc, argv))
                return job.status;
        if (!values_check(&values))
                return EXIT_USAGE;
        return job_open(&job) ? create(&job, &values) : job.status;
}

/* --- list --- */

static const struct option list_options[] = {JSON_OPTION};

static const struct usage list_usage = {
        .command = "token list",
        .summary = "Lists the service tokens, without their values.",
        OPTIONS(list_options),
        .takes_settings = true,
};

static enum err table_print(struct arena *arena, const struct service_token_list *tokens)
{
        static const char *const heads[] = {"ID", "ROLES", "CREATED", "NAME"};
        const char **cells = arena_array(arena, tokens->n * ARRAY_SIZE(heads) + 1, const char *);

        for (size_t i = 0; cells && i < tokens->n; i++) {
                const struct service_token *token = &tokens->items[i];
                struct buf id CLEANUP(buf_deinit) = BUF_INIT(64);
                struct buf at CLEANUP(buf_deinit) = BUF_INIT(64);
                const char **row = &cells[i * ARRAY_SIZE(heads)];

                uuid_encode(&id, &token->id);
                instant_encode(&at, token->created_at);
                row[0] = arena_string(arena, buf_slice(&id));
                row[1] = roles_text(arena, token->roles);
                row[2] = arena_string(arena, buf_slice(&at));
                row[3] = arena_string(arena, token->name);
        }
        TRY(arena_check(arena));
        print_table(heads, ARRAY_SIZE(heads), cells, tokens->n);
        return ERR_OK;
}

static int list_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &list_usage, &values);
        struct service_token_list tokens;
        json_t *array;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        error = store_token_list(&job.op, &tokens);
        if (error != ERR_OK)
                return job_failed(error);
        if (!values.json)
                return job_result(table_print(&job.arena, &tokens));
        array = json_array();
        for (size_t i = 0; i < tokens.n; i++)
                json_append(array, token_json(&tokens.items[i]));
        print_json(array);
        return EXIT_DONE;
}

/* --- revoke --- */

static const struct usage revoke_usage = {
        .command = "token revoke",
        .arguments = "ID",
        .summary = "Revokes a token; \"grantd token list\" shows the ids.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int revoke_command(int argc, char **argv)
{
        JOB(job, &revoke_usage, NULL);
        struct uuid id;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (!uuid_decode(job_argument(&job, 0), &id)) {
                complain("token revoke: needs the id of a token");
                return EXIT_USAGE;
        }
        error = service_token_revoke(&job.op, &id);
        if (error == ERR_NOT_FOUND)
                complain("there is no token with this id");
        else if (error != ERR_OK)
                return job_failed(error);
        return error == ERR_OK ? EXIT_DONE : EXIT_FAILED;
}

static const struct subcommand subcommands[] = {
        {"create", "create a token", create_command},
        {"list", "list the tokens", list_command},
        {"revoke", "revoke a token", revoke_command},
};

int token_command(int argc, char **argv)
{
        return subcommands_run("token", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
