/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole chains: an application's request, the person's consent, and the exchange of the code, each
 * after the other, on kept connections; for bench/chain.py.
 *
 *      chain grantd PORT CONNECTIONS N FILE [PASSPHRASE]
 *      chain provider PORT CONNECTIONS N
 *
 * FILE: a person a line, "TOKEN CLIENT_ID CLIENT_SECRET"; connections and chains take turns through
 * them. With a passphrase the exchange derives a root key. `provider`: the peer of bench/peer.
 * Prints chains a second, and the 50th and the 99th percentile in milliseconds: of whole chains,
 * then of their exchanges alone.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/macros.h"
#include "core/clients/client_secret.h"
#include "wire.h"

enum { PEOPLE_MOST = 4096, VALUE = 512, BODY = 4096, LIFETIME = 300 };

struct person {
        char token[VALUE], client_id[VALUE], secret[VALUE];
};

struct times {
        int64_t chain, exchange; /* nanoseconds */
};

struct bench;
typedef void chain_fn(struct bench *bench, struct wire *wire, size_t i, int64_t *ret_exchange);

struct bench {
        chain_fn *chain;
        uint16_t port;
        size_t n, n_people;
        struct person *people;
        const char *passphrase; /* NULL: none */
        _Atomic size_t next;
        struct times *times;
};

static int64_t now_ns(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void must_be(const struct wire *wire, int status, const char *what)
{
        if (wire->status == status)
                return;
        (void)fprintf(stderr, "%s: %s\n", what, wire->answer);
        exit(1);
}

static void must_find(const struct wire *wire, const char *start, char end, char ret[VALUE])
{
        if (wire_find(wire, start, end, ret, VALUE))
                return;
        (void)fprintf(stderr, "no %s in %s\n", start, wire->answer);
        exit(1);
}

/* --- grantd --- */

static void post(struct wire *wire, const char *path, const char *body, const char *token)
{
        (void)wire_ask(wire, &(struct wire_request){.method = "POST",
                                                    .path = path,
                                                    .type = "application/json",
                                                    .body = body,
                                                    .token = token});
        must_be(wire, 200, path);
}

/* Each JWT differs by its jti. */
static void jwt_write(const struct person *person, size_t i, char ret[VALUE])
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct secret key = secret_copy(&arena, slice_from_string(person->secret)), jwt;
        char jti[64];

        (void)snprintf(jti, sizeof(jti), "%zu-%lld", i, (long long)now_ns());
        jwt = client_secret_sign(
                &arena, key,
                &(struct client_secret_claims){.client_id = slice_from_string(person->client_id),
                                               .exp = time(NULL) + LIFETIME,
                                               .jti = slice_from_string(jti)});
        (void)snprintf(ret, VALUE, "%.*s", (int)secret_reveal(jwt).size,
                       (const char *)secret_reveal(jwt).data);
}

static void code_get(struct wire *wire, const struct person *person, char ret_code[VALUE])
{
        char body[BODY], request[VALUE];

        (void)snprintf(body, sizeof(body),
                       "{\"client_id\":\"%s\",\"redirect_uri\":\"https://myapp.com/callback\","
                       "\"scope\":[\"read\"]}",
                       person->client_id);
        post(wire, "/api/v0/oauth2/request", body, person->token);
        must_find(wire, "\"request_id\":\"", '"', request);
        (void)snprintf(body, sizeof(body),
                       "{\"request_id\":\"%s\",\"approved_scopes\":[\"read\"],"
                       "\"rejected_scopes\":[]}",
                       request);
        post(wire, "/api/v0/oauth2/consent", body, person->token);
        must_find(wire, "\"code\":\"", '"', ret_code);
}

static void grantd_chain(struct bench *bench, struct wire *wire, size_t i, int64_t *ret_exchange)
{
        const struct person *person = &bench->people[i % bench->n_people];
        char body[BODY], code[VALUE], jwt[VALUE];
        bool derives = bench->passphrase;
        int64_t began;

        code_get(wire, person, code);
        jwt_write(person, i, jwt);
        (void)snprintf(body, sizeof(body),
                       "{\"client_id\":\"%s\",\"client_secret\":\"%s\",\"code\":\"%s\","
                       "\"redirect_uri\":\"https://myapp.com/callback\"%s%s%s}",
                       person->client_id, jwt, code, derives ? ",\"passphrase\":\"" : "",
                       derives ? bench->passphrase : "", derives ? "\"" : "");
        began = now_ns();
        post(wire, "/api/v0/oauth2/token", body, NULL);
        *ret_exchange = now_ns() - began;
}

/* --- the peer --- */

static void follow(struct wire *wire, const char *method, const char *path)
{
        (void)wire_ask(wire, &(struct wire_request){.method = method, .path = path});
        must_be(wire, 303, path);
}

/* Where a response leads: its path on this server. */
static void location_find(const struct wire *wire, char ret_path[VALUE])
{
        char whole[VALUE];
        const char *path;

        must_find(wire, "\r\nlocation: ", '\r', whole);
        path = strstr(whole, "://") ? strchr(strstr(whole, "://") + 3, '/') : whole;
        (void)snprintf(ret_path, VALUE, "%s", path ? path : "/");
}

static void provider_chain(struct bench *bench, struct wire *wire, size_t i, int64_t *ret_exchange)
{
        char path[VALUE], code[VALUE], body[BODY];
        int64_t began;

        (void)bench;
        (void)i;
        follow(wire, "GET",
               "/auth?client_id=bench&response_type=code&scope=openid&prompt=consent"
               "&redirect_uri=https%3A%2F%2Fmyapp.com%2Fcallback");
        location_find(wire, path);
        follow(wire, "POST", path);
        location_find(wire, path);
        follow(wire, "GET", path);
        must_find(wire, "/callback?code=", '&', code);
        (void)snprintf(body, sizeof(body),
                       "grant_type=authorization_code&client_id=bench&client_secret=0123456789"
                       "&redirect_uri=https%%3A%%2F%%2Fmyapp.com%%2Fcallback&code=%s",
                       code);
        began = now_ns();
        (void)wire_ask(wire, &(struct wire_request){.method = "POST",
                                                    .path = "/token",
                                                    .type = "application/x-www-form-urlencoded",
                                                    .body = body});
        must_be(wire, 200, "/token");
        *ret_exchange = now_ns() - began;
}

/* --- all of them --- */

static void *connection_run(void *context)
{
        struct bench *bench = context;
        struct wire *wire = malloc(sizeof(*wire));
        size_t i;

        if (!wire)
                exit(1);
        wire_open(wire, bench->port);
        while ((i = atomic_fetch_add(&bench->next, 1)) < bench->n) {
                int64_t began = now_ns();

                bench->chain(bench, wire, i, &bench->times[i].exchange);
                bench->times[i].chain = now_ns() - began;
        }
        wire_close(wire);
        free(wire);
        return NULL;
}

static double connections_run(struct bench *bench, size_t n)
{
        pthread_t *threads = calloc(n, sizeof(*threads));
        int64_t began = now_ns();

        for (size_t i = 0; i < n; i++)
                if (!threads || pthread_create(&threads[i], NULL, connection_run, bench) != 0)
                        exit(1);
        for (size_t i = 0; i < n; i++)
                (void)pthread_join(threads[i], NULL);
        free(threads);
        return (double)(now_ns() - began) / 1e9;
}

static int compare(const void *a, const void *b)
{
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

/* Of one of the two members. */
static void percentiles_print(const struct bench *bench, size_t member)
{
        int64_t *all = calloc(bench->n, sizeof(*all));

        if (!all)
                exit(1);
        for (size_t i = 0; i < bench->n; i++)
                memcpy(&all[i], (const char *)&bench->times[i] + member, sizeof(*all));
        qsort(all, bench->n, sizeof(*all), compare);
        (void)printf(" %.3f %.3f", (double)all[bench->n / 2] / 1e6,
                     (double)all[bench->n * 99 / 100] / 1e6);
        free(all);
}

static void people_read(struct bench *bench, const char *path)
{
        FILE *file = fopen(path, "re");
        struct person *person;

        bench->people = calloc(PEOPLE_MOST, sizeof(*bench->people));
        while (file && bench->people && bench->n_people < PEOPLE_MOST) {
                person = &bench->people[bench->n_people];
                if (fscanf(file, "%511s %511s %511s", person->token, person->client_id,
                           person->secret) != 3)
                        break;
                bench->n_people++;
        }
        if (file)
                (void)fclose(file);
        if (!bench->n_people) {
                (void)fprintf(stderr, "%s: no people\n", path);
                exit(1);
        }
}

int main(int argc, char **argv)
{
        bool is_grantd = argc >= 6 && strcmp(argv[1], "grantd") == 0;
        struct bench bench = {.chain = is_grantd ? grantd_chain : provider_chain};
        double seconds;

        if (!is_grantd && (argc != 5 || strcmp(argv[1], "provider") != 0)) {
                (void)fprintf(stderr, "usage: chain grantd PORT CONNECTIONS N FILE [PASSPHRASE] | "
                                      "chain provider PORT CONNECTIONS N\n");
                return 2;
        }
        bench.port = (uint16_t)strtoul(argv[2], NULL, 10);
        bench.n = strtoul(argv[4], NULL, 10);
        bench.times = calloc(bench.n, sizeof(*bench.times));
        if (!bench.times)
                return 1;
        if (is_grantd)
                people_read(&bench, argv[5]);
        bench.passphrase = is_grantd && argc > 6 ? argv[6] : NULL;
        seconds = connections_run(&bench, strtoul(argv[3], NULL, 10));
        (void)printf("%.1f", (double)bench.n / seconds);
        percentiles_print(&bench, offsetof(struct times, chain));
        percentiles_print(&bench, offsetof(struct times, exchange));
        (void)printf("\n");
        free(bench.times);
        free(bench.people);
        return 0;
}
