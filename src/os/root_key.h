/* SPDX-License-Identifier: Apache-2.0
 *
 * Storj's root-key derivation in the form that kdf_slots expects.
 */
#pragma once

#include "os/kdf_slots.h"

kdf_derive_fn root_key_derive;

/* Slots for it: 64 MiB each, kept for 10 s. */
struct kdf_options root_key_options(unsigned n_slots, int64_t max_wait_seconds);
