/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd client create.
 */
#pragma once

int client_create_command(int argc, char **argv);
