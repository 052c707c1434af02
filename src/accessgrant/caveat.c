/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing caveats. Times and paths are messages nested in them.
 */
#include "accessgrant/caveat.h"

#include "accessgrant/protowire.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum {
        FIELD_PATHS = 10, /* between the rights, which are 1 to 15, as in enum ag_right */
        FIELD_NOT_AFTER = 20,
        FIELD_NOT_BEFORE = 21,
        FIELD_MAX_OBJECT_TTL = 22,
        FIELD_NONCE = 30,

        PATH_BUCKET = 1,
        PATH_ENCRYPTED = 2,

        TIME_SECONDS = 1,
        TIME_NANOS = 2,

        RIGHTS_END = 16,
        NANOS_PER_SECOND = 1000000000,
};

/* Appends a nested message that was written to its own buffer; its failure fails this one. */
static void put_buf(struct buf *buf, uint32_t number, const struct buf *message)
{
        if (message->failed && !buf->failed) {
                buf->failed = true;
                buf->out_of_memory = message->out_of_memory;
        }
        ag_put_message(buf, number, buf_slice(message));
}

/* --- times --- */

/* Replaces the value of an earlier field of the same number, as Storj's libraries do; protobuf
 * would merge the two. */
static void time_read(struct ag_wire *outer, const struct ag_field *message, struct ag_time *time,
                      struct ag_caveat *caveat)
{
        struct ag_wire wire = {.left = ag_wire_bytes(outer, message)};
        struct ag_field field;

        *time = (struct ag_time){0};
        while (ag_wire_next(&wire, &field)) {
                if (field.number == TIME_SECONDS)
                        time->seconds = (int64_t)ag_wire_varint(&wire, &field);
                else if (field.number == TIME_NANOS)
                        time->nanos = (int32_t)ag_wire_varint(&wire, &field);
                else
                        caveat->has_unknown_fields = true;
        }
        outer->is_malformed |= wire.is_malformed;
}

/* Normalizes the nanos of a point in time to 0 to 999,999,999. Return: false on overflow. */
static bool time_normalize(struct ag_time *time)
{
        int32_t seconds = time->nanos / NANOS_PER_SECOND;

        time->nanos %= NANOS_PER_SECOND;
        if (time->nanos < 0) {
                time->nanos += NANOS_PER_SECOND;
                seconds--;
        }
        return !__builtin_add_overflow(time->seconds, seconds, &time->seconds);
}

/* Normalizes the nanos of a span to less than a second, with the sign of its seconds. */
static bool span_normalize(struct ag_time *span)
{
        if (!time_normalize(span))
                return false;
        if (span->seconds < 0 && span->nanos > 0) {
                span->seconds++;
                span->nanos -= NANOS_PER_SECOND;
        }
        return true;
}

static bool times_normalize(struct ag_caveat *caveat)
{
        return time_normalize(&caveat->not_before) && time_normalize(&caveat->not_after) &&
               span_normalize(&caveat->max_object_ttl);
}

/* Writes nothing for a time that is not set, and an empty message for 1970, which is a time. */
static void time_write(struct buf *buf, uint32_t number, bool is_set, const struct ag_time *time)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(32);

        if (!is_set)
                return;
        ag_put_uint(&message, TIME_SECONDS, (uint64_t)time->seconds);
        ag_put_uint(&message, TIME_NANOS, (uint64_t)(int64_t)time->nanos);
        put_buf(buf, number, &message);
}

/* --- paths --- */

/* Return: false if there are unknown fields. */
static bool path_read(struct ag_wire *outer, const struct ag_field *message, struct ag_path *ret)
{
        struct ag_wire wire = {.left = ag_wire_bytes(outer, message)};
        struct ag_field field;
        bool is_known = true;

        *ret = (struct ag_path){0};
        while (ag_wire_next(&wire, &field)) {
                if (field.number == PATH_BUCKET)
                        ret->bucket = ag_of(ag_wire_bytes(&wire, &field));
                else if (field.number == PATH_ENCRYPTED)
                        ret->encrypted = ag_of(ag_wire_bytes(&wire, &field));
                else
                        is_known = false;
        }
        outer->is_malformed |= wire.is_malformed;
        return is_known;
}

void ag_caveat_write_path(const struct ag_path *path, struct buf *buf)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(2 * AG_MAX_PATH + 8);

        ag_put_bytes(&message, PATH_BUCKET, slice_of(path->bucket));
        ag_put_bytes(&message, PATH_ENCRYPTED, slice_of(path->encrypted));
        put_buf(buf, FIELD_PATHS, &message);
}

bool ag_caveat_next_path(const struct ag_caveat *caveat, size_t *position, struct ag_path *ret_path)
{
        struct ag_wire wire = {.left = slice_from(slice_of(caveat->message), *position)};
        struct ag_field field;

        while (ag_wire_next(&wire, &field)) {
                *position = caveat->message.size - wire.left.size;
                if (field.number == FIELD_PATHS) {
                        (void)path_read(&wire, &field, ret_path);
                        return true;
                }
        }
        return false;
}

/* --- caveats --- */

/* Return: AG_OK; AG_ERR_LIMIT. */
static enum ag_error caveat_read_path(struct ag_wire *wire, const struct ag_field *field,
                                      struct ag_caveat *caveat)
{
        struct ag_path path;

        if (!path_read(wire, field, &path))
                caveat->has_unknown_fields = true;
        caveat->n_paths++;
        return caveat->n_paths > AG_MAX_PLACES || path.bucket.size > AG_MAX_PATH ||
                               path.encrypted.size > AG_MAX_PATH
                       ? AG_ERR_LIMIT
                       : AG_OK;
}

/* The last of several fields counts. */
static void caveat_read_right(struct ag_wire *wire, const struct ag_field *field,
                              struct ag_caveat *caveat)
{
        caveat->disallowed &= ~(UINT32_C(1) << field->number);
        if (ag_wire_varint(wire, field))
                caveat->disallowed |= UINT32_C(1) << field->number;
}

/* Return: AG_OK; AG_ERR_LIMIT. */
static enum ag_error caveat_read_field(struct ag_wire *wire, const struct ag_field *field,
                                       struct ag_caveat *caveat)
{
        switch (field->number) {
        case FIELD_PATHS:
                return caveat_read_path(wire, field, caveat);
        case FIELD_NOT_AFTER:
                caveat->has_not_after = true;
                time_read(wire, field, &caveat->not_after, caveat);
                break;
        case FIELD_NOT_BEFORE:
                caveat->has_not_before = true;
                time_read(wire, field, &caveat->not_before, caveat);
                break;
        case FIELD_MAX_OBJECT_TTL:
                caveat->has_max_object_ttl = true;
                time_read(wire, field, &caveat->max_object_ttl, caveat);
                break;
        case FIELD_NONCE:
                caveat->nonce = ag_of(ag_wire_bytes(wire, field));
                break;
        default:
                if (field->number < RIGHTS_END)
                        caveat_read_right(wire, field, caveat);
                else
                        caveat->has_unknown_fields = true;
        }
        return AG_OK;
}

enum ag_error ag_caveat_read(struct slice message, struct ag_caveat *ret_caveat)
{
        struct ag_caveat caveat = {.message = ag_of(message)};
        struct ag_wire wire = {.left = message};
        struct ag_field field;

        while (ag_wire_next(&wire, &field))
                TRY(caveat_read_field(&wire, &field, &caveat));
        if (wire.is_malformed || !times_normalize(&caveat))
                return AG_ERR_CAVEAT;
        *ret_caveat = caveat;
        return AG_OK;
}

static void rights_write(uint32_t disallowed, uint32_t begin, uint32_t end, struct buf *buf)
{
        for (uint32_t number = begin; number < end; number++)
                ag_put_uint(buf, number, disallowed >> number & 1);
}

void ag_caveat_write(const struct ag_caveat *caveat, struct slice paths, struct buf *buf)
{
        rights_write(caveat->disallowed, 1, FIELD_PATHS, buf);
        buf_put(buf, paths);
        rights_write(caveat->disallowed, FIELD_PATHS + 1, RIGHTS_END, buf);
        time_write(buf, FIELD_NOT_AFTER, caveat->has_not_after, &caveat->not_after);
        time_write(buf, FIELD_NOT_BEFORE, caveat->has_not_before, &caveat->not_before);
        time_write(buf, FIELD_MAX_OBJECT_TTL, caveat->has_max_object_ttl, &caveat->max_object_ttl);
        ag_put_bytes(buf, FIELD_NONCE, slice_of(caveat->nonce));
}

/* A caveat is canonical if writing it again gives the same bytes. Only its three times can become
 * longer, so the sizes of the buffers always suffice. */
enum ag_error ag_caveat_check_canonical(const struct ag_caveat *caveat)
{
        struct buf paths CLEANUP(buf_deinit) = BUF_INIT(caveat->message.size);
        struct buf again CLEANUP(buf_deinit) = BUF_INIT(caveat->message.size + 128);
        struct ag_path path;
        size_t position = 0;

        while (ag_caveat_next_path(caveat, &position, &path))
                ag_caveat_write_path(&path, &paths);
        TRY(ag_buf_check(&paths));
        ag_caveat_write(caveat, buf_slice(&paths), &again);
        TRY(ag_buf_check(&again));
        return slice_equal(buf_slice(&again), slice_of(caveat->message)) ? AG_OK
                                                                         : AG_ERR_NOT_CANONICAL;
}
