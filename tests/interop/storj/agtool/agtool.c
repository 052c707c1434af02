/* SPDX-License-Identifier: Apache-2.0
 *
 * accessgrant.h over JSON, for tests in other languages: one object per line in, one per line out.
 * "op" says what to do; bytes are hex, grants and API keys their text, times [seconds, nanos]. A
 * refusal of the library is returned as {"error": "AG_ERR_..."}; an invalid request ends the
 * program.
 */
#include <stdio.h>
#include <stdlib.h>

#include "accessgrant/words.h"
#include "answer.h"
#include "base/macros.h"
#include "request.h"

enum { MEMORY_MAXIMUM = 64 << 20 };

static enum ag_error do_root_key(const struct request *request)
{
        uint8_t key[AG_KEY_SIZE];

        TRY(ag_root_key(get_bytes(request, request->fields, "passphrase"),
                        get_bytes(request, request->fields, "salt"), NULL, key));
        put_bytes(request->answer, "key", ag_bytes_new(key, sizeof(key)));
        return AG_OK;
}

static enum ag_error do_new_api_key(const struct request *request)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        TRY(ag_api_key_new(get_bytes(request, request->fields, "secret"),
                           get_bytes(request, request->fields, "head"), &key));
        return put_api_key(request->answer, key);
}

static enum ag_error do_read_api_key(const struct request *request)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        TRY(get_api_key(request, &key));
        return put_api_key(request->answer, key);
}

/* Of "api_key" or "raw", by "secret". */
static enum ag_error do_verify(const struct request *request)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        uint8_t tails[AG_MAX_CAVEATS + 1][AG_TAIL_SIZE];
        json_t *list = json_array();

        put(request->answer, "tails", list);
        TRY(get_api_key(request, &key));
        TRY(ag_api_key_verify(key, get_bytes(request, request->fields, "secret"), tails));
        for (size_t i = 0; i <= ag_api_key_n_caveats(key); i++) {
                json_t *object = json_object();

                put_bytes(object, "tail", ag_bytes_new(tails[i], AG_TAIL_SIZE));
                (void)json_array_append_new(list, object);
        }
        return AG_OK;
}

/* Whether "api_key" is genuine by "secret" and allows what is asked for at "time". */
static enum ag_error do_check(const struct request *request)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        const struct ag_time *time = get_time(request, "time");
        struct ag_action action = {
                .op = (enum ag_op)get_number(request, "operation"),
                .bucket = get_bytes(request, request->fields, "bucket"),
                .encrypted = get_bytes(request, request->fields, "encrypted"),
        };

        if (!time)
                refuse("check without a time");
        action.time = *time;
        TRY(get_api_key(request, &key));
        TRY(ag_api_key_verify(key, get_bytes(request, request->fields, "secret"), NULL));
        return ag_api_key_check(key, get_number(request, "version"), &action);
}

static enum ag_error do_read_access(const struct request *request)
{
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        TRY(ag_access_parse(get_bytes(request, request->fields, "access"), get_mode(request),
                            &access));
        return put_access(request->answer, access);
}

/* An access limited to "places". */
static enum ag_error do_limit_access(const struct request *request)
{
        ag_access *whole CLEANUP(ag_access_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        size_t n_places;
        const struct ag_place *places = get_places(request, &n_places);

        TRY(get_access(request, &whole));
        TRY(ag_access_limit(whole, places, n_places, &limited));
        return put_access(request->answer, limited);
}

/* From "satellite", "api_key" and an access. */
static enum ag_error do_mint(const struct request *request)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        TRY(get_api_key(request, &key));
        TRY(get_access(request, &access));
        TRY(ag_grant_new(get_text(request->fields, "satellite"), key, access, &grant));
        return put_grant(request->answer, grant);
}

static enum ag_error do_read(const struct request *request)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        TRY(get_grant(request, &grant));
        return put_grant(request->answer, grant);
}

static enum ag_error do_restrict(const struct request *request)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        struct ag_restriction restriction = {
                .rights = get_number(request, "rights"),
                .not_before = get_time(request, "not_before"),
                .not_after = get_time(request, "not_after"),
                .max_object_ttl = get_time(request, "max_object_ttl"),
                .nonce = get_bytes(request, request->fields, "nonce"),
        };

        restriction.places = get_places(request, &restriction.n_places);
        TRY(get_grant(request, &grant));
        TRY(ag_grant_restrict(grant, &restriction, &narrow));
        return put_grant(request->answer, narrow);
}

static enum ag_error do_set_key(const struct request *request)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *with_key CLEANUP(ag_grant_freep) = NULL;

        TRY(get_grant(request, &grant));
        TRY(ag_grant_set_key(grant, get_key(request, "root_key"), &with_key));
        return put_grant(request->answer, with_key);
}

static enum ag_error do_remove_key(const struct request *request)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *without_key CLEANUP(ag_grant_freep) = NULL;

        TRY(get_grant(request, &grant));
        TRY(ag_grant_remove_key(grant, &without_key));
        return put_grant(request->answer, without_key);
}

static enum ag_error do_check_satellite(const struct request *request)
{
        return ag_satellite_check(get_text(request->fields, "satellite"));
}

/* --- the loop --- */

static const struct {
        const char *name;
        enum ag_error (*run)(const struct request *);
} operations[] = {
        {"root_key", do_root_key},
        {"new_api_key", do_new_api_key},
        {"read_api_key", do_read_api_key},
        {"verify", do_verify},
        {"check", do_check},
        {"read_access", do_read_access},
        {"limit_access", do_limit_access},
        {"mint", do_mint},
        {"read", do_read},
        {"restrict", do_restrict},
        {"set_key", do_set_key},
        {"remove_key", do_remove_key},
        {"check_satellite", do_check_satellite},
};

static enum ag_error run(const struct request *request)
{
        struct slice name = slice_of(get_text(request->fields, "op"));

        for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
                if (slice_equal(name, slice_from_string(operations[i].name)))
                        return operations[i].run(request);
        refuse("no such op");
        return AG_OK;
}

static void answer_line(const char *line, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(MEMORY_MAXIMUM);
        json_t *fields = json_loadb(line, size, JSON_ALLOW_NUL, NULL);
        struct request request = {.arena = &arena, .fields = fields, .answer = json_object()};
        enum ag_error error;

        if (!fields)
                refuse("a line that is not JSON");
        error = run(&request);
        if (error) {
                (void)json_object_clear(request.answer);
                put_error(request.answer, error);
        }
        (void)json_dumpf(request.answer, stdout, JSON_COMPACT);
        (void)putchar('\n');
        (void)fflush(stdout);
        json_decref(request.answer);
        json_decref(fields);
}

int main(void)
{
        char *line = NULL;
        size_t capacity = 0;
        ssize_t size;

        while ((size = getline(&line, &capacity, stdin)) > 0)
                answer_line(line, (size_t)size);
        free(line);
        return 0;
}
