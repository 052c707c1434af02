/* SPDX-License-Identifier: Apache-2.0
 *
 * The browser in which a page is open that only it may go on with, known by a cookie: a link of the
 * legacy flow, or a pushed request. And the browser with which somebody logs in, known by another,
 * which lives long.
 */
#pragma once

#include "api/api.h"

/* The browser's id; a browser without one gets it with the response. The cookie ends with the
 * longest time for which a page can remember its link.
 * Return: ERR_OK; ERR_INVALID_REQUEST: two such cookies; ERR_OUT_OF_MEMORY. */
enum err browser_know(const struct api *api, struct http_call *call, struct uuid *ret);

/* Return: ERR_OK; ERR_LINK_UNKNOWN: it has none; ERR_INVALID_REQUEST; ERR_OUT_OF_MEMORY. */
enum err browser_find(const struct api *api, struct http_call *call, struct uuid *ret);

/* By what accounts know this browser again: what it was given before, or else something new. Absent
 * where no mail is sent, since it is for a mail. */
struct secret browser_known(const struct api *api, struct http_call *call);

/* Has the browser keep that, unless it is absent. */
void browser_remember(const struct api *api, struct http_call *call, struct secret known);
