/* SPDX-License-Identifier: Apache-2.0
 *
 * revocations.log: its lines, its file, and what a database learns from it.
 */
#include "store/revocation_file.h"

#include <sys/stat.h>

#include "fixture.h"
#include "store/revocations.h"
#include "store/sql.h"

/* --- a file of its own --- */

struct log_place {
        char folder[64], path[96];
        struct arena arena;
};

static struct log_place place_new(void)
{
        struct log_place place = {.folder = "/tmp/grantd-log-XXXXXX",
                                  .arena = ARENA_INIT(16 << 20)};

        assert_non_null(mkdtemp(place.folder));
        (void)snprintf(place.path, sizeof(place.path), "%s/revocations.log", place.folder);
        return place;
}

static void place_end(struct log_place *place)
{
        (void)unlink(place->path);
        (void)rmdir(place->folder);
        arena_deinit(&place->arena);
}

/* Appends one line for the object with this id. Return: its number. */
static int64_t append(struct log_place *place, int64_t known, int64_t id)
{
        struct revocation_line line = {.kind = LOG_token, .id = id_of(id), .at = NOW};
        struct revocation_log log = {0};
        int64_t last = 0;

        CHECK_OK(revocation_log_add(&log, &line));
        CHECK_OK(revocation_file_append(place->path, &log, known, &last));
        revocation_log_deinit(&log);
        return last;
}

static void put_text(const struct log_place *place, const char *mode, const char *text)
{
        FILE *file = fopen(place->path, mode);

        CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void cut(const struct log_place *place, off_t n_bytes)
{
        struct stat status;

        CHECK_INT(stat(place->path, &status), 0);
        CHECK_INT(truncate(place->path, status.st_size - n_bytes), 0);
}

static struct revocation_history history_of(struct log_place *place, int64_t known)
{
        struct revocation_history history = REVOCATION_HISTORY(&place->arena, known);

        CHECK_OK(revocation_file_read(place->path, &history));
        return history;
}

static struct revocation_findings findings_of(struct log_place *place, int64_t known)
{
        struct revocation_history history = history_of(place, known);
        struct revocation_findings findings;

        revocation_history_judge(&history, &findings);
        return findings;
}

TEST(lines_are_numbered_behind_what_is_there_and_what_the_database_knows)
{
        struct log_place place CLEANUP(place_end) = place_new();

        CHECK_INT(append(&place, 0, 1), 1);
        CHECK_INT(append(&place, 1, 2), 2);
        CHECK_INT(append(&place, 1, 3), 3);
        CHECK_INT(append(&place, 7, 4), 8);
        CHECK_INT(history_of(&place, 0).n, 4);
}

TEST(a_line_that_was_cut_off_is_taken_away_by_the_next)
{
        for (off_t n_bytes = 2; n_bytes < 80; n_bytes++) {
                struct log_place place CLEANUP(place_end) = place_new();
                struct revocation_history history;

                (void)append(&place, 0, 1);
                (void)append(&place, 1, 2);
                cut(&place, n_bytes);
                history = history_of(&place, 0);
                CHECK_INT(history.n, 1);
                CHECK_INT(history.n_unreadable, 1);
                CHECK_INT(append(&place, 1, 3), 2);
                history = history_of(&place, 0);
                CHECK_INT(history.n, 2);
                CHECK_INT(history.n_unreadable, 0);
                CHECK_ID(history.lines[1].id, 3);
        }
}

TEST(a_whole_line_that_lacks_its_newline_stays)
{
        struct log_place place CLEANUP(place_end) = place_new();

        (void)append(&place, 0, 1);
        (void)append(&place, 1, 2);
        cut(&place, 1);
        CHECK_INT(append(&place, 2, 3), 3);
        CHECK_INT(history_of(&place, 0).n, 3);
        CHECK_INT(history_of(&place, 0).n_unreadable, 0);
}

TEST(behind_much_that_cannot_be_read_the_last_number_is_found)
{
        struct log_place place CLEANUP(place_end) = place_new();

        (void)append(&place, 0, 1);
        for (int i = 0; i < 3000; i++)
                put_text(&place, "a", "nonsense\n");
        CHECK_INT(append(&place, 1, 2), 2);
}

TEST(carriage_returns_do_no_harm)
{
        struct log_place place CLEANUP(place_end) = place_new();
        char text[2 * REVOCATION_LINE] = "";
        FILE *file;

        (void)append(&place, 0, 1);
        (void)append(&place, 1, 2);
        file = fopen(place.path, "r");
        CHECK(file && fread(text, 1, sizeof(text) - 1, file) > 0 && fclose(file) == 0);
        CHECK_INT(unlink(place.path), 0);
        for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
                *end = 0;
                put_text(&place, "a", line);
                put_text(&place, "a", "\r\n");
        }
        CHECK_INT(history_of(&place, 0).n, 2);
        CHECK_INT(history_of(&place, 0).n_unreadable, 0);
        CHECK_INT(append(&place, 2, 3), 3);
}

TEST(a_line_of_which_anything_was_changed_cannot_be_read)
{
        struct revocation_line line = {.number = 17,
                                       .before = 16,
                                       .kind = LOG_password,
                                       .id = id_of(5),
                                       .at = NOW,
                                       .feed = 4},
                               read;
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(REVOCATION_LINE);
        struct buf again CLEANUP(buf_deinit) = BUF_INIT(REVOCATION_LINE);

        revocation_line_put(&text, &line);
        text.size--;
        CHECK(revocation_line_read(buf_slice(&text), &read));
        revocation_line_put(&again, &read);
        again.size--;
        CHECK(slice_equal(buf_slice(&again), buf_slice(&text)));
        for (size_t i = 0; i < text.size; i++) {
                text.data[i] ^= 1;
                CHECK(!revocation_line_read(buf_slice(&text), &read));
                text.data[i] ^= 1;
        }
}

TEST(a_missing_log_is_told)
{
        struct log_place place CLEANUP(place_end) = place_new();

        CHECK(history_of(&place, 3).is_missing);
        (void)append(&place, 3, 1);
        CHECK(!history_of(&place, 3).is_missing);
}

/* --- what a database does not know --- */

static void check_ids(struct revocation_findings findings, const int64_t *ids, size_t n)
{
        CHECK_INT(findings.n, n);
        for (size_t i = 0; i < n; i++)
                CHECK_ID(findings.lines[i].id, ids[i]);
}

TEST(lines_behind_the_last_known_one_are_not_known)
{
        struct log_place place CLEANUP(place_end) = place_new();
        const int64_t ids[] = {3, 4};

        for (int64_t i = 1; i <= 4; i++)
                (void)append(&place, i - 1, i);
        check_ids(findings_of(&place, 2), ids, 2);
        CHECK_INT(findings_of(&place, 4).n, 0);
        CHECK_INT(findings_of(&place, 2).n_lost, 0);
        CHECK(!findings_of(&place, 4).is_older);
        CHECK(findings_of(&place, 5).is_older);
}

/* Lines 3 and 4 were written; then a copy that knew 2 was restored and served, which wrote 5. */
TEST(lines_between_an_older_copy_and_its_use_are_not_known)
{
        struct log_place place CLEANUP(place_end) = place_new();
        const int64_t ids[] = {3, 4};

        for (int64_t i = 1; i <= 4; i++)
                (void)append(&place, i - 1, i);
        CHECK_INT(append(&place, 2, 5), 5);
        check_ids(findings_of(&place, 5), ids, 2);
        CHECK_INT(findings_of(&place, 5).n_lost, 0);
}

TEST(lines_that_are_gone_are_counted)
{
        struct log_place place CLEANUP(place_end) = place_new();

        for (int64_t i = 1; i <= 3; i++)
                (void)append(&place, i - 1, i);
        CHECK_INT(append(&place, 6, 7), 7);
        CHECK_INT(append(&place, 7, 8), 8);
        CHECK_INT(findings_of(&place, 2).n_lost, 3);
        CHECK_INT(findings_of(&place, 2).n, 3);
        CHECK_INT(findings_of(&place, 8).n_lost, 0); /* it knew them */
}

TEST(a_log_that_was_cut_at_its_beginning_is_whole_for_what_knows_that)
{
        struct log_place place CLEANUP(place_end) = place_new();

        for (int64_t i = 11; i <= 14; i++)
                (void)append(&place, i - 1, i);
        CHECK_INT(findings_of(&place, 12).n, 2);
        CHECK_INT(findings_of(&place, 12).n_lost, 0);
        CHECK_INT(findings_of(&place, 10).n_lost, 0);
        CHECK_INT(findings_of(&place, 8).n_lost, 2);
}

TEST(numbers_that_come_twice_are_counted)
{
        struct log_place place CLEANUP(place_end) = place_new();
        struct revocation_line line = {.number = 2, .before = 1, .kind = LOG_token, .id = id_of(7)};
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(REVOCATION_LINE + 1);

        (void)append(&place, 0, 1);
        (void)append(&place, 1, 2);
        revocation_line_put(&text, &line);
        buf_put_byte(&text, 0);
        put_text(&place, "a", (const char *)text.data);
        CHECK_INT(findings_of(&place, 1).n_duplicates, 1);
        CHECK_INT(findings_of(&place, 1).n, 2);
        CHECK_INT(findings_of(&place, 2).n_duplicates, 0);
}

TEST(only_what_cannot_be_read_behind_the_known_lines_counts)
{
        struct log_place place CLEANUP(place_end) = place_new();

        put_text(&place, "w", "nonsense\n\n");
        (void)append(&place, 0, 1);
        put_text(&place, "a", "more nonsense\n");
        CHECK_INT(history_of(&place, 0).n_unreadable, 2);
        CHECK_INT(history_of(&place, 1).n_unreadable, 1);
}

/* --- with a transaction --- */

struct told {
        int64_t id;
        enum err outcome;
};

static enum err tell(struct sql *sql, const void *in, void *ret)
{
        const struct told *told = in;
        struct uuid id = id_of(told->id);

        (void)ret;
        TRY(log_add(sql, LOG_token, &id, 1, NOW));
        return told->outcome;
}

/* The revocation of the token with this id, by an operation with this outcome. */
static enum err write_line(struct world *world, int64_t id, enum err outcome)
{
        const struct told told = {id, outcome};

        return sql_write(&(struct sql_work){
                .op = OP_ON(world->store, &world->arena), .body = tell, .in = &told});
}

static struct revocation_history world_history(struct world *world)
{
        struct revocation_history history = REVOCATION_HISTORY(&world->arena, 0);
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/revocations.log", world->folder);
        CHECK_OK(revocation_file_read(path, &history));
        return history;
}

TEST(what_is_rolled_back_is_not_in_the_log)
{
        struct world world CLEANUP(world_end) = world_new();
        struct revocation_history history;

        CHECK_OK(write_line(&world, 1, ERR_OK));
        CHECK_ERR(write_line(&world, 2, ERR_INTERNAL), ERR_INTERNAL);
        CHECK_ERR(write_line(&world, 3, ERR_NO_ROW), ERR_NO_ROW);
        history = world_history(&world);
        CHECK_INT(history.n, 2);
        CHECK_ID(history.lines[0].id, 1);
        CHECK_ID(history.lines[1].id, 3);
        CHECK_INT(history.lines[1].before, 1);
}

TEST(a_log_that_cannot_be_written_refuses_only_what_takes_access_away)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct slice value;
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/revocations.log", world.folder);
        CHECK_INT(mkdir(path, 0700), 0);
        CHECK_ERR(write_line(&world, 1, ERR_OK), ERR_STORE_UNAVAILABLE);
        CHECK_OK(STORE(&world, meta_put, &(struct named_value){"key", SLICE("value")}, &value));
        CHECK(store_is_sound(world.store));
        CHECK_INT(rmdir(path), 0);
        CHECK_OK(write_line(&world, 1, ERR_OK));
        CHECK_INT(world_history(&world).n, 1);
}

TEST(a_check_finds_what_a_restore_would_miss)
{
        struct world world CLEANUP(world_end) = world_new();
        struct texts problems;
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/revocations.log", world.folder);
        CHECK_OK(write_line(&world, 1, ERR_OK));
        CHECK_OK(STORE(&world, integrity, &problems));
        CHECK_INT(problems.n, 0);
        CHECK_INT(truncate(path, 0), 0);
        CHECK_OK(STORE(&world, integrity, &problems));
        CHECK_INT(problems.n, 1);
        CHECK_TEXT(problems.items[0], "revocations.log ends before what the database knows of it");
        CHECK_INT(unlink(path), 0);
        CHECK_OK(STORE(&world, integrity, &problems));
        CHECK_INT(problems.n, 1);
        CHECK_TEXT(problems.items[0], "revocations.log is missing");
}
