/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSL over a socket that does not block.
 */
#include "remote/satellite/connection.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "remote/satellite/certificate.h"
#include "remote/satellite/identity.h"

enum {
        CERTIFICATES_SIZE = 32 * 1024, /* bytes of certificates the peer may send */
        CHUNK = 4096,
        /* Less than one frame is ever left unread, plus the chunk that is received. */
        RECEIVED_MAXIMUM = FRAME_HEAD_MAXIMUM + FRAME_DATA_MAXIMUM + CHUNK,
};

struct satellite_connector {
        SSL_CTX *context;
        BIO_METHOD *method;
};

/* --- the library's socket BIO, but without signals --- */

static int socket_write(BIO *bio, const char *bytes, int size)
{
        const struct satellite_connection *connection = BIO_get_data(bio);
        ssize_t n = size > 0 ? send(connection->socket, bytes, (size_t)size, MSG_NOSIGNAL) : 0;

        BIO_clear_retry_flags(bio);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                BIO_set_retry_write(bio);
        return (int)n;
}

static int socket_read(BIO *bio, char *bytes, int size)
{
        const struct satellite_connection *connection = BIO_get_data(bio);
        ssize_t n = size > 0 ? recv(connection->socket, bytes, (size_t)size, 0) : 0;

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

/* --- the peer's identity --- */

/* Passes the chain, as it was sent, to identity_check() in DER. */
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

/* Replaces the library's own verification; 0 ends the handshake. */
static int on_certificates(X509_STORE_CTX *store, void *unused)
{
        const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
        struct satellite_connection *connection = SSL_get_app_data(ssl);

        (void)unused;
        connection->is_mismatch =
                !chain_is_of(X509_STORE_CTX_get0_untrusted(store), &connection->id);
        if (connection->is_mismatch)
                X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return !connection->is_mismatch;
}

/* --- setting up --- */

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

struct satellite_connector *satellite_connector_new(void)
{
        struct satellite_connector *connector = calloc(1, sizeof(*connector));

        if (!connector)
                return NULL;
        connector->context = SSL_CTX_new(TLS_client_method());
        connector->method = socket_method();
        if (connector->context && connector->method && context_set(connector->context))
                return connector;
        satellite_connector_free(connector);
        return NULL;
}

void satellite_connector_free(struct satellite_connector *connector)
{
        if (!connector)
                return;
        SSL_CTX_free(connector->context);
        BIO_meth_free(connector->method);
        free(connector);
}

/* Frees all but the socket. */
static void connection_free(struct satellite_connection *connection)
{
        if (!connection)
                return;
        SSL_free(connection->ssl);
        buf_deinit(&connection->received);
        free(connection);
}

static struct satellite_connection *connection_new(struct satellite_connector *connector,
                                                   int socket, const struct node_id *id)
{
        struct satellite_connection *connection = calloc(1, sizeof(*connection));
        BIO *bio = BIO_new(connector->method);

        if (connection)
                *connection = (struct satellite_connection){.ssl = SSL_new(connector->context),
                                                            .socket = socket,
                                                            .id = *id,
                                                            .received = BUF_INIT(RECEIVED_MAXIMUM)};
        if (!connection || !connection->ssl || !bio) {
                BIO_free(bio);
                connection_free(connection);
                return NULL;
        }
        BIO_set_data(bio, connection);
        BIO_set_init(bio, 1);
        SSL_set_bio(connection->ssl, bio, bio);
        SSL_set_app_data(connection->ssl, connection);
        return connection;
}

void satellite_connection_close(struct satellite_connection *connection)
{
        if (!connection)
                return;
        (void)close(connection->socket);
        connection_free(connection);
}

/* --- reading and writing --- */

/* Waits until a call of the library that could not complete can. Return: whether to try again. */
static bool connection_wait(struct satellite_connection *connection, int result, int64_t deadline)
{
        switch (SSL_get_error(connection->ssl, result)) {
        case SSL_ERROR_WANT_READ:
                return monotonic_poll(deadline, connection->socket, POLLIN);
        case SSL_ERROR_WANT_WRITE:
                return monotonic_poll(deadline, connection->socket, POLLOUT);
        default:
                return false;
        }
}

static bool prelude_write(const struct satellite_connection *connection, int64_t deadline)
{
        struct slice left = SLICE("DRPC!!!1");

        while (left.size) {
                ssize_t n = send(connection->socket, left.data, left.size, MSG_NOSIGNAL);

                if (n > 0)
                        left = slice_from(left, (size_t)n);
                else if ((errno != EAGAIN && errno != EINTR) ||
                         !monotonic_poll(deadline, connection->socket, POLLOUT))
                        return false;
        }
        return true;
}

/* Why a handshake failed: the peer does not speak TLS, or it sent nothing more. */
static enum err handshake_judge(const struct satellite_connection *connection)
{
        unsigned long code = ERR_peek_error();

        if (connection->is_mismatch)
                return ERR_SATELLITE_IDENTITY_MISMATCH;
        if (ERR_GET_LIB(code) != ERR_LIB_SSL ||
            ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
                return ERR_SATELLITE_UNAVAILABLE;
        return ERR_SATELLITE_PROTOCOL;
}

static enum err handshake(struct satellite_connection *connection, int64_t deadline)
{
        enum err error;
        int result;

        if (!prelude_write(connection, deadline))
                return ERR_SATELLITE_UNAVAILABLE;
        do {
                ERR_clear_error();
                result = SSL_connect(connection->ssl);
                if (result == 1)
                        return ERR_OK;
        } while (connection_wait(connection, result, deadline));
        error = handshake_judge(connection);
        ERR_clear_error();
        return error;
}

enum err satellite_connection_open(struct satellite_connector *connector, int socket,
                                   const struct node_id *id, int64_t deadline,
                                   struct satellite_connection **ret)
{
        struct satellite_connection *connection = connection_new(connector, socket, id);
        enum err error;

        if (!connection)
                return ERR_INTERNAL;
        error = handshake(connection, deadline);
        if (error == ERR_OK)
                *ret = connection;
        else
                connection_free(connection);
        return error;
}

enum err satellite_connection_write(struct satellite_connection *connection, struct slice bytes,
                                    int64_t deadline)
{
        while (bytes.size) {
                size_t n = 0;
                int result;

                ERR_clear_error();
                result = SSL_write_ex(connection->ssl, bytes.data, bytes.size, &n);
                if (result == 1)
                        bytes = slice_from(bytes, n);
                else if (!connection_wait(connection, result, deadline))
                        return ERR_SATELLITE_UNAVAILABLE;
        }
        return ERR_OK;
}

enum err satellite_connection_receive(struct satellite_connection *connection, int64_t deadline)
{
        uint8_t chunk[CHUNK];
        size_t n = 0;
        int result;

        do {
                ERR_clear_error();
                result = SSL_read_ex(connection->ssl, chunk, sizeof(chunk), &n);
                if (result == 1) {
                        buf_put(&connection->received, slice_new(chunk, n));
                        return connection->received.failed ? ERR_SATELLITE_PROTOCOL : ERR_OK;
                }
        } while (connection_wait(connection, result, deadline));
        return ERR_SATELLITE_UNAVAILABLE;
}
