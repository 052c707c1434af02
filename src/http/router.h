/* SPDX-License-Identifier: Apache-2.0
 *
 * Matching paths and methods. Paths match byte for byte; `{name}` in a pattern matches one
 * component that is not empty. The table of routes itself belongs to api/.
 */
#pragma once

#include "http/call.h"

/* Matches `path` against `pattern`, such as "/clients/{id}/status".
 * Return: true, and the parameters in order; false leaves `ret_params` untouched. */
bool path_match(struct slice pattern, struct slice path, struct http_params *ret_params);

/* Method names are upper case; HEAD is read as GET. Return: HTTP_OTHER for an unknown one. */
enum http_method method_parse(struct slice name);

/* "GET" */
const char *method_text(enum http_method method);

/* Appends "GET, HEAD, POST": the text of an Allow header, from HTTP_BITs. */
void methods_encode(struct buf *out, unsigned methods);
