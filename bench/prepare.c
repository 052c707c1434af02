/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating codes in large numbers.
 */
#include "prepare.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/client_secret.h"
#include "core/ids.h"
#include "core/people/account.h"
#include "core/projects/project.h"
#include "core/token/code.h"
#include "node/node.h"
#include "process.h"

/* More would push each other out: an account may have 20 requests pending with a client. */
enum { THREADS = 16, JWT_LIFETIME = 1500, LIMIT_REQUEST = 4096 };

#define STORE        "store.url=sqlite:bench.db"
#define KEY          "keys.master=bench.key"
#define REDIRECT_URI SLICE("https://myapp.com/callback")

struct preparation {
        struct node node;
        struct caller caller;
        struct account account;
        struct client client;
        struct secret secret;
        struct project project;
        struct secret *codes;
        size_t n;
};

/* One thread's codes: every THREADS-th. */
struct share {
        const struct preparation *preparation;
        size_t first;
        struct arena arena; /* of the codes */
        pthread_t thread;
};

static void must(enum err error)
{
        if (error == ERR_OK)
                return;
        (void)fprintf(stderr, "%s\n", error_info(error)->name);
        exit(1);
}

static void people_make(struct preparation *p, struct arena *arena)
{
        struct op op = op_begin(&p->node.ports, arena);
        struct slice uri = REDIRECT_URI;

        op.caller = p->caller;
        must(account_create(&op,
                            &(struct registration){
                                    .email = SLICE("bench@example.com"),
                                    .password = secret_copy(arena, SLICE("a long enough password")),
                                    .full_name = SLICE("Bench")},
                            &p->account));
        op.account_id = p->account.id;
        must(client_create(&op,
                           &(struct client_form){
                                   .name = SLICE("Bench"),
                                   .redirect_uris = {.items = &uri, .n = 1},
                                   .secret_max_lifetime = JWT_LIFETIME,
                           },
                           &p->client, &p->secret));
        must(project_choose(&op, NULL, &p->project));
}

/* Creates and approves a request, as the core would. */
static void code_prepare(const struct preparation *p, struct arena *arena, struct secret *ret_code)
{
        const struct ports *ports = &p->node.ports;
        struct op op = op_begin(ports, arena);
        struct instant now = op.now;
        struct request request = {
                .id = uuid_ordered(&ports->entropy, now),
                .account_id = p->account.id,
                .client_row = p->client.id,
                .redirect_uri = REDIRECT_URI,
                .scope = SLICE("read list"),
                .created_at = now,
                .expires_at = instant_add_seconds(now, ports->policy->consent_lifetime),
        };

        must(store_request_insert(&op, &request, NULL, &request.no));
        *ret_code = code_make(&ports->entropy, arena, request.no);
        request.status = REQUEST_APPROVED;
        request.decided_at = now;
        request.authorization.project_id = p->project.id;
        request.authorization.scope = request.scope;
        request.authorization.lifetime = ports->policy->grant_default_lifetime;
        request.code.digest = token_digest(secret_reveal(*ret_code));
        request.code.expires_at = instant_add_seconds(now, ports->policy->code_lifetime);
        must(store_request_decide(&op, &request, NULL));
}

static void *codes_prepare(void *context)
{
        struct share *share = context;
        const struct preparation *p = share->preparation;

        for (size_t i = share->first; i < p->n; i += THREADS)
                code_prepare(p, &share->arena, &p->codes[i]);
        return NULL;
}

/* The codes live in the shares' arenas. */
static void threads_run(const struct preparation *p, struct share shares[THREADS])
{
        for (size_t i = 0; i < THREADS; i++) {
                shares[i] =
                        (struct share){.preparation = p, .first = i, .arena = ARENA_INIT(1 << 28)};
                if (pthread_create(&shares[i].thread, NULL, codes_prepare, &shares[i]) != 0)
                        exit(1);
        }
        for (size_t i = 0; i < THREADS; i++)
                (void)pthread_join(shares[i].thread, NULL);
}

/* grantd's own request, and the same as any OAuth library sends it. */
static const struct {
        const char *path, *type;
        const char *start, *jwt, *code, *end; /* what stands before each value, and at the end */
} wordings[] = {
        [PREPARED_JSON] = {.path = "/api/v0/oauth2/token",
                           .type = "application/json",
                           .start = "{\"client_id\":\"",
                           .jwt = "\",\"client_secret\":\"",
                           .code = "\",\"redirect_uri\":\"https://myapp.com/callback\",\"code\":\"",
                           .end = "\"}"},
        [PREPARED_FORM] = {.path = "/oauth2/token",
                           .type = "application/x-www-form-urlencoded",
                           .start = "grant_type=authorization_code&client_id=",
                           .jwt = "&client_secret=",
                           .code = "&redirect_uri=https%3A%2F%2Fmyapp.com%2Fcallback&code=",
                           .end = ""},
};

/* Each JWT differs by its jti. */
static struct secret jwt_make(struct preparation *p, struct arena *arena, size_t i,
                              struct slice client_id)
{
        struct clock_port clock = p->node.ports.clock;
        struct client_secret_claims claims = {
                .client_id = client_id,
                .exp = instant_seconds(clock.now(clock.context)) + JWT_LIFETIME - 1,
        };
        char jti[32];

        (void)snprintf(jti, sizeof(jti), "%zu", i);
        claims.jti = slice_from_string(jti);
        return client_secret_sign(arena, p->secret, &claims);
}

static struct slice request_text(struct preparation *p, struct arena *arena, size_t i,
                                 const struct prepared_kind *kind)
{
        struct buf client_id CLEANUP(buf_deinit) = BUF_INIT(UUID_TEXT_SIZE);
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(LIMIT_REQUEST);
        struct buf whole CLEANUP(buf_deinit) = BUF_INIT(LIMIT_REQUEST);
        char head[256];

        uuid_encode(&client_id, &p->client.client_id);
        buf_put_string(&body, wordings[kind->wording].start);
        buf_put(&body, buf_slice(&client_id));
        buf_put_string(&body, wordings[kind->wording].jwt);
        buf_put(&body, secret_reveal(jwt_make(p, arena, i, buf_slice(&client_id))));
        buf_put_string(&body, wordings[kind->wording].code);
        buf_put(&body, secret_reveal(p->codes[i]));
        buf_put_string(&body, wordings[kind->wording].end);
        (void)snprintf(head, sizeof(head),
                       "POST %s HTTP/1.1\r\nHost: localhost:%u\r\n"
                       "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                       wordings[kind->wording].path, kind->port, wordings[kind->wording].type,
                       body.size);
        buf_put_string(&whole, head);
        buf_put(&whole, buf_slice(&body));
        return arena_copy(arena, buf_slice(&whole));
}

struct slice *prepare_requests(struct arena *arena, size_t n, uint16_t port)
{
        return prepare_kinds(arena, n, &(struct prepared_kind){PREPARED_JSON, port}, 1);
}

struct slice *prepare_kinds(struct arena *arena, size_t n, const struct prepared_kind *kinds,
                            size_t n_kinds)
{
        static const char *const flags[] = {STORE,
                                            KEY,
                                            "code.lifetime=600",
                                            "log.level=error",
                                            "projects.self_made=true",
                                            "limits.requests_per_account=0",
                                            "limits.requests_per_client=0",
                                            "limits.authorizations_per_client=1000000"};
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct preparation p = {
                .caller = {.request_id = SLICE("bench"), .address = SLICE("127.0.0.1")},
                .codes = arena_array(arena, n, struct secret),
                .n = n};
        struct slice *requests = arena_array(arena, n, struct slice);
        struct share shares[THREADS];
        struct config config;

        must(config_of_flags(arena, flags, ARRAY_SIZE(flags), &config, &problems));
        must(node_open(&p.node, &config, true));
        people_make(&p, arena);
        threads_run(&p, shares);
        for (size_t i = 0; i < n; i++)
                requests[i] = request_text(&p, arena, i, &kinds[i * n_kinds / n]);
        for (size_t i = 0; i < THREADS; i++)
                arena_deinit(&shares[i].arena);
        node_close(&p.node);
        return requests;
}

pid_t prepared_server_start(char *grantd, uint16_t port, const char *flag)
{
        char listen[64], more[128];
        char *argv[] = {grantd,
                        (char[]){"serve"},
                        listen,
                        (char[]){"--" STORE},
                        (char[]){"--" KEY},
                        flag ? more : NULL,
                        NULL};

        (void)snprintf(more, sizeof(more), "%s", flag ? flag : "");
        (void)snprintf(listen, sizeof(listen), "--http.listen=127.0.0.1:%u", port);
        return process_start(argv);
}

void prepared_folder_enter(char ret_folder[PREPARED_FOLDER_SIZE])
{
        (void)snprintf(ret_folder, PREPARED_FOLDER_SIZE, "bench-data-XXXXXX");
        if (mkdtemp(ret_folder) && chdir(ret_folder) == 0)
                return;
        perror(ret_folder);
        exit(1);
}

void prepared_folder_remove(const char *folder)
{
        static const char *const names[] = {"bench.db",     "bench.db-wal",     "bench.db-shm",
                                            "bench.key",    "bench.db-reserve", "floor.db",
                                            "floor.db-wal", "floor.db-shm",     "log"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                (void)unlink(names[i]);
        if (chdir("..") != 0 || rmdir(folder) != 0)
                perror(folder);
}

int prepared_main(int argc, char **argv, int (*measure)(char *grantd))
{
        char *grantd = argc == 2 ? realpath(argv[1], NULL) : NULL;
        char folder[PREPARED_FOLDER_SIZE];
        int status;

        if (!grantd) {
                (void)fprintf(stderr, "usage: %s PATH-OF-GRANTD\n", argv[0]);
                return 1;
        }
        prepared_folder_enter(folder);
        status = measure(grantd);
        prepared_folder_remove(folder);
        free(grantd);
        return status;
}
