/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge of the hammer compares the file with the recorded requests and outcomes. It reads the
 * file directly with SQLite.
 */
#include <sqlite3.h>

#include "fixture.h"
#include "hammer.h"
#include "hammer_state.h"

struct judgement {
        const struct hammer *hammer;
        uint32_t *n_rows; /* of each place, found and right */
        char *why;
        size_t size;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct judgement *judgement,
                                                        const char *format, ...)
{
        va_list arguments;

        va_start(arguments, format);
        (void)vsnprintf(judgement->why, judgement->size, format, arguments);
        va_end(arguments);
        return false;
}

static bool integrity_judge(struct judgement *judgement, sqlite3 *database)
{
        sqlite3_stmt *statement = NULL;
        bool is_sound = sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement,
                                           NULL) == SQLITE_OK &&
                        sqlite3_step(statement) == SQLITE_ROW &&
                        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;

        if (!is_sound)
                (void)wrong(judgement, "integrity_check: %s",
                            statement && sqlite3_column_text(statement, 0)
                                    ? (const char *)sqlite3_column_text(statement, 0)
                                    : sqlite3_errmsg(database));
        sqlite3_finalize(statement);
        return is_sound;
}

static bool row_judge(struct judgement *judgement, sqlite3_stmt *statement, struct arena *arena)
{
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        struct slice value = slice_new(sqlite3_column_blob(statement, 1),
                                       (size_t)sqlite3_column_bytes(statement, 1));
        unsigned place, row;

        if (sscanf(name, "hammer %u %u", &place, &row) != 2 || place >= PLACES)
                return wrong(judgement, "a row that nobody wrote: %.40s", name);
        if (!slice_equal(value, hammer_value(arena, judgement->hammer->places[place].seed, row)))
                return wrong(judgement, "transaction %u, row %u: not what was written", place, row);
        judgement->n_rows[place]++;
        return true;
}

static bool rows_judge(struct judgement *judgement, sqlite3 *database)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        sqlite3_stmt *statement = NULL;
        int code = sqlite3_prepare_v2(database,
                                      "SELECT name, value FROM meta WHERE name LIKE 'hammer %'", -1,
                                      &statement, NULL);
        bool is_right = code == SQLITE_OK;

        while (is_right && (code = sqlite3_step(statement)) == SQLITE_ROW) {
                is_right = row_judge(judgement, statement, &arena);
                arena_reset(&arena);
        }
        if (is_right && code != SQLITE_DONE)
                is_right = wrong(judgement, "reading the rows: %s", sqlite3_errmsg(database));
        sqlite3_finalize(statement);
        return is_right;
}

static bool place_judge(struct judgement *judgement, uint32_t number, struct hammer_counts *counts)
{
        const struct asked *asked = &judgement->hammer->places[number];
        uint32_t found = judgement->n_rows[number];
        uint32_t whole = hammer_is_stamping(asked->seed) ? 0 : (uint32_t)hammer_n_rows(asked->seed);
        bool is_whole = found == whole;

        switch ((enum outcome)atomic_load(&asked->outcome)) {
        case OUTCOME_NONE:
                return found == 0 || wrong(judgement, "transaction %u was never asked", number);
        case OUTCOME_ASKED:
                counts->n_unknown++;
                return found == 0 || is_whole ||
                       wrong(judgement, "transaction %u is there in part: %u rows", number, found);
        case OUTCOME_DONE:
                counts->n_done++;
                return is_whole ||
                       wrong(judgement, "transaction %u was acknowledged: %u of %u rows", number,
                             found, whole);
        case OUTCOME_REFUSED:
                counts->n_refused++;
                return found == 0 ||
                       wrong(judgement, "transaction %u was refused: %u rows", number, found);
        case OUTCOME_ROLLED_BACK:
                counts->n_rolled_back++;
                return found == 0 ||
                       wrong(judgement, "transaction %u was rolled back: %u rows", number, found);
        }
        return wrong(judgement, "transaction %u has no outcome", number);
}

/* The pages have one version: that of the last transaction that stamped them, of those whose
 * outcome is known, or of a later one. */
static bool stamps_judge(struct judgement *judgement, sqlite3 *database)
{
        sqlite3_stmt *statement = NULL;
        int64_t first, last, least = 0;
        bool is_told = false;

        if (sqlite3_prepare_v2(database, "SELECT MIN(version), MAX(version) FROM stamped", -1,
                               &statement, NULL) != SQLITE_OK ||
            sqlite3_step(statement) != SQLITE_ROW)
                return wrong(judgement, "reading the stamps: %s", sqlite3_errmsg(database));
        first = sqlite3_column_int64(statement, 0);
        last = sqlite3_column_int64(statement, 1);
        sqlite3_finalize(statement);
        for (uint32_t i = 0; i < PLACES; i++) {
                const struct asked *asked = &judgement->hammer->places[i];
                uint32_t outcome = atomic_load(&asked->outcome);
                int64_t version = atomic_load(&asked->version);

                if (!hammer_is_stamping(asked->seed) ||
                    (outcome != OUTCOME_DONE && outcome != OUTCOME_ASKED))
                        continue;
                is_told |= version == last;
                if (outcome == OUTCOME_DONE && version > least)
                        least = version;
        }
        if (first == last && last >= least && (is_told || last == 0))
                return true;
        return wrong(judgement, "stamps from %lld to %lld, where %lld was acknowledged",
                     (long long)first, (long long)last, (long long)least);
}

static bool places_judge(struct judgement *judgement, struct hammer_counts *counts)
{
        bool is_right = true;

        for (uint32_t i = 0; i < PLACES && is_right; i++)
                is_right = place_judge(judgement, i, counts);
        return is_right;
}

bool hammer_judge(const struct hammer *hammer, const char *path, char *why, size_t size,
                  struct hammer_counts *ret_counts)
{
        struct judgement judgement = {
                .hammer = hammer,
                .n_rows = calloc(PLACES, sizeof(judgement.n_rows[0])),
                .why = why,
                .size = size,
        };
        sqlite3 *database = NULL;
        bool is_right;

        if (!judgement.n_rows ||
            sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
                is_right = wrong(&judgement, "the database cannot be opened");
        else
                is_right = integrity_judge(&judgement, database) &&
                           rows_judge(&judgement, database) && stamps_judge(&judgement, database) &&
                           places_judge(&judgement, ret_counts);
        sqlite3_close(database);
        free(judgement.n_rows);
        return is_right;
}
