/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd store copy: a backup in a file, or the whole database in another one.
 */
#pragma once

int store_copy_command(int argc, char **argv);
