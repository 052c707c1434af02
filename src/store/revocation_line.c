/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines as text and back. The check is a digest without a key: it finds damage. Whoever can write
 * to the log can write to the database beside it, so a key would protect nothing, but a lost or
 * rotated one would make the log useless on the day of the restore.
 */
#include "store/revocation_line.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/macros.h"
#include "base/number.h"

enum { CHECK_SIZE = 8 };                                /* bytes of the digest */
static const int64_t number_maximum = (int64_t)1 << 53; /* sums of some of them fit */

static const char *const kinds[] = {
#define LOG_KIND(name, done) [LOG_##name] = #name,
#include "core/upkeep/log_kinds.def"
#undef LOG_KIND
};

static void number_put(struct buf *out, int64_t number)
{
        buf_put_int64(out, number);
        buf_put_byte(out, ' ');
}

void revocation_line_put(struct buf *out, const struct revocation_line *line)
{
        size_t begin = out->size;
        struct digest digest;

        buf_put_string(out, "v2 ");
        number_put(out, line->number);
        number_put(out, line->before);
        buf_put_string(out, kinds[line->kind]);
        buf_put_byte(out, ' ');
        uuid_encode(out, &line->id);
        buf_put_byte(out, ' ');
        number_put(out, line->at.ms);
        number_put(out, line->feed);
        crypto_sha256(slice_from(buf_slice(out), begin), &digest);
        hex_encode(out, slice_new(digest.bytes, CHECK_SIZE));
        buf_put_byte(out, '\n');
}

static bool kind_read(struct slice word, enum log_kind *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (slice_equal(word, slice_from_string(kinds[i]))) {
                        *ret = (enum log_kind)i;
                        return true;
                }
        return false;
}

static bool number_read(struct slice word, int64_t *ret)
{
        return int64_parse(word, ret) && *ret >= 0 && *ret <= number_maximum;
}

/* All but the check, which is over its words as they stand. */
static bool words_read(struct slice text, struct revocation_line *ret)
{
        enum { VERSION, NUMBER, BEFORE, KIND, ID, AT, FEED, WORDS };
        struct slice words[WORDS];

        for (size_t i = 0; i < WORDS; i++)
                if (!slice_cut(&text, ' ', &words[i]))
                        return false;
        return number_read(words[NUMBER], &ret->number) &&
               number_read(words[BEFORE], &ret->before) && ret->before < ret->number &&
               kind_read(words[KIND], &ret->kind) && uuid_decode(words[ID], &ret->id) &&
               number_read(words[AT], &ret->at.ms) && number_read(words[FEED], &ret->feed);
}

/* A line has one form: what was read must be the text again when it is written, version and check
 * included. */
bool revocation_line_read(struct slice text, struct revocation_line *ret)
{
        struct buf again CLEANUP(buf_deinit) = BUF_LOCAL(REVOCATION_LINE);
        struct revocation_line line;

        if (text.size && text.data[text.size - 1] == '\r')
                text = slice_to(text, text.size - 1);
        if (!words_read(text, &line))
                return false;
        revocation_line_put(&again, &line);
        if (again.failed || !slice_equal(slice_to(buf_slice(&again), again.size - 1), text))
                return false;
        *ret = line;
        return true;
}
