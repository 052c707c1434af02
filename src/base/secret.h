/* SPDX-License-Identifier: Apache-2.0
 *
 * A secret is bytes that must not be printed, logged or compared in the ordinary way. The type has
 * no string view: passing one to printf() or to a log field does not compile. Its memory belongs to
 * an arena, which wipes it; a secret that must outlive the request is sealed first.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct secret {
        struct slice hidden; /* read it only through secret_reveal(), which can be searched for */
};

/* A SHA-256 digest: what is stored of a token, a code or a JWT. */
struct digest {
        uint8_t bytes[32];
};

static inline bool secret_is_absent(struct secret secret)
{
        return secret.hidden.size == 0;
}

/* The bytes themselves, for cryptography and for the one function that writes them to a response.
 * Look at every use in a review. */
static inline struct slice secret_reveal(struct secret secret)
{
        return secret.hidden;
}

/* Copies bytes into the arena as a secret. Empty bytes give an absent secret. */
static inline struct secret secret_copy(struct arena *arena, struct slice bytes)
{
        return (struct secret){.hidden = bytes.size ? arena_copy(arena, bytes) : (struct slice){0}};
}

/* Constant time in the content. */
bool digest_equal(const struct digest *a, const struct digest *b);

/* Overwrites memory in a way the compiler keeps. */
static inline void wipe(void *memory, size_t size)
{
        explicit_bzero(memory, size);
}

/* Clears this thread's vector registers, through which memory is copied. Call it when a thread is
 * done with a request's secrets. */
void registers_wipe(void);
