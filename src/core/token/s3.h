/* SPDX-License-Identifier: Apache-2.0
 *
 * S3 credentials for a grant, from the edge auth service (docs/protocol/http.md 5.4).
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Whether the credentials that a request asks for can be had; absent ones can. Return: ERR_OK;
 * ERR_CREDENTIALS_UNKNOWN. */
enum err s3_check(struct op *op, struct slice credentials);

/* Registers the grant, which exists already, so that only the credentials are missing if the
 * service is unavailable. May block. Return: the audited outcome of the service. */
enum err s3_register(struct op *op, struct secret access_grant, struct audit_entry audit,
                     struct s3_credentials *ret);
