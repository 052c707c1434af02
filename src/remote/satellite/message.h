/* SPDX-License-Identifier: Apache-2.0
 *
 * The two calls as messages: ProjectInfo and RevokeAPIKey of the satellite's Metainfo service
 * (docs/protocol/satellite.md 5).
 */
#pragma once

#include "base/buf.h"
#include "base/secret.h"

#define CALL_PROJECT_INFO   SLICE("/metainfo.Metainfo/ProjectInfo")
#define CALL_REVOKE_API_KEY SLICE("/metainfo.Metainfo/RevokeAPIKey")

/* The header of every request: who calls. */
struct message_header {
        struct secret api_key; /* the raw macaroon that authorises the call */
        struct slice user_agent;
};

/* The request of ProjectInfo. */
void message_put_project_info(struct buf *out, const struct message_header *header);

/* The request of RevokeAPIKey; `target` is the raw macaroon to revoke. */
void message_put_revoke(struct buf *out, const struct message_header *header, struct secret target);

/* The parts of a ProjectInfo response that we use, borrowed. */
struct message_project {
        struct slice salt;      /* 1 to LIMIT_SALT bytes */
        struct slice public_id; /* 16 bytes, or absent */
};

/* Return: false if it is malformed, or its salt is missing or has another size. */
bool message_read_project(struct slice message, struct message_project *ret);
