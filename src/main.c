/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd: finds the command and runs it.
 */
#include "cli/commands.h"
#include "cli/output.h"

int main(int argc, char **argv)
{
        output_begin();
        return output_end(commands_run(argc, argv));
}
