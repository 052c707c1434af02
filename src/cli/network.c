/* SPDX-License-Identifier: Apache-2.0
 *
 * Calling satellites from the command line.
 */
#include "cli/network.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_records.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "core/ag_words.h"
#include "core/grants/delivery.h"
#include "core/grants/restricted_key.h"

struct values {
        const char *file, *parent, *child, *api_key_file, *satellite_address;
        bool json;
};

#define FILE_OPTION                                                                                \
        TEXT_OPTION("file", file, "FILE",                                                          \
                    "read the grant from a file; -: standard input, also "                         \
                    "the default")

/* --- keys --- */

/* An API key, and its satellite if it was in a grant. */
struct key {
        struct secret raw;
        struct slice address; /* absent: an API key alone */
};

static struct slice copy(struct job *job, struct ag_bytes bytes)
{
        return arena_copy(&job->arena, slice_of(bytes));
}

/* Reads a grant or an API key, as leniently as Storj's own tools. */
static bool key_parse(struct job *job, struct slice text, struct key *ret)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_api_key *api_key CLEANUP(ag_api_key_freep) = NULL;

        if (ag_grant_parse(ag_of(text), AG_LENIENT, &grant) == AG_OK) {
                ret->raw.hidden = copy(job, ag_api_key_raw(ag_grant_api_key(grant)));
                ret->address = copy(job, ag_grant_satellite(grant));
                return true;
        }
        if (ag_api_key_parse(ag_of(text), AG_LENIENT, &api_key) != AG_OK)
                return false;
        ret->raw.hidden = copy(job, ag_api_key_raw(api_key));
        ret->address = (struct slice){0};
        return true;
}

/* Complains if there is none. */
static bool key_read(struct job *job, const char *path, const char *what, struct key *ret)
{
        struct secret text;

        if (secret_input(path, what, &job->arena, &text) != ERR_OK)
                return false;
        if (key_parse(job, secret_reveal(text), ret))
                return true;
        complain("%s: this is neither an access grant nor an API key; copy all of it", what);
        return false;
}

/* --- project info --- */

static const struct option info_options[] = {
        FILE_OPTION,
        TEXT_OPTION("api-key-file", api_key_file, "FILE",
                    "use an API key instead, at --satellite; -: standard input"),
        TEXT_OPTION("satellite", satellite_address, "ADDRESS", "node-id@host:port of the API key"),
        JSON_OPTION,
};

static const struct usage info_usage = {
        .command = "project info",
        .summary = "Asks the satellite of an access grant, or of an API key, for the salt and the "
                   "public id of its\nproject. It needs no server and no right, only a key that is "
                   "valid now.",
        OPTIONS(info_options),
};

static json_t *info_json(const struct satellite_project *project, struct slice address)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(2 * LIMIT_SALT);
        json_t *object = json_object();
        struct uuid public_id;

        base64_encode(&salt, project->salt);
        json_put(object, "satellite_address", json_from_slice(address));
        json_put(object, "salt", json_from_slice(buf_slice(&salt)));
        if (project->public_id.size == UUID_SIZE) {
                memcpy(public_id.bytes, project->public_id.data, UUID_SIZE);
                json_put(object, "public_id", json_from_uuid(&public_id));
        }
        return object;
}

static void info_print(json_t *object)
{
        const char *name;
        json_t *value;

        json_object_foreach(object, name, value)(void)
                print("%-18s %s\n", name, json_string_value(value));
        json_decref(object);
}

int project_info_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &info_usage, &values);
        const struct satellite_port *port = &job.node.ports.satellite;
        struct satellite_project project;
        struct key key;
        bool by_key;
        enum err error;

        if (!job_read_options(&job, argc, argv) || !job_open_satellites(&job))
                return job.status;
        by_key = values.api_key_file != NULL;
        if (!key_read(&job, by_key ? values.api_key_file : values.file,
                      by_key ? "API key" : "access grant", &key))
                return EXIT_FAILED;
        if (values.satellite_address)
                key.address = slice_from_string(values.satellite_address);
        if (!key.address.data) {
                complain("project info: an API key needs its --satellite");
                return EXIT_USAGE;
        }
        error = port->project_info(port->context, &job.arena, key.address, key.raw, &project);
        if (error != ERR_OK)
                return job_failed(error);
        if (values.json)
                print_json(info_json(&project, key.address));
        else
                info_print(info_json(&project, key.address));
        return EXIT_DONE;
}

/* --- grant check --satellite --- */

int network_check(struct job *job, const char *file)
{
        const struct satellite_port *port = &job->node.ports.satellite;
        struct satellite_project project;
        struct secret child;
        struct key key;
        enum err error;

        if (!job_open_satellites(job) || !key_read(job, file, "access grant", &key))
                return EXIT_FAILED;
        if (!key.address.data) {
                complain("grant check: an API key names no satellite; use an access grant");
                return EXIT_FAILED;
        }
        error = restricted_key_fresh(&job->node.ports.entropy, &job->arena, key.raw, &child);
        if (error == ERR_OK)
                error = port->project_info(port->context, &job->arena, key.address, child,
                                           &project);
        if (error != ERR_OK)
                return job_failed(error);
        print_line("The satellite accepts this access grant.");
        return EXIT_DONE;
}

/* --- grant revoke --- */

static const struct option revoke_options[] = {
        TEXT_OPTION("parent", parent, "FILE",
                    "the grant or API key that the other one was derived from"),
        TEXT_OPTION("child", child, "FILE", "the grant or API key to revoke"),
};

static const struct usage revoke_usage = {
        .command = "grant revoke",
        .arguments = "[GRANT_ID]",
        .summary = "With GRANT_ID: revokes a grant that this database knows, as its user can by "
                   "removing access; its\nrefresh tokens end too, and the satellite is notified.\n"
                   "With --parent and --child: revokes an access grant at its satellite, with "
                   "everything derived from\nit. This requires the grant or API key it was derived "
                   "from. One of the two files may be -,\nstandard input. No server is needed.",
        OPTIONS(revoke_options),
        .n_arguments = 1,
        .takes_settings = true,
};

static bool revoke_read(struct job *job, struct key *ret_parent, struct key *ret_child)
{
        const struct values *values = job->values;

        if (!values->parent || !values->child) {
                complain("grant revoke: needs a GRANT_ID, or --parent and --child");
                return false;
        }
        if (!key_read(job, values->parent, "parent", ret_parent) ||
            !key_read(job, values->child, "child", ret_child))
                return false;
        if (!ret_child->address.data)
                ret_child->address = ret_parent->address;
        if (ret_child->address.data)
                return true;
        complain("grant revoke: API keys name no satellite; use at least one access grant");
        return false;
}

static int record_revoke(struct job *job)
{
        const struct values *values = job->values;

        if (values->parent || values->child) {
                complain("grant revoke: GRANT_ID, and --parent with --child, exclude each other");
                return EXIT_USAGE;
        }
        if (!job_load(job) || !job_open(job))
                return job->status;
        return grant_record_revoke(job, job_argument(job, 0));
}

int grant_revoke_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &revoke_usage, &values);
        struct key parent, child;
        enum err error;

        if (!job_read_options(&job, argc, argv))
                return job.status;
        if (job.rest.n_arguments)
                return record_revoke(&job);
        if (!job_open_satellites(&job))
                return job.status;
        if (!revoke_read(&job, &parent, &child))
                return EXIT_FAILED;
        error = delivery_make(&job.op, child.address, parent.raw, child.raw);
        if (error == ERR_SATELLITE_KEY_REFUSED || error == ERR_SATELLITE_KEY_INVALID) {
                complain("the satellite refuses it: the child was not derived from the parent, or "
                         "the parent is unknown there");
                return EXIT_FAILED;
        }
        if (error != ERR_OK)
                return job_failed(error);
        print_line("Revoked. The satellite refuses it, and everything derived from it, within five "
                   "minutes, or\nat once if it was not in use.");
        return EXIT_DONE;
}
