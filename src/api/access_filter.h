/* SPDX-License-Identifier: Apache-2.0
 *
 * The filter of requests for the list, the statistics and the export.
 */
#pragma once

#include "api/api.h"
#include "http/fields.h"

struct logs_query {
        struct field_integer limit;
        struct field_integer page;
        struct slice start_date;
        struct slice end_date;
        struct slice status;
        struct field_uuid client_id;
        struct slice cursor;
};

/* Reads the query. Return: ERR_OK; as fields_decode_query(). */
enum err log_filter_read(struct http_call *call, struct logs_query *ret_query,
                         struct log_filter *ret);
