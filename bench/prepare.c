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
        must(account_create(
                &op,
                &(struct registration){.email = SLICE("bench@example.com"),
                                       .password = secret_copy(arena, SLICE("0123456789")),
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

/* Each JWT differs by its jti. */
static struct slice request_text(struct preparation *p, struct arena *arena, size_t i,
                                 uint16_t port)
{
        struct clock_port clock = p->node.ports.clock;
        char client_id[UUID_TEXT_SIZE + 1] = "", jti[32], head[256], body[LIMIT_REQUEST];
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(UUID_TEXT_SIZE);
        struct buf whole CLEANUP(buf_deinit) = BUF_INIT(LIMIT_REQUEST);
        struct client_secret_claims claims = {.exp = instant_seconds(clock.now(clock.context)) +
                                                     JWT_LIFETIME - 1};
        struct slice jwt, code = secret_reveal(p->codes[i]);
        int size;

        uuid_encode(&text, &p->client.client_id);
        memcpy(client_id, text.data, UUID_TEXT_SIZE);
        (void)snprintf(jti, sizeof(jti), "%zu", i);
        claims.client_id = slice_from_string(client_id);
        claims.jti = slice_from_string(jti);
        jwt = secret_reveal(client_secret_sign(arena, p->secret, &claims));
        size = snprintf(body, sizeof(body),
                        "{\"client_id\":\"%s\",\"client_secret\":\"%.*s\",\"redirect_uri\":"
                        "\"https://myapp.com/callback\",\"code\":\"%.*s\"}",
                        client_id, (int)jwt.size, (const char *)jwt.data, (int)code.size,
                        (const char *)code.data);
        (void)snprintf(head, sizeof(head),
                       "POST /api/v0/oauth2/token HTTP/1.1\r\nHost: localhost:%u\r\n"
                       "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
                       port, size);
        buf_put_string(&whole, head);
        buf_put_string(&whole, body);
        return arena_copy(arena, buf_slice(&whole));
}

struct slice *prepare_requests(struct arena *arena, size_t n, uint16_t port)
{
        static const char *const flags[] = {STORE,
                                            KEY,
                                            "code.lifetime=600",
                                            "log.level=error",
                                            "limits.requests_per_account=0",
                                            "limits.requests_per_client=0"};
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
                requests[i] = request_text(&p, arena, i, port);
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
