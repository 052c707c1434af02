/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching the metadata documents of clients, and remembering them: a port of the core. Each URL is
 * fetched once at a time, and whoever else needs it waits for that. What is remembered is bounded,
 * in documents and in bytes.
 */
#pragma once

#include "core/ports.h"
#include "remote/document_fetch.h"

struct documents;

/* `source` is copied; what it points to is borrowed. Return: NULL without memory. */
struct documents *documents_new(const struct document_source *source);

/* NULL does nothing. */
void documents_free(struct documents *documents);

struct document_port documents_port(struct documents *documents);
