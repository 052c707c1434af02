/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSL over a socket that does not block.
 */
#include "satellite/link.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "satellite/certificate.h"
#include "satellite/identity.h"

enum { CERTIFICATES_SIZE = 32 * 1024 }; /* bytes the other side may send of them */

struct link_maker {
        SSL_CTX *context;
        BIO_METHOD *method;
};

struct link {
        SSL *ssl;
        int socket;
        struct node_id id;
        bool is_impostor; /* the handshake has shown somebody else */
};

/* --- the socket under the library: as its own, but without signals --- */

static int socket_write(BIO *bio, const char *bytes, int size)
{
        const struct link *link = BIO_get_data(bio);
        ssize_t n = size > 0 ? send(link->socket, bytes, (size_t)size, MSG_NOSIGNAL) : 0;

        BIO_clear_retry_flags(bio);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                BIO_set_retry_write(bio);
        return (int)n;
}

static int socket_read(BIO *bio, char *bytes, int size)
{
        const struct link *link = BIO_get_data(bio);
        ssize_t n = size > 0 ? recv(link->socket, bytes, (size_t)size, 0) : 0;

        BIO_clear_retry_flags(bio);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                BIO_set_retry_read(bio);
        if (n == 0)
                BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return (int)n;
}

static long socket_control(BIO *bio, int command, long number, void *pointer)
{
        (void)number;
        (void)pointer;
        if (command == BIO_CTRL_EOF)
                return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
        return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *socket_method(void)
{
        BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "satellite");

        if (method && BIO_meth_set_write(method, socket_write) &&
            BIO_meth_set_read(method, socket_read) && BIO_meth_set_ctrl(method, socket_control))
                return method;
        BIO_meth_free(method);
        return NULL;
}

/* --- who is there --- */

/* Gives the chain as it was sent, in DER, to the check. */
static bool chain_is_of(STACK_OF(X509) * chain, const struct node_id *id)
{
        struct slice ders[IDENTITY_CERTIFICATES_MAXIMUM];
        int n = chain ? sk_X509_num(chain) : 0, read = 0;
        bool good = n > 0 && n <= IDENTITY_CERTIFICATES_MAXIMUM;

        for (; good && read < n; read++) {
                uint8_t *der = NULL;
                int size = i2d_X509(sk_X509_value(chain, read), &der);

                good = size > 0;
                ders[read] = slice_new(der, good ? (size_t)size : 0);
        }
        good = good && identity_check(ders, (size_t)n, id);
        for (int i = 0; i < read; i++)
                OPENSSL_free((void *)(uintptr_t)ders[i].data);
        return good;
}

/* In the place of the library's own verification; 0 ends the handshake. */
static int on_certificates(X509_STORE_CTX *store, void *unused)
{
        const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
        struct link *link = SSL_get_app_data(ssl);

        (void)unused;
        link->is_impostor = !chain_is_of(X509_STORE_CTX_get0_untrusted(store), &link->id);
        if (link->is_impostor)
                X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return !link->is_impostor;
}

/* --- making --- */

static bool context_set(SSL_CTX *context)
{
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_cert_verify_callback(context, on_certificates, NULL);
        SSL_CTX_set_max_cert_list(context, CERTIFICATES_SIZE);
        (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        (void)SSL_CTX_set_mode(context,
                               SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
        return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
               certificate_use_new(context) == ERR_OK;
}

struct link_maker *link_maker_new(void)
{
        struct link_maker *maker = calloc(1, sizeof(*maker));

        if (!maker)
                return NULL;
        maker->context = SSL_CTX_new(TLS_client_method());
        maker->method = socket_method();
        if (maker->context && maker->method && context_set(maker->context))
                return maker;
        link_maker_free(maker);
        return NULL;
}

void link_maker_free(struct link_maker *maker)
{
        if (!maker)
                return;
        SSL_CTX_free(maker->context);
        BIO_meth_free(maker->method);
        free(maker);
}

/* Frees all but the socket. */
static void link_free(struct link *link)
{
        if (!link)
                return;
        SSL_free(link->ssl);
        free(link);
}

static struct link *link_new(struct link_maker *maker, int socket, const struct node_id *id)
{
        struct link *link = calloc(1, sizeof(*link));
        BIO *bio = BIO_new(maker->method);

        if (link)
                *link = (struct link){.ssl = SSL_new(maker->context), .socket = socket, .id = *id};
        if (!link || !link->ssl || !bio) {
                BIO_free(bio);
                link_free(link);
                return NULL;
        }
        BIO_set_data(bio, link);
        BIO_set_init(bio, 1);
        SSL_set_bio(link->ssl, bio, bio);
        SSL_set_app_data(link->ssl, link);
        return link;
}

int link_socket(const struct link *link)
{
        return link->socket;
}

void link_close(struct link *link)
{
        if (!link)
                return;
        (void)close(link->socket);
        link_free(link);
}

/* --- talking --- */

/* After a call of the library that did not succeed: waits for what it wants.
 * Return: whether to try again. */
static bool link_wait(struct link *link, int result, int64_t deadline)
{
        switch (SSL_get_error(link->ssl, result)) {
        case SSL_ERROR_WANT_READ:
                return monotonic_poll(deadline, link->socket, POLLIN);
        case SSL_ERROR_WANT_WRITE:
                return monotonic_poll(deadline, link->socket, POLLOUT);
        default:
                return false;
        }
}

static bool prelude_write(const struct link *link, int64_t deadline)
{
        struct slice left = SLICE("DRPC!!!1");

        while (left.size) {
                ssize_t n = send(link->socket, left.data, left.size, MSG_NOSIGNAL);

                if (n > 0)
                        left = slice_from(left, (size_t)n);
                else if ((errno != EAGAIN && errno != EINTR) ||
                         !monotonic_poll(deadline, link->socket, POLLOUT))
                        return false;
        }
        return true;
}

/* Why a handshake ended: what came was no TLS, or nothing came any more. */
static enum err handshake_judge(const struct link *link)
{
        unsigned long code = ERR_peek_error();

        if (link->is_impostor)
                return ERR_SATELLITE_IMPOSTOR;
        if (ERR_GET_LIB(code) != ERR_LIB_SSL ||
            ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
                return ERR_SATELLITE_UNAVAILABLE;
        return ERR_SATELLITE_NONSENSE;
}

static enum err handshake(struct link *link, int64_t deadline)
{
        enum err error;
        int result;

        if (!prelude_write(link, deadline))
                return ERR_SATELLITE_UNAVAILABLE;
        do {
                ERR_clear_error();
                result = SSL_connect(link->ssl);
                if (result == 1)
                        return ERR_OK;
        } while (link_wait(link, result, deadline));
        error = handshake_judge(link);
        ERR_clear_error();
        return error;
}

enum err link_open(struct link_maker *maker, int socket, const struct node_id *id, int64_t deadline,
                   struct link **ret)
{
        struct link *link = link_new(maker, socket, id);
        enum err error;

        if (!link)
                return ERR_INTERNAL;
        error = handshake(link, deadline);
        if (error == ERR_OK)
                *ret = link;
        else
                link_free(link);
        return error;
}

enum err link_write(struct link *link, struct slice bytes, int64_t deadline)
{
        while (bytes.size) {
                size_t n = 0;
                int result;

                ERR_clear_error();
                result = SSL_write_ex(link->ssl, bytes.data, bytes.size, &n);
                if (result == 1)
                        bytes = slice_from(bytes, n);
                else if (!link_wait(link, result, deadline))
                        return ERR_SATELLITE_UNAVAILABLE;
        }
        return ERR_OK;
}

enum err link_read(struct link *link, uint8_t *bytes, size_t size, int64_t deadline, size_t *ret_n)
{
        int result;

        do {
                ERR_clear_error();
                result = SSL_read_ex(link->ssl, bytes, size, ret_n);
                if (result == 1)
                        return ERR_OK;
        } while (link_wait(link, result, deadline));
        return ERR_SATELLITE_UNAVAILABLE;
}
