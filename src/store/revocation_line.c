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

static void check_put(struct buf *out, struct slice text)
{
        struct digest digest;

        crypto_sha256(text, &digest);
        hex_encode(out, slice_new(digest.bytes, CHECK_SIZE));
}

static void number_put(struct buf *out, int64_t number)
{
        buf_put_int64(out, number);
        buf_put_byte(out, ' ');
}

static void content_put(struct buf *out, const struct revocation_line *line)
{
        buf_put_string(out, "v2 ");
        number_put(out, line->number);
        number_put(out, line->before);
        buf_put_string(out, kinds[line->kind]);
        buf_put_byte(out, ' ');
        uuid_encode(out, &line->id);
        buf_put_byte(out, ' ');
        number_put(out, line->at.ms);
        number_put(out, line->feed);
}

void revocation_line_put(struct buf *out, const struct revocation_line *line)
{
        struct buf content CLEANUP(buf_deinit) = BUF_INIT(REVOCATION_LINE);

        content_put(&content, line);
        buf_put(out, buf_slice(&content));
        check_put(out, buf_slice(&content));
        buf_put_byte(out, '\n');
        out->failed |= content.failed;
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

static bool number_cut(struct slice *rest, int64_t *ret)
{
        struct slice word;

        return slice_cut(rest, ' ', &word) && int64_parse(word, ret) && *ret >= 0 &&
               *ret <= number_maximum;
}

static bool kind_cut(struct slice *rest, enum log_kind *ret)
{
        struct slice word;

        return slice_cut(rest, ' ', &word) && kind_read(word, ret);
}

static bool id_cut(struct slice *rest, struct uuid *ret)
{
        struct slice word;

        return slice_cut(rest, ' ', &word) && uuid_decode(word, ret);
}

static bool check_holds(struct slice text, struct slice check)
{
        struct buf expected CLEANUP(buf_deinit) = BUF_INIT(2 * CHECK_SIZE);

        check_put(&expected, slice_to(text, text.size - check.size));
        return !expected.failed && slice_equal(buf_slice(&expected), check);
}

static bool numbered_read(struct slice text, struct revocation_line *ret)
{
        struct slice rest = slice_from(text, strlen("v2 "));

        return number_cut(&rest, &ret->number) && number_cut(&rest, &ret->before) &&
               ret->before < ret->number && kind_cut(&rest, &ret->kind) &&
               id_cut(&rest, &ret->id) && number_cut(&rest, &ret->at.ms) &&
               number_cut(&rest, &ret->feed) && check_holds(text, rest);
}

/* What an account of an earlier version had is taken for the lesser: nothing is lost by that. */
static bool earlier_kind_read(struct slice word, enum log_kind *ret)
{
        if (slice_equal(word, SLICE("account"))) {
                *ret = LOG_account_disabled;
                return true;
        }
        return kind_read(word, ret) &&
               (*ret == LOG_grant || *ret == LOG_client || *ret == LOG_project);
}

static bool earlier_read(struct slice text, struct revocation_line *ret)
{
        struct slice rest = text, word;

        return number_cut(&rest, &ret->feed) && ret->feed > 0 && slice_cut(&rest, ' ', &word) &&
               earlier_kind_read(word, &ret->kind) && id_cut(&rest, &ret->id) &&
               int64_parse(rest, &ret->at.ms) && ret->at.ms >= 0 && ret->at.ms <= number_maximum;
}

bool revocation_line_read(struct slice text, struct revocation_line *ret)
{
        struct revocation_line line = {0};
        bool is_read;

        if (text.size && text.data[text.size - 1] == '\r')
                text = slice_to(text, text.size - 1);
        is_read = slice_starts_with(text, SLICE("v2 ")) ? numbered_read(text, &line)
                                                        : earlier_read(text, &line);
        if (is_read)
                *ret = line;
        return is_read;
}
