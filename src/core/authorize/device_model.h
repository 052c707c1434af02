/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store keeps of a device that asks for access (RFC 8628).
 */
#pragma once

#include "core/model.h"

enum {
        DEVICE_LIFETIME = 900,     /* seconds for somebody to enter the user code and decide */
        DEVICE_INTERVAL = 5,       /* seconds between two polls, at first */
        DEVICE_INTERVAL_MOST = 60, /* and when they came too soon, at most */
};

struct device_request {
        struct digest digest;    /* of its device_code */
        struct digest user_code; /* of the one that a person enters */
        struct uuid client_row;
        struct slice public_key;    /* X25519; core/token/device_access.h */
        struct slice scope;         /* stored form */
        unsigned protocol_scopes;   /* enum protocol_scope */
        struct slice asked;         /* as in struct request, */
        struct uuid wanted_project; /* like this */
        int64_t lifetime_limit;     /* and this */
        struct instant expires_at;
        int64_t request_no; /* read only: of the request that decided it; 0: nobody has */
};
