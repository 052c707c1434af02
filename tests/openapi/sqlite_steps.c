/* SPDX-License-Identifier: Apache-2.0
 *
 * Loaded before SQLite: counts the steps of its virtual machine, by statement, in the file that
 * $SQLITE_STEPS names. What a statement costs is the same on any machine: a row that is looked at
 * takes several steps, however it is found.
 *
 * Only the pools of workers, which handle requests, start threads with attributes; what the others
 * do from time to time is not counted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sqlite3.h>

enum { SIZE = 4096, ENTRIES = 1024 };

/* Of SIZE bytes; the text is cut, and filled with zeros. */
static struct entry {
        int64_t steps;
        char text[SIZE - sizeof(int64_t)];
} * entries;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int is_worker;
static int (*step)(sqlite3_stmt *);
static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

/* Before the program shuts itself into its sandbox. */
__attribute__((constructor)) static void begin(void)
{
        int file = open(getenv("SQLITE_STEPS"), O_RDWR);

        if (file < 0 || ftruncate(file, (off_t)SIZE * ENTRIES) != 0)
                abort();
        entries = mmap(NULL, (size_t)SIZE * ENTRIES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        *(void **)&step = dlsym(RTLD_NEXT, "sqlite3_step");
        *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
        if (entries == MAP_FAILED || !step || !create)
                abort();
        close(file);
}

/* --- workers --- */

struct thread {
        void *(*main)(void *);
        void *context;
};

static void *worker_main(void *context)
{
        struct thread thread = *(struct thread *)context;

        free(context);
        is_worker = 1;
        return thread.main(thread.context);
}

int pthread_create(pthread_t *ret, const pthread_attr_t *attributes, void *(*main)(void *),
                   void *context)
{
        struct thread *thread = attributes ? malloc(sizeof(*thread)) : NULL;

        if (!thread)
                return create(ret, attributes, main, context);
        *thread = (struct thread){main, context};
        return create(ret, attributes, worker_main, thread);
}

/* --- statements --- */

static void count(const char *text, int steps)
{
        struct entry *entry = entries;

        pthread_mutex_lock(&lock);
        while (entry->text[0] && strncmp(entry->text, text, sizeof(entry->text) - 1) != 0)
                if (++entry == entries + ENTRIES)
                        abort();
        if (!entry->text[0])
                memcpy(entry->text, text, strnlen(text, sizeof(entry->text) - 1));
        entry->steps += steps;
        pthread_mutex_unlock(&lock);
}

int sqlite3_step(sqlite3_stmt *statement)
{
        const char *text = sqlite3_sql(statement); /* SQLite's own have none */
        int code = step(statement);
        int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);

        if (is_worker)
                count(text ? text : "a schema", steps);
        return code;
}
