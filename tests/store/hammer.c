/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes of the hammer. A process is forked and never returns; it does not fail a test
 * itself.
 */
#include "hammer.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crash_disk.h"
#include "fixture.h"
#include "hammer_state.h"
#include "store/sql.h"

enum {
        THREADS = 2, /* of a process */
        ROWS_FEW = 4,
        ROWS_SOME = 60,
        ROWS_MANY = 560,
        PAGES = 520,  /* that are stamped, some more than the cache's 2 MB */
        VALUE = 3900, /* bytes, at most */
        ROLLED_BACK_ONE_IN = 3,
        FULL_EVERY = 3000, /* writes */
        FULL_FOR = 8,
        PAUSE_US = 4000, /* at most, between two transactions, so that others get a turn */
        LONG_PAUSE_US = 80000,
};

/* A page for each row. */
bool hammer_prepare(const char *path)
{
        char text[512];
        sqlite3 *database = NULL;
        int code;

        (void)snprintf(
                text, sizeof(text),
                "CREATE TABLE stamped (no INTEGER PRIMARY KEY, version INTEGER, filling BLOB);"
                "INSERT INTO stamped WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                "SELECT i + 1 FROM n WHERE i < %d) SELECT i, 0, zeroblob(3000) FROM n",
                PAGES);
        code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
        if (code == SQLITE_OK)
                code = sqlite3_exec(database, text, NULL, NULL, NULL);
        sqlite3_close(database);
        return code == SQLITE_OK;
}

struct hammer *hammer_new(const char *url)
{
        struct hammer *hammer = mmap(NULL, sizeof(*hammer), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (hammer == MAP_FAILED)
                return NULL;
        (void)snprintf(hammer->url, sizeof(hammer->url), "%s", url);
        return hammer;
}

void hammer_free(struct hammer *hammer)
{
        if (hammer)
                (void)munmap(hammer, sizeof(*hammer));
}

void hammer_stop(struct hammer *hammer)
{
        atomic_store(&hammer->stops, true);
}

/* --- a transaction, by its seed --- */

uint64_t hammer_n_rows(uint64_t seed)
{
        static const uint64_t most[] = {ROWS_FEW,  ROWS_FEW,  ROWS_FEW,  ROWS_FEW,
                                        ROWS_SOME, ROWS_SOME, ROWS_SOME, ROWS_MANY};
        uint64_t n = most[seed_next(&seed) % ARRAY_SIZE(most)];

        return n - seed_next(&seed) % (n / 2);
}

static bool is_rolled_back(uint64_t seed)
{
        return (seed >> 32) % ROLLED_BACK_ONE_IN == 0;
}

bool hammer_is_stamping(uint64_t seed)
{
        return (seed >> 16) % 3 == 0;
}

struct slice hammer_value(struct arena *arena, uint64_t seed, uint64_t row)
{
        uint64_t state = seed + row * 7919, size = VALUE - seed_next(&state) % (VALUE / 2);
        uint8_t *bytes = arena_array(arena, size, uint8_t);

        for (uint64_t i = 0; i < size; i++)
                bytes[i] = (uint8_t)seed_next(&state);
        return slice_new(bytes, size);
}

struct hammer_call {
        struct asked *asked;
        uint32_t place;
};

static enum err rows_insert(struct sql *sql, const struct hammer_call *call)
{
        uint64_t seed = call->asked->seed, n = hammer_n_rows(seed);
        char name[64];

        for (uint64_t i = 0; i < n; i++) {
                (void)snprintf(name, sizeof(name), "hammer %u %u", call->place, (unsigned)i);
                TRY(SQL_RUN(sql, META_PUT, NULL,
                            sql_text(arena_copy(sql->arena, slice_from_string(name))),
                            sql_blob(hammer_value(sql->arena, seed, i))));
        }
        return ERR_OK;
}

static enum err pages_stamp(struct sql *sql, int64_t version)
{
        char text[64];

        (void)snprintf(text, sizeof(text), "UPDATE stamped SET version = %lld", (long long)version);
        return sql->driver->script(sql->connection, text);
}

/* Besides its own rows it changes what all change: a counter, and a trail that is trimmed. */
static enum err hammer_body(struct sql *sql, const void *in, void *ret)
{
        const struct hammer_call *call = in;
        uint64_t seed = call->asked->seed;
        struct sql_rows rows = {0};
        int64_t version;

        (void)ret;
        TRY(sql_run(sql, STATEMENT_REVOCATION_NEXT, NULL, 0, &rows));
        version = sql_get_integer(&rows, 0, 0);
        atomic_store(&call->asked->version, version);
        if (hammer_is_stamping(seed))
                TRY(pages_stamp(sql, version));
        else
                TRY(rows_insert(sql, call));
        if (seed % 4 == 0)
                TRY(sql_audit_entry(sql, &audit));
        if (seed % 32 == 0)
                TRY(SQL_RUN(sql, CLEAN_AUDIT, NULL, sql_instant(after(1)), sql_integer(100)));
        return is_rolled_back(seed) ? ERR_INTERNAL : ERR_OK;
}

/* --- a full disk --- */

typedef ssize_t write_call(int descriptor, const void *bytes, size_t size, off_t at);
static write_call *real_write;
static _Atomic uint64_t n_writes;

/* The first write to the full disk still writes half of its bytes. */
static ssize_t full_write(int descriptor, const void *bytes, size_t size, off_t at)
{
        uint64_t phase = atomic_fetch_add(&n_writes, 1) % FULL_EVERY;

        if (phase < FULL_EVERY - FULL_FOR)
                return real_write(descriptor, bytes, size, at);
        if (phase == FULL_EVERY - FULL_FOR && size > 1)
                return real_write(descriptor, bytes, size / 2, at);
        errno = ENOSPC;
        return -1;
}

static void disk_is_full_at_times(uint64_t seed)
{
        static const char *const names[] = {"pwrite64", "pwrite"};
        sqlite3_vfs *vfs = sqlite3_vfs_find("unix");

        atomic_store(&n_writes, seed % FULL_EVERY);
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                sqlite3_syscall_ptr call = vfs->xGetSystemCall(vfs, names[i]);

                if (!call)
                        continue;
                real_write = (write_call *)call;
                (void)vfs->xSetSystemCall(vfs, names[i], (sqlite3_syscall_ptr)full_write);
        }
}

/* --- a process --- */

/* A process writes through a store, whose batches repeat what fails. A quarter of them use the
 * driver directly, where a rollback is the last action of the connection before others write. */
struct writer {
        struct store *store; /* NULL: the driver's connection */
        struct sql_connection *connection;
};

struct worker {
        struct hammer *hammer;
        struct writer writer;
        uint64_t seed;
        pthread_t thread;
};

/* As the writer of a store does it with one operation. */
static enum err driver_write(struct sql_connection *connection, struct arena *arena,
                             struct hammer_call *call)
{
        struct sql sql = {.driver = &sqlite_driver, .connection = connection, .arena = arena};
        enum sql_commit result = SQL_NOT_COMMITTED;

        TRY(sqlite_driver.begin(connection));
        if (hammer_body(&sql, call, NULL) == ERR_OK && sqlite_driver.is_in_transaction(connection))
                result = sqlite_driver.commit(connection);
        else
                sqlite_driver.roll_back(connection);
        if (result == SQL_COMMIT_UNKNOWN)
                return ERR_COMMIT_UNKNOWN;
        return result == SQL_COMMITTED ? ERR_OK : ERR_STORE_UNAVAILABLE;
}

static enum err writer_write(const struct writer *writer, struct arena *arena,
                             struct hammer_call *call)
{
        if (writer->store)
                return sql_write(&(struct sql_work){
                        .op = OP_ON(writer->store, arena), .body = hammer_body, .in = call});
        return driver_write(writer->connection, arena, call);
}

static enum outcome outcome_of(enum err error, uint64_t seed)
{
        if (error == ERR_COMMIT_UNKNOWN)
                return OUTCOME_ASKED;
        if (error == ERR_OK)
                return OUTCOME_DONE;
        return is_rolled_back(seed) ? OUTCOME_ROLLED_BACK : OUTCOME_REFUSED;
}

/* Return: whether to go on; false if no slots are left, or the outcome of a commit is unknown. */
static bool worker_step(struct worker *worker, struct arena *arena)
{
        struct hammer *hammer = worker->hammer;
        struct hammer_call call = {.place = atomic_fetch_add(&hammer->n_places, 1)};
        enum err error;

        if (call.place >= PLACES)
                return false;
        call.asked = &hammer->places[call.place];
        call.asked->seed = seed_next(&worker->seed);
        atomic_store(&call.asked->outcome, OUTCOME_ASKED);
        error = writer_write(&worker->writer, arena, &call);
        atomic_store(&call.asked->outcome, outcome_of(error, call.asked->seed));
        return error != ERR_COMMIT_UNKNOWN &&
               (!worker->writer.store || store_is_sound(worker->writer.store));
}

static void worker_pause(uint64_t *seed)
{
        bool is_long = seed_next(seed) % 8 == 0;

        (void)usleep((useconds_t)(seed_next(seed) % (is_long ? LONG_PAUSE_US : PAUSE_US)));
}

static void *worker_main(void *argument)
{
        struct worker *worker = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(64 << 20);

        while (!atomic_load(&worker->hammer->stops) && worker_step(worker, &arena)) {
                arena_reset(&arena);
                worker_pause(&worker->seed);
        }
        return NULL;
}

static void workers_run(struct hammer *hammer, struct writer writer, uint64_t seed, size_t n)
{
        struct worker workers[THREADS];

        for (size_t i = 0; i < n; i++) {
                workers[i] = (struct worker){
                        .hammer = hammer, .writer = writer, .seed = seed_next(&seed)};
                if (pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]) != 0)
                        _exit(2);
        }
        for (size_t i = 0; i < n; i++)
                (void)pthread_join(workers[i].thread, NULL);
}

/* Return: the exit status; 1: the database could not be opened, as on a full disk. */
static int process_main(struct hammer *hammer, uint64_t seed)
{
        struct writer writer = {0};
        struct store_location location;
        bool has_store = seed_next(&seed) % 4 != 0;

        disk_is_full_at_times(seed_next(&seed));
        if (store_locate(slice_from_string(hammer->url), &location) != ERR_OK)
                return 1;
        if ((has_store ? store_open(&location, &writer.store)
                       : sqlite_driver.open(&location, false, &writer.connection)) != ERR_OK)
                return 1;
        workers_run(hammer, writer, seed, has_store ? THREADS : 1);
        store_close(writer.store);
        sqlite_driver.close(writer.connection);
        return 0;
}

pid_t hammer_start(struct hammer *hammer, uint64_t seed)
{
        pid_t pid = fork();

        if (pid == 0)
                _exit(process_main(hammer, seed));
        return pid;
}
