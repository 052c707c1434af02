/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a configuration will work on this machine, before a server is started with it: what the
 * settings name is looked at, and nothing is changed.
 */
#pragma once

#include "config/config.h"

enum finding_status {
        FINDING_OK,
        FINDING_WARNING, /* may be meant so */
        FINDING_PROBLEM, /* serve would refuse it, or nobody could use the server */
};

/* One sentence about one setting. */
struct finding {
        enum finding_status status;
        const char *setting; /* "http.listen"; or what is no setting: "clock" */
        struct slice text;
};

struct precheck {
        const struct config *config;
        void (*found)(void *context, const struct finding *finding);
        void *context; /* of found() */
};

/* Reports each finding as it is made. It waits for name servers and the database, some seconds at
 * most each. */
void precheck(const struct precheck *check);

/* --- for the files of its parts --- */

/* Reports one finding; printf(). */
__attribute__((format(printf, 4, 5))) void precheck_say(const struct precheck *check,
                                                        enum finding_status status,
                                                        const char *setting, const char *format,
                                                        ...);

/* keys.master and store.url. */
void precheck_store(const struct precheck *check);

/* The certificate, what it names, and the ports. */
void precheck_network(const struct precheck *check);
