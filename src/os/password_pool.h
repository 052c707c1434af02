/* SPDX-License-Identifier: Apache-2.0
 *
 * Account passwords, hashed on one thread of their own, so that log-ins cannot use up the processor
 * or the memory. Addresses take turns and share the queue; see os/shares.h. If there is no queue
 * slot or no memory, the call fails at once.
 */
#pragma once

#include "core/ports.h"

struct password_pool;

struct password_options {
        struct entropy_port entropy;
        uint32_t memory_kib; /* Argon2id's m */
        uint32_t passes;     /* Argon2id's t */
        unsigned queue;      /* that may wait */
};

/* 19 MiB, t=2, p=1 (OWASP), a queue of LIMIT_WAIT_PASSWORD. */
struct password_options password_options_default(struct entropy_port entropy);

/* Return: the pool, or NULL with errno set. */
struct password_pool *password_pool_new(const struct password_options *options);

/* Finishes the queue and stops the thread. No call of the port may be running. NULL does nothing.
 */
void password_pool_free(struct password_pool *pool);

struct password_port password_pool_port(struct password_pool *pool);
