/* SPDX-License-Identifier: Apache-2.0
 *
 * Known good: the certificates of one identity, and two calls with their responses as they went
 * over the wire between a satellite and the network's own client.
 */
#pragma once

#include "base/arena.h"
#include "test.h"

/* Base64 of DER. The third signed the second. */
#define VECTOR_LEAF                                                                                \
        "MIIBYjCCAQigAwIBAgIRAOFnPrPc06r5vVLLpx2hjD4wCgYIKoZIzj0EAwIwEDEOMAwGA1UEChMF"             \
        "U3RvcmowIhgPMDAwMTAxMDEwMDAwMDBaGA8wMDAxMDEwMTAwMDAwMFowEDEOMAwGA1UEChMFU3Rv"             \
        "cmowWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATviSND/23bLr7NGUEiMC5WJlnKijb4mMmXHQo0"             \
        "6f9zx7uEdYItBTgzDvtn/YRwg5+AKxAf+kQY/Ug0ixve0unaoz8wPTAOBgNVHQ8BAf8EBAMCBaAw"             \
        "HQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwID"             \
        "SAAwRQIhAOSIfC8k/Kf0pRkdCr5RJ+goNfjEW6VvZku1Z0K8dK0TAiBvbw1wE4Vs5JWAohc4Vqlf"             \
        "lvsZBn1X22/cU2ysP1yS0A=="
#define VECTOR_AUTHORITY                                                                           \
        "MIIBbzCCARagAwIBAgIRALLOt8Uc/vL5Rq1pBDfKGwkwCgYIKoZIzj0EAwIwEDEOMAwGA1UEChMF"             \
        "U3RvcmowIhgPMDAwMTAxMDEwMDAwMDBaGA8wMDAxMDEwMTAwMDAwMFowEDEOMAwGA1UEChMFU3Rv"             \
        "cmowWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASwSdyOO/Jq0fArtY12TVDN4SFKkbpipzkxpZph"             \
        "9hR5qc2Cu+qxaptQV/bDjjhojPqUMSFmEGkPy+jVBpsxxmiuo00wSzAOBgNVHQ8BAf8EBAMCAgQw"             \
        "DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU/woml1BMvPkB6K6HM8O3jZg7DiQwCQYEiDcCAQQB"             \
        "ADAKBggqhkjOPQQDAgNHADBEAiAOQg1aLSksNZ7nilcNXfhAyV7cx2hoMunzsMHm/BsOWAIgFDO4"             \
        "g2s3h5x5KeN1AajfTixSRfD3O63ybpmAMRQkUis="
#define VECTOR_NETWORK_AUTHORITY                                                                   \
        "MIIBbzCCARagAwIBAgIRAN9IHeA7l+oGzLpPqGzaPGAwCgYIKoZIzj0EAwIwEDEOMAwGA1UEChMF"             \
        "U3RvcmowIhgPMDAwMTAxMDEwMDAwMDBaGA8wMDAxMDEwMTAwMDAwMFowEDEOMAwGA1UEChMFU3Rv"             \
        "cmowWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASItBk4SbAfl5/PTwPlBPCOCD/z+OuFi9gHS2j/"             \
        "6RTZZZzTzon3ZR1xj1VjXdogfjllnQyrig6s0c+WuWC4ybhio00wSzAOBgNVHQ8BAf8EBAMCAgQw"             \
        "DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU/0ki9+G4i5zN7PPDGR7W/v97juUwCQYEiDcCAQQB"             \
        "ADAKBggqhkjOPQQDAgNHADBEAiAYZZgRjFCdyc6tGdLWizKsNvBp6HtMLuSk/dsNzvB6oQIgAu4c"             \
        "uut6j1gypQS3PbPMBpNxRTx8FIOpcx319gRil2s="
#define VECTOR_ID      "022bde36db5859a30ca5476b5c9853bcbe45178af75e799ad80b057de82ad000"
#define VECTOR_ADDRESS "1xTwTPLWfiqffa5VbA9c7ZZgkhZuAqdp4aphJ6udVWU2LadQF@sat.example:7777"

/* Raw macaroons: a key and one made from it. */
#define VECTOR_KEY                                                                                 \
        "020220e6afdec8f814ac57492538cb4eccb590dc2e00eccec7a189e16cc6be5c48e2d5000006"             \
        "20e1c53e748d0128e2e2c82d762f246cea6cbd223a5c3c614e88797d00d7d7c67d"
#define VECTOR_CHILD                                                                               \
        "020220e6afdec8f814ac57492538cb4eccb590dc2e00eccec7a189e16cc6be5c48e2d500022b"             \
        "1001180120012801300138014001480152080a0670686f746f7358016001680170017801f201"             \
        "04b8235be600000620f139b50763b1334ea6f190479065191136b355d62b090f0ea39baf02e5"             \
        "f076c8"

/* The calls as they are sent, on the streams 1 and 2. */
#define VECTOR_INFO_CALL                                                                           \
        "0301011e2f6d657461696e666f2e4d657461696e666f2f50726f6a656374496e666f05010255"             \
        "7a530a47020220e6afdec8f814ac57492538cb4eccb590dc2e00eccec7a189e16cc6be5c48e2"             \
        "d500000620e1c53e748d0128e2e2c82d762f246cea6cbd223a5c3c614e88797d00d7d7c67d12"             \
        "086772616e74642f310d010300"
#define VECTOR_REVOKE_CALL                                                                         \
        "0302011f2f6d657461696e666f2e4d657461696e666f2f5265766f6b654150494b6579050202"             \
        "cc010a75020220e6afdec8f814ac57492538cb4eccb590dc2e00eccec7a189e16cc6be5c48e2"             \
        "d500022b1001180120012801300138014001480152080a0670686f746f735801600168017001"             \
        "7801f20104b8235be600000620f139b50763b1334ea6f190479065191136b355d62b090f0ea3"             \
        "9baf02e5f076c87a530a47020220e6afdec8f814ac57492538cb4eccb590dc2e00eccec7a189"             \
        "e16cc6be5c48e2d500000620e1c53e748d0128e2e2c82d762f246cea6cbd223a5c3c614e8879"             \
        "7d00d7d7c67d12086772616e74642f310d020300"
/* And the responses. */
#define VECTOR_INFO_RESPONSE                                                                       \
        "050101320a109f7afcf7765844feb6e3220cc42c3a081210fa90ed6424594399b2ee0e62f96a"             \
        "a020220c08aa8f95d80610d083bebd01"
#define VECTOR_CLOSE_SEND      "0d010200"
#define VECTOR_REVOKE_RESPONSE "05020100"
#define VECTOR_AGAIN_RESPONSE                                                                      \
        "07030120000000000000000d4661696c656420746f207265766f6b6520415049206b6579"
#define VECTOR_NONE_RESPONSE                                                                       \
        "0704011f0000000000000003496e76616c6964204150492063726564656e7469616c73"
#define VECTOR_SALT      "9f7afcf7765844feb6e3220cc42c3a08"
#define VECTOR_PUBLIC_ID "fa90ed6424594399b2ee0e62f96aa020"

/* The bytes of hex, in memory of exactly their size; for the arena's life. */
static inline struct slice vector_hex(struct arena *arena, const char *hex)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        CHECK(hex_decode(slice_from_string(hex), &bytes));
        return arena_copy(arena, buf_slice(&bytes));
}
