/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd: finds the command and runs it.
 */
#include "cli/commands.h"

int main(int argc, char **argv)
{
        return commands_run(argc, argv);
}
