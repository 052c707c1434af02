/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects, for storage users: docs/protocol/http.md 4.
 */
#include "core/projects/project.h"

#include "api/api.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "base/macros.h"
#include "core/grants/owner_grant.h"
#include "core/people/session.h"
#include "core/policy.h"
#include "http/respond.h"

struct project_body {
        struct slice name;
        struct secret access_grant;
        struct secret api_key;
        struct slice satellite_address;
        struct slice salt;
        struct slice path_cipher;
};

static const struct field project_fields[] = {
        {"name", FIELD_NAME, offsetof(struct project_body, name), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_NAME},
        {"access_grant", FIELD_SECRET, offsetof(struct project_body, access_grant),
         .maximum = LIMIT_API_KEY, .too_long = ERR_ACCESS_GRANT_MALFORMED},
        {"api_key", FIELD_SECRET, offsetof(struct project_body, api_key), .maximum = LIMIT_API_KEY,
         .too_long = ERR_API_KEY_MALFORMED},
        {"satellite_address", FIELD_ASCII, offsetof(struct project_body, satellite_address),
         .maximum = LIMIT_SATELLITE_ADDRESS},
        {"salt", FIELD_BASE64, offsetof(struct project_body, salt), .maximum = LIMIT_SALT},
        {"path_cipher", FIELD_ASCII, offsetof(struct project_body, path_cipher), .maximum = 16},
};

static const char *path_cipher_text(enum path_cipher path_cipher)
{
        return path_cipher == PATH_CIPHER_NONE ? "none" : "aesgcm";
}

static json_t *limits_json(const struct project *project)
{
        json_t *object;

        if (!project->limits.data && !project->key_begins_at.ms && !project->key_ends_at.ms)
                return json_null();
        object = json_object();
        json_put(object, "scopes", json_from_scope_text(project->limits));
        json_put(object, "not_before", json_from_instant(project->key_begins_at));
        json_put(object, "not_after", json_from_instant(project->key_ends_at));
        return object;
}

static json_t *public_id_json(struct slice bytes)
{
        struct uuid id;

        if (bytes.size != UUID_SIZE)
                return json_null();
        memcpy(id.bytes, bytes.data, UUID_SIZE);
        return json_from_uuid(&id);
}

/* What a satellite has reported about an imported project. */
static json_t *proof_json(const struct project *project)
{
        json_t *object;

        if (project_is_self_issued(project))
                return json_null();
        object = json_object();
        json_put(object, "proven", json_boolean(!project->prove_at.ms));
        json_put(object, "public_id", public_id_json(project->public_id));
        json_put(object, "problem", json_from_outcome(project->problem));
        return object;
}

/* No grant is issued from a key that is about to expire. */
static bool key_is_at_its_end(const struct policy *policy, const struct project *project,
                              struct instant now)
{
        return project->key_ends_at.ms &&
               project_key_rest(policy, project, now) < GRANT_LIFETIME_LEAST;
}

/* The maximum for the consent page: 0 if the key is about to expire, null if there is no bound. */
static json_t *lifetime_json(const struct policy *policy, const struct project *project,
                             struct instant now)
{
        int64_t most = project_lifetime_most(policy, project, now);

        if (key_is_at_its_end(policy, project, now))
                return json_integer(0);
        return most ? json_integer(most) : json_null();
}

/* The default for the consent page: 0 if the key is about to expire. */
static json_t *usual_lifetime_json(const struct policy *policy, const struct project *project,
                                   struct instant now)
{
        int64_t most = project_lifetime_most(policy, project, now);
        int64_t usual = policy->grant_default_lifetime;

        if (key_is_at_its_end(policy, project, now))
                return json_integer(0);
        return json_integer(most && most < usual ? most : usual);
}

static json_t *project_json(const struct op *op, const struct project *project)
{
        const char *enforced_by = enforced_by_text(project_enforced_by(project));
        const struct policy *policy = op->ports->policy;
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&project->id));
        json_put(object, "name", json_from_slice(project->name));
        json_put(object, "satellite_address", json_from_slice(project->satellite_address));
        json_put(object, "created_at", json_from_instant(project->created_at));
        json_put(object, "enforced_by", json_string(enforced_by));
        json_put(object, "limits", limits_json(project));
        json_put(object, "path_cipher", json_string(path_cipher_text(project->path_cipher)));
        json_put(object, "default_expires_in", usual_lifetime_json(policy, project, op->now));
        json_put(object, "max_expires_in", lifetime_json(policy, project, op->now));
        json_put(object, "proof", proof_json(project));
        return object;
}

static enum err path_cipher_parse(struct slice text, enum path_cipher *ret)
{
        if (!text.data || slice_equal(text, SLICE("aesgcm")))
                *ret = PATH_CIPHER_AESGCM;
        else if (slice_equal(text, SLICE("none")))
                *ret = PATH_CIPHER_NONE;
        else
                return ERR_FIELD_MALFORMED;
        return ERR_OK;
}

/* Fields of an imported project have no meaning without its key, and an access grant includes the
 * values of the others. */
static enum err body_check(struct http_call *call, const struct project_body *body)
{
        bool has_key = !secret_is_absent(body->api_key);
        bool has_place = body->satellite_address.data || body->path_cipher.data;

        if (!secret_is_absent(body->access_grant)) {
                if (!has_key && !has_place)
                        return ERR_OK;
                call->problem_field = "access_grant";
                return ERR_FIELD_CONFLICT;
        }
        if (has_key || !(has_place || body->salt.data))
                return ERR_OK;
        call->problem_field = "api_key";
        return ERR_FIELD_MISSING;
}

/* What is copied from a terminal often ends in a newline. */
static struct secret copied(struct secret secret)
{
        struct slice text = secret_reveal(secret);

        while (text.size && text.data[text.size - 1] <= ' ')
                text.size--;
        while (text.size && text.data[0] <= ' ')
                text = slice_from(text, 1);
        return (struct secret){.hidden = text};
}

enum { SALT_OF_HEX = 48 }; /* bytes: what 64 hex digits are in base64 */

static enum err salt_check(struct http_call *call, struct slice salt)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * SALT_OF_HEX);
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(SALT_OF_HEX);

        if (salt.size != SALT_OF_HEX)
                return ERR_OK;
        base64_encode(&text, salt);
        if (!hex_decode(buf_slice(&text), &bytes))
                return ERR_OK;
        call->problem_field = "salt";
        return explain(&call->explanation, ERR_FIELD_MALFORMED,
                       SLICE("This looks like hex; send the salt in base64."));
}

enum err projects_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct project_body body = {0};
        struct project_form form;
        struct project project;
        enum err error;

        TRY(fields_decode_json(call, project_fields, ARRAY_SIZE(project_fields), &body));
        TRY(body_check(call, &body));
        TRY(salt_check(call, body.salt));
        form = (struct project_form){
                .name = body.name,
                .access_grant = copied(body.access_grant),
                .api_key = copied(body.api_key),
                .satellite_address = body.satellite_address,
                .salt = body.salt,
        };
        call->problem_field = "path_cipher";
        TRY(path_cipher_parse(body.path_cipher, &form.path_cipher));
        call->problem_field = NULL;
        error = project_create(&op, &form, &project);
        if (error == ERR_FIELD_MISSING)
                call->problem_field = "satellite_address";
        if (error == ERR_SALT_DIFFERS || error == ERR_SATELLITE_FORBIDDEN)
                call->problem_field = "salt";
        TRY(error);
        respond_json(call, 201, project_json(&op, &project));
        return ERR_OK;
}

enum err projects_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct project_list projects;
        json_t *array;

        TRY(store_project_list(&op, &projects));
        array = json_array();
        for (size_t i = 0; i < projects.n; i++)
                json_append(array, project_json(&op, &projects.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}

enum err project_delete_one(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct uuid id;

        TRY(api_path_id(call, &id));
        TRY(session_require_proof(&op, &session->authentication));
        TRY(project_remove(&op, &id));
        respond_empty(call, 204);
        return ERR_OK;
}

/* --- the owner's grant --- */

static const struct field owner_grant_fields[] = {
        {"password", FIELD_SECRET, offsetof(struct owner_grant_form, person.password),
         .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct owner_grant_form, person.code),
         .maximum = LIMIT_FACTOR_CODE},
        {"passphrase", FIELD_SECRET, offsetof(struct owner_grant_form, passphrase),
         .maximum = LIMIT_PASSPHRASE},
};

enum err project_owner_grant_post(const struct api *api, struct http_call *call,
                                  const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct owner_grant_form form = {0};
        struct secret grant;
        json_t *object;

        call->no_store = true;
        TRY(fields_decode_json(call, owner_grant_fields, ARRAY_SIZE(owner_grant_fields), &form));
        TRY(confirmation_complete(api, call, &form.person));
        TRY(api_path_id(call, &form.project_id));
        TRY(owner_grant_make(&op, &session->account, &form, &grant));
        object = json_object();
        respond_secret(call, object, "access_grant", grant);
        respond_json(call, 200, object);
        return ERR_OK;
}
