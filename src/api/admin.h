/* SPDX-License-Identifier: Apache-2.0
 *
 * What the endpoints of the operators' page share: docs/protocol/http.md 10.
 */
#pragma once

#include "api/api.h"

/* A call of an operator for nobody's account yet: the audit trail names the operator. */
struct op admin_op(const struct api *api, struct http_call *call, const struct session *session);
