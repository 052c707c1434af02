/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd client-secret: signs the JWT of docs/protocol/http.md 6 and shows how to use it. The two
 * programs in examples/ print the same bytes for the same parameters; keep it that way.
 */
#include "core/clients/client_secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

enum {
        JTI_BYTES = 16,
        LIFETIME_MAXIMUM = 365 * 86400,
};
static const int64_t last_second = 253402214400; /* 9999-12-31: a year has four digits */

struct values {
        const char *client_id, *secret, *secret_file, *jti, *iat, *redirect_uri, *code, *url;
        const char *format;
        int64_t expires_in, expires_at;
};

static const struct option options[] = {
        TEXT_OPTION("client-id", client_id, "UUID", "the application's client_id"),
        TEXT_OPTION("client-secret", secret, "HEX",
                    "its client_secret; other processes can see it here"),
        TEXT_OPTION("client-secret-file", secret_file, "FILE",
                    "read it from a file; -: standard input, also the default"),
        DURATION_OPTION("expires-in", expires_in, "5m",
                        "lifetime of the JWT; servers accept up to 5 minutes", 1, LIFETIME_MAXIMUM),
        INTEGER_OPTION("expires-at", expires_at, "UNIX", "when it expires, instead of a lifetime",
                       1, last_second),
        TEXT_OPTION("jti", jti, "TEXT|auto", "distinguishes JWTs of the same second; auto: random"),
        TEXT_OPTION("iat", iat, "UNIX|now", "include the time of signing"),
        TEXT_OPTION("redirect-uri", redirect_uri, "URI", "for the request body"),
        TEXT_OPTION("code", code, "CODE", "for the request body"),
        TEXT_OPTION("url", url, "URL", "the server; default http://localhost:10100"),
        TEXT_OPTION("format", format, "full|token|json",
                    "full: the JWT and a ready request (default)"),
};

static const struct usage usage = {
        .command = "client-secret",
        .summary = "Signs the JWT that an application presents as client_secret in the token "
                   "request.\nEach JWT is accepted once; sign a new one for each request, with a "
                   "jti.",
        OPTIONS(options),
};

/* The data that is printed, in all formats. */
struct signed_jwt {
        struct client_secret_claims claims;
        struct slice token;
};

/* --- parameters --- */

static bool complain_of(bool good, const char *what)
{
        if (!good)
                complain("client-secret: %s", what);
        return good;
}

/* Allows only characters that need no escaping in JSON or in a shell's single quotes. */
static bool is_uri(const char *text)
{
        return *text && strlen(text) <= LIMIT_REDIRECT_URI &&
               slice_consists_of(slice_from_string(text), "-._~:/?#[]@!$&()*+,;=%");
}

/* It is used in the curl line without quotes. */
static bool is_server_url(const char *text)
{
        return *text && strlen(text) <= LIMIT_REDIRECT_URI &&
               slice_consists_of(slice_from_string(text), "-._~:/[]");
}

static bool values_check(const struct values *values)
{
        const char *format = values->format;
        struct uuid uuid;

        return complain_of(values->client_id &&
                                   uuid_decode(slice_from_string(values->client_id), &uuid),
                           "--client-id needs a UUID in lower case") &&
               complain_of(!values->jti ||
                                   (*values->jti && strlen(values->jti) <= LIMIT_JTI &&
                                    slice_consists_of(slice_from_string(values->jti), "-._~:")),
                           "--jti needs 1 to 128 letters, digits or -._~:") &&
               complain_of(is_uri(values->redirect_uri),
                           "--redirect-uri needs a URI, other characters percent-encoded") &&
               complain_of(is_server_url(values->url), "--url needs the server's URL") &&
               complain_of(*values->code && strlen(values->code) <= LIMIT_CODE &&
                                   slice_consists_of(slice_from_string(values->code), "-_"),
                           "--code needs letters, digits, - and _") &&
               complain_of(strcmp(format, "full") == 0 || strcmp(format, "token") == 0 ||
                                   strcmp(format, "json") == 0,
                           "--format is full, token or json");
}

static bool secret_read(const struct values *values, struct arena *arena, struct secret *ret)
{
        if (values->secret)
                *ret = secret_copy(arena, slice_from_string(values->secret));
        else if (secret_input(values->secret_file, "client secret", arena, ret))
                return false;
        return complain_of(client_secret_is_ours(secret_reveal(*ret)),
                           "the client secret needs 64 lower-case hex characters");
}

static struct slice random_jti(struct arena *arena)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_JTI);
        struct entropy_port entropy = os_entropy();
        uint8_t bytes[JTI_BYTES];

        entropy.fill(entropy.context, bytes, sizeof(bytes));
        base64url_encode(&text, SLICE_ARRAY(bytes));
        return arena_copy(arena, buf_slice(&text));
}

static bool claims_make(const struct values *values, struct arena *arena, int64_t now,
                        struct client_secret_claims *ret)
{
        *ret = (struct client_secret_claims){
                .client_id = slice_from_string(values->client_id),
                .exp = values->expires_at ? values->expires_at : now + values->expires_in,
        };
        if (values->jti)
                ret->jti = strcmp(values->jti, "auto") == 0 ? random_jti(arena)
                                                            : slice_from_string(values->jti);
        if (!values->iat)
                return true;
        ret->iat = now;
        return strcmp(values->iat, "now") == 0 ||
               complain_of(int64_parse(slice_from_string(values->iat), &ret->iat) && ret->iat > 0 &&
                                   ret->iat <= last_second,
                           "--iat needs unix seconds or now");
}

/* --- printing --- */

/* 2025-06-27T15:46:01+05:30, in the zone of TZ. */
static void print_local_time(int64_t seconds)
{
        time_t time = (time_t)seconds;
        char text[40];
        struct tm parts;

        (void)localtime_r(&time, &parts);
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &parts);
        print("%.*s:%s", (int)strlen(text) - 2, text, text + strlen(text) - 2);
}

static void print_payload(const struct client_secret_claims *claims, const char *indent)
{
        print("{\n%s  \"client_id\": \"%.*s\",\n%s  \"exp\": %lld", indent,
              (int)claims->client_id.size, (const char *)claims->client_id.data, indent,
              (long long)claims->exp);
        if (claims->iat)
                print(",\n%s  \"iat\": %lld", indent, (long long)claims->iat);
        if (claims->jti.size)
                print(",\n%s  \"jti\": \"%.*s\"", indent, (int)claims->jti.size,
                      (const char *)claims->jti.data);
        print("\n%s}", indent);
}

static void print_request(const struct values *values, const struct signed_jwt *jwt,
                          const char *indent)
{
        print("{\n%s  \"client_id\": \"%s\",\n%s  \"client_secret\": \"%.*s\",\n", indent,
              values->client_id, indent, (int)jwt->token.size, (const char *)jwt->token.data);
        print("%s  \"redirect_uri\": \"%s\",\n%s  \"code\": \"%s\",\n", indent,
              values->redirect_uri, indent, values->code);
        print("%s  \"passphrase\": \"your-passphrase\"\n%s}", indent, indent);
}

static void print_count(int64_t count, const char *unit)
{
        print(" (%lld %s%s from generation)", (long long)count, unit, count == 1 ? "" : "s");
}

static void print_expiry(const struct values *values, const struct signed_jwt *jwt, int64_t now)
{
        print("Expiry: ");
        print_local_time(jwt->claims.exp);
        if (!values->expires_at && values->expires_in % 60 == 0)
                print_count(values->expires_in / 60, "minute");
        else if (!values->expires_at)
                print_count(values->expires_in, "second");
        else if (values->expires_at <= now)
                print(" (in the past)");
        print("\n");
}

static void print_full(const struct values *values, const struct signed_jwt *jwt, int64_t now)
{
        print("JWT Token: %.*s\n\nJWT Payload:\n", (int)jwt->token.size,
              (const char *)jwt->token.data);
        print_payload(&jwt->claims, "");
        print("\n\n");
        print_expiry(values, jwt, now);
        print("\nComplete Request Body:\n");
        print_request(values, jwt, "");
        print("\n\ncurl Example:\ncurl -X POST \\\n  %s/api/v0/oauth2/token \\\n"
              "  -H \"Content-Type: application/json\" \\\n  -d '",
              values->url);
        print_request(values, jwt, "  ");
        print("'\n");
}

static void print_object(const struct values *values, const struct signed_jwt *jwt)
{
        print("{\n  \"token\": \"%.*s\",\n  \"payload\": ", (int)jwt->token.size,
              (const char *)jwt->token.data);
        print_payload(&jwt->claims, "  ");
        print(",\n  \"expires_at\": \"");
        print_local_time(jwt->claims.exp);
        print("\",\n  \"request\": ");
        print_request(values, jwt, "  ");
        print("\n}\n");
}

static int sign_and_print(struct job *job, const struct values *values)
{
        struct clock_port clock = os_clock();
        int64_t now = instant_seconds(clock.now(clock.context));
        struct signed_jwt jwt;
        struct secret secret;

        if (!values_check(values) || !claims_make(values, &job->arena, now, &jwt.claims) ||
            !secret_read(values, &job->arena, &secret))
                return EXIT_USAGE;
        jwt.token = secret_reveal(client_secret_sign(&job->arena, secret, &jwt.claims));
        if (strcmp(values->format, "token") == 0)
                print_slice(jwt.token);
        else if (strcmp(values->format, "json") == 0)
                print_object(values, &jwt);
        else
                print_full(values, &jwt, now);
        return EXIT_DONE;
}

int client_secret_command(int argc, char **argv)
{
        struct values values = {
                .redirect_uri = "https://myapp.com/callback",
                .code = "AUTH_CODE_FROM_CONSENT",
                .url = "http://localhost:10100",
                .format = "full",
                .expires_in = 300,
        };
        JOB(job, &usage, &values);

        return job_read_options(&job, argc, argv) ? sign_and_print(&job, &values) : job.status;
}
