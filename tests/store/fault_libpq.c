/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of libpq by their own names: the linker finds these first, and they find libpq's.
 */
#include "fault_libpq.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"

enum { CALLS = 1000, ANSWERED = 200000 /* microseconds */ };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct {
        struct libpq_fault fault;
        unsigned n_calls, n_faults;
        const char *calls[CALLS]; /* by what functions, the first ones */
        const char *function;     /* in which the fault occurred */
        bool holds, is_held;
} state; /* under the lock */

/* --- the interface --- */

void libpq_fault_set(struct libpq_fault fault)
{
        pthread_mutex_lock(&lock);
        memset(&state, 0, sizeof(state));
        state.fault = fault;
        state.holds = fault.kind == LIBPQ_STOPS;
        pthread_mutex_unlock(&lock);
}

bool libpq_fault_clear(void)
{
        bool occurred;

        pthread_mutex_lock(&lock);
        occurred = state.n_faults >= (state.fault.again ? 2 : 1);
        state.fault.at = 0;
        pthread_mutex_unlock(&lock);
        return occurred;
}

unsigned libpq_n_faults(void)
{
        unsigned n;

        pthread_mutex_lock(&lock);
        n = state.n_faults;
        pthread_mutex_unlock(&lock);
        return n;
}

unsigned libpq_n_calls(void)
{
        unsigned n;

        pthread_mutex_lock(&lock);
        n = state.n_calls;
        pthread_mutex_unlock(&lock);
        return n;
}

unsigned libpq_last_call(const char *function)
{
        unsigned n;

        pthread_mutex_lock(&lock);
        n = state.n_calls < CALLS ? state.n_calls : 0;
        while (n && strcmp(state.calls[n], function) != 0)
                n--;
        pthread_mutex_unlock(&lock);
        return n;
}

void libpq_wait_stopped(void)
{
        pthread_mutex_lock(&lock);
        while (!state.is_held)
                pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
}

void libpq_release(void)
{
        pthread_mutex_lock(&lock);
        state.holds = false;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
}

/* --- faults --- */

static bool is_statement(const char *function)
{
        return strncmp(function, "PQsend", 6) == 0;
}

static bool fits(const char *function)
{
        enum libpq_fault_kind kind = state.fault.kind;
        bool is_connect = strcmp(function, "PQconnectdbParams") == 0;

        if (kind == LIBPQ_FAILS || kind == LIBPQ_ENDS)
                return is_statement(function);
        if (kind == LIBPQ_REFUSES) /* a result is never refused */
                return strcmp(function, "PQgetResult") != 0;
        return !is_connect;
}

static bool is_at_fault(const char *function)
{
        const struct libpq_fault *fault = &state.fault;

        if (!fault->at || (fault->most && state.n_faults == fault->most))
                return false;
        if (state.n_calls == fault->at && fits(function)) {
                state.function = function;
                return true;
        }
        if (fault->again && state.n_faults == 1 && state.n_calls == fault->at + fault->again)
                return true;
        return fault->lasts && state.function && strcmp(function, state.function) == 0;
}

/* Counts the call. Return: what happens to it; LIBPQ_KINDS: nothing. `ret` is a statement that
 * fails. */
static enum libpq_fault_kind kind_now(const char *function, char (*ret)[100])
{
        enum libpq_fault_kind kind = LIBPQ_KINDS;

        pthread_mutex_lock(&lock);
        state.n_calls++;
        if (state.n_calls < CALLS)
                state.calls[state.n_calls] = function;
        if (is_at_fault(function)) {
                kind = state.n_faults && state.fault.again ? LIBPQ_CUTS_BEFORE : state.fault.kind;
                state.n_faults++;
                if (kind == LIBPQ_ENDS)
                        (void)snprintf(*ret, sizeof(*ret),
                                       "SELECT pg_terminate_backend(pg_backend_pid())");
                if (kind == LIBPQ_FAILS)
                        (void)snprintf(*ret, sizeof(*ret),
                                       "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '%s'; END $$",
                                       state.fault.state);
        }
        pthread_mutex_unlock(&lock);
        return kind;
}

/* The server still gets what was sent, and we get nothing more: in place of the connection there is
 * one that the other side has closed. */
static void cut(PGconn *connection)
{
        int ends[2];

        (void)PQflush(connection);
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
                return;
        (void)dup2(ends[0], PQsocket(connection));
        (void)close(ends[0]);
        (void)close(ends[1]);
}

/* The server gets all up to here, and then nothing more. */
static void stop(PGconn *connection)
{
        (void)PQflush(connection);
        pthread_mutex_lock(&lock);
        state.is_held = true;
        pthread_cond_broadcast(&changed);
        while (state.holds)
                pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
}

static void before(enum libpq_fault_kind kind, PGconn *connection)
{
        if (kind == LIBPQ_CUTS_BEFORE)
                cut(connection);
        if (kind == LIBPQ_STOPS)
                stop(connection);
}

/* Return: as the call. */
static int after(enum libpq_fault_kind kind, PGconn *connection, int result)
{
        if (kind == LIBPQ_CUTS_LATE) {
                (void)PQflush(connection);
                (void)usleep(ANSWERED);
        }
        if (kind == LIBPQ_CUTS_AFTER || kind == LIBPQ_CUTS_LATE)
                cut(connection);
        return result;
}

static bool is_replaced(enum libpq_fault_kind kind)
{
        return kind == LIBPQ_FAILS || kind == LIBPQ_ENDS;
}

/* --- libpq --- */

#define REAL(function)                                                                             \
        __typeof__(function) *real = (__typeof__(function) *)dlsym(RTLD_NEXT, #function)

/* A call whose result is 0 if it fails. What stands for it sends a statement that fails. */
#define CALL(function, connection, instead, ...)                                                   \
        do {                                                                                       \
                REAL(function);                                                                    \
                char statement[100];                                                               \
                enum libpq_fault_kind kind = kind_now(#function, &statement);                      \
                                                                                                   \
                if (kind == LIBPQ_REFUSES)                                                         \
                        return 0;                                                                  \
                before(kind, connection);                                                          \
                if (is_replaced(kind))                                                             \
                        return instead(connection, statement);                                     \
                return after(kind, connection, real(__VA_ARGS__));                                 \
        } while (0)

/* Works in a pipeline, too. */
static int replaced(PGconn *connection, const char *statement)
{
        __typeof__(PQsendQueryParams) *real =
                (__typeof__(PQsendQueryParams) *)dlsym(RTLD_NEXT, "PQsendQueryParams");

        return real(connection, statement, 0, NULL, NULL, NULL, NULL, 1);
}

PGconn *PQconnectdbParams(const char *const *keywords, const char *const *values, int expand_dbname)
{
        REAL(PQconnectdbParams);
        char statement[100];

        if (kind_now("PQconnectdbParams", &statement) == LIBPQ_REFUSES)
                return real((const char *const[]){"host", NULL},
                            (const char *const[]){"/nowhere", NULL}, 0);
        return real(keywords, values, expand_dbname);
}

int PQsendQuery(PGconn *conn, const char *query)
{
        CALL(PQsendQuery, conn, replaced, conn, query);
}

int PQsendPrepare(PGconn *conn, const char *name, const char *query, int n, const Oid *types)
{
        CALL(PQsendPrepare, conn, replaced, conn, name, query, n, types);
}

int PQsendQueryParams(PGconn *conn, const char *command, int n, const Oid *types,
                      const char *const *values, const int *sizes, const int *formats,
                      int result_format)
{
        CALL(PQsendQueryParams, conn, replaced, conn, command, n, types, values, sizes, formats,
             result_format);
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
                        const int *sizes, const int *formats, int result_format)
{
        CALL(PQsendQueryPrepared, conn, replaced, conn, name, n, values, sizes, formats,
             result_format);
}

int PQenterPipelineMode(PGconn *conn)
{
        CALL(PQenterPipelineMode, conn, replaced, conn);
}

int PQpipelineSync(PGconn *conn)
{
        CALL(PQpipelineSync, conn, replaced, conn);
}

int PQexitPipelineMode(PGconn *conn)
{
        CALL(PQexitPipelineMode, conn, replaced, conn);
}

PGresult *PQgetResult(PGconn *conn)
{
        REAL(PQgetResult);
        char statement[100];
        enum libpq_fault_kind kind = kind_now("PQgetResult", &statement);
        PGresult *result;

        before(kind, conn);
        result = real(conn);
        (void)after(kind, conn, 1);
        return result;
}
