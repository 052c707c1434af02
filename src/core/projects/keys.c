/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing projects' keys, and the caveats of keys derived from them.
 */
#include "core/projects/keys.h"

#include "core/upkeep/seal.h"

bool project_is_self_issued(const struct project *project)
{
        return project->sealed_secret.data != NULL;
}

enum err project_open_api_key(struct op *op, const struct project *project, struct secret *ret)
{
        return seal_open(op, SEAL_API_KEY, &project->id, project->sealed_api_key, ret);
}

enum err project_seal_caveat(struct op *op, const struct project *project,
                             const struct uuid *grant_id, struct slice caveat, struct slice *ret)
{
        if (project_is_self_issued(project)) {
                *ret = (struct slice){0};
                return ERR_OK;
        }
        return seal_close(op, SEAL_CAVEAT, grant_id, (struct secret){.hidden = caveat}, ret);
}
