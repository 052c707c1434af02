/* SPDX-License-Identifier: Apache-2.0
 *
 * What "grantd --version" says.
 */
#pragma once

void version_print(void);
