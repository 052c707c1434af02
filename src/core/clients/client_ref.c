/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the names of clients.
 */
#include "core/clients/client_ref.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/macros.h"
#include "base/uri.h"

enum { URL_VERSION = 8 }; /* of the UUID, RFC 9562 section 5.8 */

#define SCHEME "https://"

static bool is_digit(uint8_t byte)
{
        return byte >= '0' && byte <= '9';
}

/* One label of a host name: lower-case letters, digits, and '-' within it. */
static bool label_is_valid(struct slice label)
{
        if (!label.size || label.data[0] == '-' || label.data[label.size - 1] == '-')
                return false;
        for (size_t i = 0; i < label.size; i++)
                if (label.data[i] != '-' && !is_digit(label.data[i]) &&
                    !(label.data[i] >= 'a' && label.data[i] <= 'z'))
                        return false;
        return true;
}

/* A last label that begins with a digit is an address, in one of its many forms. */
static bool host_is_name(struct slice host)
{
        struct slice label = {0};

        while (host.data && host.size) {
                bool has_dot = slice_cut(&host, '.', &label);

                if (!label_is_valid(label) || (has_dot && !host.size))
                        return false;
        }
        return label.size && !is_digit(label.data[0]);
}

static bool port_is_valid(struct slice port)
{
        uint16_t number;

        return !port.data || (port_parse(port, &number) && number > 0);
}

/* "." or "..", whatever of it is encoded; or an encoding that is not one. */
static bool segment_is_valid(struct slice segment)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_CLIENT_URL);

        return percent_decode(segment, &text) && !slice_equal(buf_slice(&text), SLICE(".")) &&
               !slice_equal(buf_slice(&text), SLICE(".."));
}

/* `rest`: the path, and the query if there is one. */
static bool path_is_valid(struct slice rest)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_CLIENT_URL);
        struct slice path, segment;

        (void)slice_cut(&rest, '?', &path);
        if (!path.size || path.data[0] != '/' || (rest.data && !percent_decode(rest, &text)))
                return false;
        while (path.size) {
                (void)slice_cut(&path, '/', &segment);
                if (!segment_is_valid(segment))
                        return false;
        }
        return true;
}

const char *client_url_problem(struct slice url)
{
        struct uri uri;

        if (url.size > LIMIT_CLIENT_URL)
                return "it is longer than 512 bytes";
        if (!slice_starts_with(url, SLICE(SCHEME)) ||
            !slice_consists_of(url, "-._~:/?@!$&'()*+,;=%") || !uri_parse(url, &uri))
                return "it is not an https URL without a fragment";
        if (uri.userinfo.data)
                return "it holds a user name";
        if (!host_is_name(uri.at.host))
                return "its host is not a name in lower case";
        if (!port_is_valid(uri.at.port))
                return "its port is not a number from 1 to 65535";
        if (!path_is_valid(uri.rest))
                return "it has no path, or one with dot segments";
        return NULL;
}

struct uuid client_url_id(struct slice url)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_CLIENT_URL + 64);
        struct digest digest;
        struct uuid id;

        buf_put(&text, SLICE("client metadata document"));
        buf_put_byte(&text, 0);
        buf_put(&text, url);
        crypto_sha256(buf_slice(&text), &digest);
        memcpy(id.bytes, digest.bytes, sizeof(id.bytes));
        id.bytes[6] = (uint8_t)(URL_VERSION << 4 | (id.bytes[6] & 0x0f));
        id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
        return id;
}

bool client_id_is_of_url(const struct uuid *client_id)
{
        return client_id->bytes[6] >> 4 == URL_VERSION;
}

bool client_ref_parse(struct slice text, struct client_ref *ret)
{
        struct client_ref ref = {0};

        if (uuid_decode(text, &ref.id)) {
                *ret = ref;
                return true;
        }
        if (client_url_problem(text))
                return false;
        *ret = (struct client_ref){.id = client_url_id(text), .url = text};
        return true;
}

struct slice client_public_id(struct arena *arena, const struct client *client)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);

        if (client->document.size)
                return client->document;
        uuid_encode(&text, &client->client_id);
        return arena_copy_buf(arena, &text);
}
