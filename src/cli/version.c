/* SPDX-License-Identifier: Apache-2.0
 *
 * The first line is for scripts, and stays; the others are for reports of problems.
 */
#include "cli/version.h"

#include "build_info.h"
#include "cli/output.h"

void version_print(void)
{
        print("grantd %s\n", GRANTD_VERSION);
        print("Build: %s, commit %s\n", BUILD_TYPE, BUILD_COMMIT);
        print("Built with: %s\n", BUILD_LIBRARIES);
}
