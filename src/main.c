/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd: finds the command and runs it.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/version.h"

int main(int argc, char **argv)
{
        output_begin();
        if (argc > 1 && strcmp(argv[1], "--version") == 0) {
                version_print();
                return output_end(EXIT_DONE);
        }
        return output_end(commands_run(argc, argv));
}
