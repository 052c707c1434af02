/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects: places to store, each a satellite address, a root API key, a salt and a path cipher
 * (docs/protocol/http.md 4).
 */
#pragma once

#include "core/op.h"
#include "core/policy.h"
#include "core/projects/keys.h"
#include "core/store.h"

struct project_form {
        struct slice name;
        struct secret access_grant; /* imported by it, or */
        struct secret api_key;      /* by this and the next fields; neither: self-issued */
        struct slice satellite_address;
        enum path_cipher path_cipher;
        struct slice salt; /* of the imported project */
};

const char *enforced_by_text(enum enforced_by enforced_by);
enum enforced_by project_enforced_by(const struct project *project);

/* The end of the address in self-issued grants until the operator sets one: it leads nowhere. */
#define PROJECT_NOWHERE "@localhost:7777"

/* Whether a satellite honours its grants, as far as is known here: an imported key has been
 * confirmed, and the address of a self-issued one leads somewhere. */
bool project_is_honoured(const struct project *project);

/* The longest lifetime in seconds of a grant within that of the project's key, which expires:
 * counted from the exchange, which may happen as late as the code expires. */
int64_t project_key_rest(const struct policy *policy, const struct project *project,
                         struct instant now);

/* The longest lifetime in seconds of a grant of this project; 0: no bound. A project whose key has
 * expired must have been refused before. */
int64_t project_lifetime_most(const struct policy *policy, const struct project *project,
                              struct instant now);

/* Creates a random secret, head and salt; stores nothing. Return: ERR_OK; faults. */
enum err project_make_self_issued(struct op *op, const struct uuid *account_id, struct slice name,
                                  struct project *ret);

/* Creates or imports a project, and stores it.
 * Return: ERR_OK; ERR_API_KEY_MALFORMED; ERR_API_KEY_EXPIRED; ERR_API_KEY_PREFIX;
 *         ERR_ACCESS_GRANT_MALFORMED; ERR_PATH_CIPHER; ERR_SATELLITE_ADDRESS; ERR_FIELD_MISSING
 *         (the address of an imported project); as project_prove_new(); ERR_TOO_MANY; faults. */
enum err project_create(struct op *op, const struct project_form *form, struct project *ret);

/* The account's project with that id, or its oldest for NULL. Return: ERR_OK; ERR_NOT_FOUND;
 * faults.
 */
enum err project_choose(struct op *op, const struct uuid *id, struct project *ret);

/* The secret of a self-issued project, for its satellite's operator: that it leaves the
 * server is written to the audit trail before it is returned. Return: ERR_OK; faults. */
enum err project_show_secret(struct op *op, const struct project *project, struct secret *ret);

/* Marks it as deleted: its grants are dead from then on. Its sealed key is kept until the last of
 * them has expired. Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err project_remove(struct op *op, const struct uuid *id);
