/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading, creating and rotating the key file.
 */
#include "os/key_file.h"

#include "base/files.h"
#include "base/limits.h"
#include "base/macros.h"

enum { MASTER_SIZE = 32 };

static enum err malformed(const char *path, struct buf *why)
{
        buf_put_string(why, path);
        buf_put_string(why, ": is not a key file of grantd; restore it from your copy");
        return ERR_FIELD_MALFORMED;
}

/* "8d1f03aa 5b0c...e1". */
static bool line_read(struct slice line, struct seal *seal)
{
        struct buf id CLEANUP(buf_deinit) = BUF_LOCAL(SEAL_KEY_ID_SIZE);
        struct buf key CLEANUP(buf_deinit) = BUF_LOCAL(MASTER_SIZE);
        struct slice word;

        return slice_cut(&line, ' ', &word) && hex_decode(word, &id) && hex_decode(line, &key) &&
               id.size == SEAL_KEY_ID_SIZE && key.size == MASTER_SIZE &&
               seal_add(seal, id.data, (struct secret){.hidden = buf_slice(&key)});
}

enum err key_text_read(struct secret content, const char *name, struct seal *ret, struct buf *why)
{
        struct slice rest = secret_reveal(content), line;
        struct seal seal = {0};

        while (rest.size) {
                (void)slice_cut(&rest, '\n', &line);
                if (line.size && line.data[0] != '#' && !line_read(line, &seal))
                        return malformed(name, why);
        }
        if (seal.n_keys == 0)
                return malformed(name, why);
        *ret = seal;
        wipe(&seal, sizeof(seal));
        return ERR_OK;
}

enum err key_file_read(const char *path, struct seal *ret, struct buf *why)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct secret content;

        TRY(file_read_secret(path, LIMIT_KEY_FILE, &arena, &content, why));
        return key_text_read(content, path, ret, why);
}

static void head_put(struct buf *text)
{
        buf_put_string(text, "# grantd master keys, newest first. Anyone who has this file and the "
                             "database has every secret in it.\n");
}

static void fresh_line_put(struct buf *text, const struct entropy_port *entropy)
{
        uint8_t id[SEAL_KEY_ID_SIZE], master[MASTER_SIZE];

        entropy->fill(entropy->context, id, sizeof(id));
        entropy->fill(entropy->context, master, sizeof(master));
        hex_encode(text, SLICE_ARRAY(id));
        buf_put_byte(text, ' ');
        hex_encode(text, SLICE_ARRAY(master));
        buf_put_byte(text, '\n');
        wipe(master, sizeof(master));
}

void key_text_put(struct buf *text, const struct entropy_port *entropy)
{
        head_put(text);
        fresh_line_put(text, entropy);
}

enum err key_file_create(const char *path, const struct entropy_port *entropy, struct buf *why)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(512);

        key_text_put(&text, entropy);
        return file_create_secret(path, (struct secret){.hidden = buf_slice(&text)}, why);
}

static void lines_keep(struct buf *text, struct slice content, size_t n_kept)
{
        struct slice line;

        while (content.size && n_kept) {
                (void)slice_cut(&content, '\n', &line);
                if (!line.size || line.data[0] == '#')
                        continue;
                buf_put(text, line);
                buf_put_byte(text, '\n');
                n_kept--;
        }
}

enum err key_file_rotate(const char *path, const struct entropy_port *entropy, size_t n_kept,
                         struct buf *why)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_KEY_FILE);
        int lock CLEANUP(file_folder_unlock) = -1; /* a concurrent rotation must not lose a key */
        struct secret content;
        struct seal seal;
        enum err error;

        TRY(file_folder_lock(path, &lock, why));
        error = key_file_read(path, &seal, why); /* only a valid file is rewritten */
        wipe(&seal, sizeof(seal));
        TRY(error);
        TRY(file_read_secret(path, LIMIT_KEY_FILE, &arena, &content, why));
        key_text_put(&text, entropy);
        lines_keep(&text, secret_reveal(content), n_kept);
        return file_replace_secret(path, (struct secret){.hidden = buf_slice(&text)}, why);
}
