/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread accepts connections, and each connection has a thread.
 */
#include "stand_in.h"

#include <accessgrant.h>
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "remote/satellite/frame.h"
#include "test.h"

enum { CONNECTIONS_MAXIMUM = 256, SEEN_MAXIMUM = 1 << 16, ADDRESS_MAXIMUM = 128 };

struct stand_in {
        struct stand_in_manner manner;
        struct stand_in_identity identity;
        SSL_CTX *context;
        int listener;
        uint16_t port;
        char address[ADDRESS_MAXIMUM];
        char other_address[ADDRESS_MAXIMUM];
        pthread_t thread;

        pthread_mutex_t lock; /* of what follows */
        struct stand_in_seen seen;
        uint8_t bytes[SEEN_MAXIMUM];
        pthread_t threads[CONNECTIONS_MAXIMUM];
        int sockets[CONNECTIONS_MAXIMUM];
        unsigned n_threads;
};

struct connection {
        struct stand_in *stand_in;
        int socket;
};

static int on_certificates(X509_STORE_CTX *store, void *context)
{
        struct stand_in *stand_in = context;
        STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);

        pthread_mutex_lock(&stand_in->lock);
        stand_in->seen.n_certificates = sk_X509_num(chain);
        pthread_mutex_unlock(&stand_in->lock);
        return 1;
}

static SSL_CTX *context_make(struct stand_in *stand_in)
{
        SSL_CTX *context = SSL_CTX_new(TLS_server_method());
        struct stand_in_identity *identity = &stand_in->identity;

        assert_non_null(context);
        SSL_CTX_set_security_level(context, 0);
        CHECK(SSL_CTX_use_certificate(context, identity->leaf) == 1);
        CHECK(SSL_CTX_use_PrivateKey(context, identity->key) == 1);
        if (stand_in->manner.chain != CHAIN_LEAF)
                CHECK(SSL_CTX_add1_chain_cert(context, identity->authority) == 1);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        SSL_CTX_set_cert_verify_callback(context, on_certificates, stand_in);
        return context;
}

static void pause_for(int milliseconds)
{
        struct timespec time = {.tv_sec = milliseconds / 1000,
                                .tv_nsec = milliseconds % 1000 * 1000000L};

        (void)nanosleep(&time, NULL);
}

/* Waits until the peer closes. */
static void hang(int socket)
{
        char byte;

        while (recv(socket, &byte, 1, 0) > 0)
                ;
}

static bool prelude_read(struct stand_in *stand_in, int socket)
{
        char bytes[8];
        ssize_t n = recv(socket, bytes, sizeof(bytes), MSG_WAITALL);

        if (n <= 0)
                return false;
        pthread_mutex_lock(&stand_in->lock);
        stand_in->seen.n_plain += (size_t)n;
        pthread_mutex_unlock(&stand_in->lock);
        return n == 8 && memcmp(bytes, "DRPC!!!1", 8) == 0;
}

/* Reads until a call is complete. Return: its stream; 0: the connection has ended. */
static uint64_t call_read(struct stand_in *stand_in, SSL *ssl, struct buf *in)
{
        for (;;) {
                struct slice rest = buf_slice(in);
                struct frame frame;
                uint8_t chunk[4096];
                size_t n = 0;

                while (frame_read(&rest, &frame) == FRAME_READ)
                        if (frame.kind == FRAME_CLOSE_SEND) {
                                buf_reset(in);
                                return frame.stream;
                        }
                if (SSL_read_ex(ssl, chunk, sizeof(chunk), &n) != 1)
                        return 0;
                buf_put(in, slice_new(chunk, n));
                pthread_mutex_lock(&stand_in->lock);
                stand_in->seen.n_bytes += n;
                if (stand_in->seen.last_bytes.size + n <= SEEN_MAXIMUM) {
                        memcpy(stand_in->bytes + stand_in->seen.last_bytes.size, chunk, n);
                        stand_in->seen.last_bytes.size += n;
                }
                pthread_mutex_unlock(&stand_in->lock);
        }
}

static bool write_all(SSL *ssl, struct slice bytes)
{
        size_t n = 0;

        return bytes.size == 0 || SSL_write_ex(ssl, bytes.data, bytes.size, &n) == 1;
}

static bool flood_write(SSL *ssl, uint8_t stream, size_t size)
{
        uint8_t frame[5 + 1024] = {0x04, stream, 0x01, 0x80, 0x08};

        for (size_t sent = 0; sent < size; sent += sizeof(frame))
                if (!write_all(ssl, SLICE_ARRAY(frame)))
                        return false;
        return true;
}

/* Return: whether to go on with this connection. */
static bool response_write(const struct stand_in_manner *manner, SSL *ssl, uint64_t stream,
                           unsigned call)
{
        uint8_t bytes[1024] = {0};
        struct slice response = slice_new(bytes, manner->response.size);
        bool is_cut = manner->has_cut && call >= manner->cut_from;

        CHECK(manner->response.size <= sizeof(bytes));
        if (manner->response.size)
                memcpy(bytes, manner->response.data, manner->response.size);
        if (manner->is_numbered)
                bytes[1] = (uint8_t)stream;
        if (is_cut)
                response = slice_to(response, manner->cut);
        for (size_t i = 0; manner->pause && i < response.size; i++) {
                pause_for(manner->pause);
                if (!write_all(ssl, slice_new(response.data + i, 1)))
                        return false;
        }
        if (!manner->pause && !write_all(ssl, response))
                return false;
        return !is_cut && flood_write(ssl, (uint8_t)stream, manner->flood);
}

static unsigned call_count(struct stand_in *stand_in)
{
        unsigned n;

        pthread_mutex_lock(&stand_in->lock);
        n = stand_in->seen.n_calls++;
        pthread_mutex_unlock(&stand_in->lock);
        return n;
}

static void calls_serve(struct stand_in *stand_in, SSL *ssl, int socket)
{
        struct buf in CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        uint64_t stream;

        pthread_mutex_lock(&stand_in->lock);
        stand_in->seen.n_handshakes++;
        stand_in->seen.last_bytes.size = 0;
        pthread_mutex_unlock(&stand_in->lock);
        while ((stream = call_read(stand_in, ssl, &in)) != 0) {
                unsigned call = call_count(stand_in);

                if (stand_in->manner.silence == SILENT_AFTER_HANDSHAKE) {
                        hang(socket);
                        return;
                }
                if (!response_write(&stand_in->manner, ssl, stream, call))
                        return;
        }
}

static void connection_serve(struct stand_in *stand_in, int socket)
{
        const struct stand_in_manner *manner = &stand_in->manner;
        SSL *ssl;

        if (manner->silence == SILENT_AT_ONCE) {
                hang(socket);
                return;
        }
        if (!prelude_read(stand_in, socket))
                return;
        if (manner->plain.size) {
                (void)!send(socket, manner->plain.data, manner->plain.size, MSG_NOSIGNAL);
                hang(socket);
                return;
        }
        ssl = SSL_new(stand_in->context);
        (void)SSL_set_fd(ssl, socket);
        if (SSL_accept(ssl) == 1)
                calls_serve(stand_in, ssl, socket);
        SSL_free(ssl);
}

static void *connection_main(void *context)
{
        struct connection connection = *(struct connection *)context;

        free(context);
        connection_serve(connection.stand_in, connection.socket);
        pthread_mutex_lock(&connection.stand_in->lock);
        connection.stand_in->seen.n_ended++;
        pthread_mutex_unlock(&connection.stand_in->lock);
        (void)shutdown(connection.socket, SHUT_RDWR);
        return NULL;
}

static void connection_start(struct stand_in *stand_in, int socket)
{
        struct connection *connection = malloc(sizeof(*connection));
        unsigned i;

        assert_non_null(connection);
        *connection = (struct connection){stand_in, socket};
        pthread_mutex_lock(&stand_in->lock);
        stand_in->seen.n_connections++;
        i = stand_in->n_threads++;
        CHECK(i < CONNECTIONS_MAXIMUM);
        stand_in->sockets[i] = socket;
        CHECK(pthread_create(&stand_in->threads[i], NULL, connection_main, connection) == 0);
        pthread_mutex_unlock(&stand_in->lock);
}

static void *listen_main(void *context)
{
        struct stand_in *stand_in = context;
        int socket;

        while ((socket = accept4(stand_in->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
                connection_start(stand_in, socket);
        return NULL;
}

static void listener_open(struct stand_in *stand_in)
{
        struct sockaddr_in address = {.sin_family = AF_INET};
        socklen_t size = sizeof(address);

        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        stand_in->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(bind(stand_in->listener, (struct sockaddr *)&address, size) == 0);
        CHECK(listen(stand_in->listener, 64) == 0);
        CHECK(getsockname(stand_in->listener, (struct sockaddr *)&address, &size) == 0);
        stand_in->port = ntohs(address.sin_port);
}

static void address_write(char out[ADDRESS_MAXIMUM], const struct node_id *id, uint16_t port)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_node_id_text(ag_bytes_new(id->bytes, NODE_ID_SIZE), &text) == AG_OK);
        (void)snprintf(out, ADDRESS_MAXIMUM, "%s@127.0.0.1:%u", text, port);
}

struct stand_in *stand_in_open(const struct stand_in_manner *manner)
{
        struct stand_in *stand_in = calloc(1, sizeof(*stand_in));

        assert_non_null(stand_in);
        (void)signal(SIGPIPE, SIG_IGN); /* of the stand-in's own writes */
        stand_in->manner = *manner;
        stand_in->identity = stand_in_identity_make(manner->chain);
        stand_in->context = context_make(stand_in);
        stand_in->seen.last_bytes.data = stand_in->bytes;
        pthread_mutex_init(&stand_in->lock, NULL);
        listener_open(stand_in);
        address_write(stand_in->address, &stand_in->identity.id, stand_in->port);
        address_write(stand_in->other_address, &stand_in->identity.other_id, stand_in->port);
        CHECK(pthread_create(&stand_in->thread, NULL, listen_main, stand_in) == 0);
        return stand_in;
}

void stand_in_freep(struct stand_in **stand_in_)
{
        struct stand_in *stand_in = *stand_in_;

        if (!stand_in)
                return;
        (void)shutdown(stand_in->listener, SHUT_RDWR);
        (void)pthread_join(stand_in->thread, NULL);
        for (unsigned i = 0; i < stand_in->n_threads; i++) {
                (void)shutdown(stand_in->sockets[i], SHUT_RDWR);
                (void)pthread_join(stand_in->threads[i], NULL);
                (void)close(stand_in->sockets[i]);
        }
        (void)close(stand_in->listener);
        SSL_CTX_free(stand_in->context);
        stand_in_identity_deinit(&stand_in->identity);
        pthread_mutex_destroy(&stand_in->lock);
        free(stand_in);
        *stand_in_ = NULL;
}

struct slice stand_in_address(const struct stand_in *stand_in)
{
        return slice_from_string(stand_in->address);
}

struct slice stand_in_other_address(const struct stand_in *stand_in)
{
        return slice_from_string(stand_in->other_address);
}

struct stand_in_seen stand_in_seen(struct stand_in *stand_in)
{
        struct stand_in_seen seen;

        pthread_mutex_lock(&stand_in->lock);
        seen = stand_in->seen;
        pthread_mutex_unlock(&stand_in->lock);
        return seen;
}
