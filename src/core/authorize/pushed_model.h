/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store keeps of a pushed request (RFC 9126).
 */
#pragma once

#include "core/model.h"

/* What an application has pushed before it sends anybody to the authorization endpoint. */
struct pushed_request {
        struct digest digest; /* of its request_uri */
        struct uuid client_row;
        struct slice parameters; /* name=value pairs, as they were sent */
        struct instant expires_at;
        struct instant opened_at; /* read only: when a browser first opened it */
};

/* A browser that opens a pushed request. */
struct pushed_opening {
        struct digest digest;
        struct uuid client_row;
        struct uuid browser;
        struct instant expires_at; /* from then on, if it was not open before */
};
