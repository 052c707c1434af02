/* SPDX-License-Identifier: Apache-2.0
 *
 * Named maximums; sizes are in bytes unless the comment says otherwise. A limit of one mechanism
 * only is at the head of its file.
 */
#pragma once

enum limit {
        LIMIT_TARGET = 24 * 1024,
        LIMIT_PARAMETERS = 100, /* of a query */
        LIMIT_HEAD = 24 * 1024, /* names and values of all fields */
        LIMIT_HEAD_FIELDS = 100,
        LIMIT_BODY = 16 * 1024,
        LIMIT_BODY_DISCARDED = 1024 * 1024, /* a body over LIMIT_BODY is discarded, then 413; over
                                               this the connection is closed as well */
        LIMIT_JSON_DEPTH = 8,
        LIMIT_EMAIL = 254,
        LIMIT_LANGUAGE = 35,            /* of a tag, RFC 5646 section 4.4.1 */
        LIMIT_NAME = 100,               /* characters */
        LIMIT_BROWSERS = 20,            /* that an account knows */
        BROWSER_LIFETIME = 400 * 86400, /* seconds after the last log-in with one; no cookie lives
                                         * longer */
        LIMIT_FULL_NAME = 200,          /* characters */
        LIMIT_DESCRIPTION = 1000,       /* characters */
        LIMIT_INVITATION = 128,         /* a token */
        LIMIT_LINK_TOKEN = 128,         /* of a link in a mail */
        LIMIT_REDIRECT_URI = 1024,
        LIMIT_REDIRECT_URIS = 10,     /* a client */
        LIMIT_PUSHED_REQUESTS = 1000, /* of a client, that have not expired */
        LIMIT_PUSHED = 4096,          /* the parameters of one */
        LIMIT_DEVICE_REQUESTS = 1000, /* of a client, that have not expired */
        LIMIT_DEVICE_CODE = 64,
        LIMIT_RESOURCES = 8,   /* that a request names */
        LIMIT_STATE = 2048,    /* printable ASCII */
        LIMIT_SENTENCE = 1280, /* of a refusal, with the name of a field: more than any has */
        LIMIT_NONCE = 512,     /* the same */
        LIMIT_PASSPHRASE = 1024,
        LIMIT_PASSWORD_LEAST = 10,                 /* characters */
        LIMIT_PASSWORD = 256,                      /* in Unicode's NFC, which shortens a text */
        LIMIT_PASSWORD_TYPED = 4 * LIMIT_PASSWORD, /* to a third at most */
        LIMIT_FACTOR_CODE = 64,                    /* of a second factor, as it is typed */
        LIMIT_PASSKEYS = 10,                       /* an account */
        LIMIT_CREDENTIAL = 1023,                   /* its id, as WebAuthn limits it */
        LIMIT_CLIENT_DATA = 2048,                  /* what the browser says, JSON */
        LIMIT_PASSKEY_DATA = 4096,                 /* what the authenticator says */
        LIMIT_PASSKEY_SIGNATURE = 512,
        LIMIT_USER_HANDLE = 64, /* the same */
        LIMIT_JWT = 2048,
        LIMIT_JTI = 128,
        LIMIT_CODE = 128,
        LIMIT_REFRESH_TOKEN = 128,
        LIMIT_VERIFIER = 128,
        LIMIT_SCOPE = 1600,
        LIMIT_SCOPES = 16,               /* a list */
        LIMIT_SCOPE_TEXT = 6 * 1024,     /* a list, percent-encoded as it is stored: more than the
                                          * longest grant can hold */
        LIMIT_DETAILS = 8,               /* entries of authorization_details */
        LIMIT_DETAILS_TEXT = 8 * 1024,   /* their JSON */
        LIMIT_PATH = 512,                /* of a prefix scope, decoded */
        LIMIT_PATH_COMPONENTS = 16,      /* of a prefix scope */
        LIMIT_CLIENTS = 100,             /* an account */
        UNUSED_CLIENT_LIFETIME = 86400,  /* seconds that an application which registered itself
                                          * lives, unless somebody approves it */
        LIMIT_PROJECTS = 100,            /* an account */
        LIMIT_PENDING_REQUESTS = 20,     /* an account and client; the oldest is dropped */
        LIMIT_SESSIONS = 200,            /* an account; the least recently used is dropped */
        LIMIT_CLIENT_SECRETS = 2,        /* live at once */
        LIMIT_CLIENT_KEYS = 4,           /* public ones, of one application */
        LIMIT_JWKS = 8 * 1024,           /* text of a set of keys */
        LIMIT_OVERLAP = 604800,          /* seconds two secrets may be valid together */
        LIMIT_JWT_LIFETIME = 1800,       /* seconds, per client */
        LIMIT_ASSERTION_LIFETIME = 3600, /* seconds, of an assertion with a jti */
        LIMIT_API_KEY = 16 * 1024,       /* text */
        LIMIT_SATELLITE_ADDRESS = 512,
        LIMIT_SALT = 64,
        LIMIT_KEY_FILE = 8 * 1024,
        LIMIT_KEY_COMMAND_MS = 10 * 1000, /* that keys.master_command may take */
        LIMIT_GRANT = 3900,               /* characters of an access grant that is issued */
        LIMIT_LIST = 1000,                /* rows of a list */
        LIMIT_LIST_BYTES = 1 << 20,       /* that a page of a list reads, or one row more */
        LIMIT_USER_AGENT = 200,           /* kept of User-Agent; the rest is cut */
        LIMIT_AUDITED_REFUSALS = 1000,    /* exchanges of an application, a day; more are counted */
        LIMIT_REMEMBERED_REFUSALS = 100000, /* the same, whose JWTs are remembered */
        LIMIT_PROOFS = 100000,              /* JWTs of an application, a day, beside those */
        LIMIT_REFRESHES = 300,              /* of an authorization, a day */
        LIMIT_RENEWALS = 3000,   /* of all authorizations of an application for an account, a day */
        LIMIT_NARROWINGS = 1000, /* grants exchanged for narrower ones: the same, a day */
        LIMIT_MAILS = 10000,     /* that wait to be sent */
        LIMIT_MAILS_OF_RECIPIENT = 5,      /* of a kind, to one address; further ones are dropped */
        LIMIT_RESET_MAILS = 10,            /* to an e-mail address, a day */
        LIMIT_REGISTRATION_MAILS = 10,     /* the same: for an account */
        LIMIT_NOTICES = 10,                /* the same: mails that tell something */
        LIMIT_EMAIL_MAILS = 10,            /* the same, and of an account: for another address */
        LIMIT_EMAIL_UNDOS = 5,             /* changes of its address that an account can undo */
        LIMIT_CLEANUP = 500,               /* rows a batch */
        LIMIT_DELIVERIES = 8,              /* workers that call satellites in the background */
        LIMIT_DELIVERIES_OF_SATELLITE = 4, /* of these, at one satellite */
        LIMIT_DELIVERIES_OF_ACCOUNT = 2,   /* of these, for one account */
        /* Requests that wait at once, each on a worker of node/engines.c; a further one is refused.
         */
        LIMIT_WAIT_DERIVATION = 256, /* beside those that derive */
        LIMIT_WAIT_PASSWORD = 64,
        LIMIT_WAIT_SATELLITE = 16,
        LIMIT_WAIT_EDGE = 8,
        LIMIT_WAIT_DOCUMENT = 8,   /* for the metadata document of a client */
        LIMIT_WAIT_FETCH = 32,     /* for such a document that another request fetches */
        LIMIT_WAIT_PROVIDER = 32,  /* for a log-in provider, and as many for its documents */
        REFUSAL_PAUSE = 500,       /* ms a 429 response is delayed, which slows a flood down */
        LIMIT_ARENA = 16 << 20,    /* one request's memory */
        GRANT_LIFETIME_LEAST = 60, /* seconds */
        MINTING_LIFETIME = 60,     /* seconds after which a grant being minted has failed */
};
