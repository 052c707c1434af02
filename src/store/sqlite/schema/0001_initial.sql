-- SPDX-License-Identifier: Apache-2.0
--
-- The first schema. Times are unix milliseconds; NULL means never or not yet. Statuses are the
-- numbers of core/model.h. Hot rows are keyed so that new ones are appended: by a growing number,
-- by UUIDv7, or by (exp, digest).
--
-- Deleting marks a row. Deleted accounts, clients and projects, which other rows refer to, are
-- looked at once a day (look_at, key_look_at) and removed when nothing refers to them any more.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- revocation: the last number of the feed. revocation_log: the number of the last line of
-- revocations.log that was written with a commit; after a restore it says which lines the copy does
-- not know, and whether there must be a log.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('revocation', 0), ('revocation_log', 0),
    ('event_counted', 0);

-- How much of a daily quota is used up. A quota refills evenly, so one instant says it all: that at
-- which it is whole again. A row whose instant is past says nothing.
CREATE TABLE quota (
    kind INTEGER NOT NULL,              -- enum quota_kind
    who BLOB NOT NULL,                  -- an account, a client's row, or one after
                                        -- the other, or a family of tokens
    whole_at INTEGER NOT NULL,
    PRIMARY KEY (kind, who)
) STRICT, WITHOUT ROWID;
CREATE INDEX quota_whole ON quota (whole_at);

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,                  -- NULL once deleted
    full_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,                -- by an operator
    deleted_at INTEGER,
    roles INTEGER NOT NULL DEFAULT 0,      -- enum account_role
    language INTEGER NOT NULL DEFAULT 0,   -- enum language
    notices_off INTEGER NOT NULL DEFAULT 0, -- enum account_notice
    look_at INTEGER,                    -- deleted ones: when to see whether the row may go
    last_login_at INTEGER               -- NULL: nobody has logged in
) STRICT, WITHOUT ROWID;
CREATE INDEX account_look ON account (look_at) WHERE look_at IS NOT NULL;

-- How somebody logs in. A session begins only while the row has the version that was checked.
CREATE TABLE identity (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    method INTEGER NOT NULL,            -- enum login_method
    secret TEXT NOT NULL,               -- a password's Argon2id hash, encoded; '': locked, or none
    subject TEXT NOT NULL DEFAULT '',   -- whom a provider logs in: issuer, a space, sub; '': nobody
    version INTEGER NOT NULL            -- grows with every change
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identity_account ON identity (account_id, method, subject);
CREATE UNIQUE INDEX identity_subject ON identity (subject) WHERE subject <> '';

-- By which somebody who has forgotten the password chooses another: the newest link of an account.
CREATE TABLE password_reset (
    account_id BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,         -- SHA-256 of it
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_reset_end ON password_reset (ends_at);

-- Another e-mail address that an account is to have once somebody opens the link that is sent there:
-- its newest wish.
CREATE TABLE email_change (
    account_id BLOB NOT NULL PRIMARY KEY,
    mail_id BLOB NOT NULL UNIQUE,       -- that brings the link
    email TEXT NOT NULL,
    token BLOB UNIQUE,                  -- SHA-256 of it; NULL: the mail was not sent yet
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX email_change_end ON email_change (ends_at);

-- An e-mail address that an account has had. Who gets mail there can undo the change, also if others
-- followed; until then the address is nobody else's.
CREATE TABLE email_undo (
    account_id BLOB NOT NULL,
    no INTEGER NOT NULL,                 -- grows with each change of the account
    mail_id BLOB NOT NULL UNIQUE,       -- that brings the link
    email TEXT NOT NULL,
    token BLOB UNIQUE,                  -- SHA-256 of it; NULL: the mail was not sent yet
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX email_undo_email ON email_undo (email);
CREATE INDEX email_undo_end ON email_undo (ends_at);

-- Who may make an account with an address, once: invited by an operator, also where registration is
-- closed, or because they asked for a link where it is open.
CREATE TABLE invitation (
    id BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,         -- SHA-256 of it
    email TEXT NOT NULL,                -- lower case; another one like this replaces it
    is_asked INTEGER NOT NULL,
    roles INTEGER NOT NULL,             -- that the account gets
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (email, is_asked)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_end ON invitation (expires_at);
CREATE INDEX invitation_open ON invitation (expires_at, id) WHERE is_asked = 0;

-- Mail that waits to be sent. No link is kept here: the one in a mail is made when it is sent.
CREATE TABLE mail (
    id BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,              -- enum mail_kind
    recipient TEXT NOT NULL,            -- an e-mail address, perhaps of nobody here
    language INTEGER NOT NULL,          -- enum mail_language
    about TEXT NOT NULL,                -- what the mail says it is about
    attempts INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL            -- when to try
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_recipient ON mail (recipient);
CREATE INDEX mail_next ON mail (next_at, id);

-- An account's second factor: codes by time (RFC 6238).
CREATE TABLE totp (
    account_id BLOB NOT NULL PRIMARY KEY,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,               -- NULL: no code of it was entered yet
    last_step INTEGER NOT NULL,         -- of the last code that was accepted
    at_consent INTEGER NOT NULL         -- whether each consent takes a code
) STRICT, WITHOUT ROWID;

-- What somebody logs in with whose phone is lost; a row is a code that is left.
CREATE TABLE recovery_code (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    digest BLOB NOT NULL                -- HMAC-SHA-256 of it, under the secret of the factor
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_code_account ON recovery_code (account_id, digest);

-- What somebody logs in with in place of a password (WebAuthn).
CREATE TABLE passkey (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,                 -- that its owner gave it
    credential BLOB NOT NULL UNIQUE,    -- by which the authenticator knows it
    algorithm INTEGER NOT NULL,         -- enum webauthn_algorithm
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,           -- of the last proof that was accepted; 0: it does not count
    challenged_at INTEGER NOT NULL,     -- when the challenge of that proof was made: none is used twice
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_account ON passkey (account_id);

CREATE TABLE service_token (
    token BLOB NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles INTEGER NOT NULL,             -- enum token_role
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token BLOB NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    method INTEGER NOT NULL,            -- by which somebody logged in
    authenticated_at INTEGER NOT NULL,  -- and when they last showed who they are
    means INTEGER NOT NULL,                -- and by what: enum authentication_means, bits
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    browser BLOB                        -- its digest; NULL: a program
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_end ON session (ends_at);

-- The browsers with which people have logged in to an account, by a cookie: a log-in with another one
-- is told by mail. The digest is of the cookie and the account.
CREATE TABLE browser (
    account_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    seen_at INTEGER NOT NULL,            -- the last log-in
    PRIMARY KEY (account_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX browser_seen ON browser (seen_at);

CREATE TABLE client (
    id BLOB NOT NULL PRIMARY KEY,
    client_id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,        -- one a line
    logout_uris TEXT NOT NULL,         -- post_logout_redirect_uris, likewise
    scopes TEXT NOT NULL,
    optional_scopes TEXT NOT NULL,
    jwks TEXT NOT NULL,                 -- its public keys; empty: none
    subject_type INTEGER NOT NULL,      -- enum subject_type
    id_tokens_es256 INTEGER NOT NULL,
    status INTEGER NOT NULL,
    auth_method INTEGER NOT NULL,       -- enum client_auth
    application_type INTEGER NOT NULL,  -- enum application_type
    require_pkce INTEGER NOT NULL,
    require_pushed INTEGER NOT NULL,    -- RFC 9126
    legacy_redirect INTEGER NOT NULL,
    device_flow INTEGER NOT NULL,       -- RFC 8628
    refresh_tokens INTEGER NOT NULL,    -- 1: without offline_access
    document TEXT NOT NULL,             -- URL of its metadata document; empty: registered
    document_until INTEGER NOT NULL,    -- how long its copy may be used; 0: none
    secret_max_lifetime INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    look_at INTEGER                     -- as an account's
) STRICT, WITHOUT ROWID;
CREATE INDEX client_account ON client (account_id, deleted_at, created_at);
CREATE INDEX client_waiting ON client (created_at, id) WHERE status = 2 AND deleted_at IS NULL;
CREATE INDEX client_look ON client (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE client_secret (
    id BLOB NOT NULL PRIMARY KEY,
    client_row BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    is_foreign INTEGER NOT NULL  -- 1: not of the form that grantd makes
) STRICT, WITHOUT ROWID;
CREATE INDEX client_secret_client ON client_secret (client_row, created_at);

CREATE TABLE project (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    public_id BLOB,                     -- as the satellite calls it; NULL: not told
    name TEXT NOT NULL,
    satellite_address TEXT NOT NULL,
    head BLOB NOT NULL,                 -- of the API key
    sealed_api_key BLOB NOT NULL,
    sealed_secret BLOB,                 -- self-issued projects only
    salt BLOB NOT NULL,
    path_cipher INTEGER NOT NULL,
    limits TEXT,                        -- NULL: the key allows anything
    key_begins_at INTEGER,
    key_ends_at INTEGER,
    prove_at INTEGER,                   -- imported, not proven: when to ask the satellite next
    problem TEXT,                       -- why it is not proven: name of an outcome
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    key_look_at INTEGER                 -- deleted ones: when to see whether the key or row may go
) STRICT, WITHOUT ROWID;
CREATE INDEX project_account ON project (account_id, deleted_at, created_at);
CREATE INDEX project_head ON project (head);
CREATE INDEX project_prove ON project (prove_at) WHERE prove_at IS NOT NULL;
CREATE INDEX project_key_look ON project (key_look_at) WHERE key_look_at IS NOT NULL;

-- What applications have pushed (RFC 9126). From the first time that a browser opens a request it
-- belongs to that browser.
CREATE TABLE pushed_request (
    digest BLOB NOT NULL PRIMARY KEY,  -- SHA-256 of the request_uri
    client_row BLOB NOT NULL,
    parameters TEXT NOT NULL,           -- name=value pairs
    expires_at INTEGER NOT NULL,
    opened_at INTEGER,
    browser BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_request_client ON pushed_request (client_row, expires_at);
CREATE INDEX pushed_request_end ON pushed_request (expires_at);

-- What a device asks for that has no browser (RFC 8628), until somebody enters its user code.
CREATE TABLE device_request (
    digest BLOB NOT NULL PRIMARY KEY,  -- SHA-256 of the device_code
    user_code BLOB NOT NULL UNIQUE,    -- SHA-256 of it
    client_row BLOB NOT NULL,
    public_key BLOB NOT NULL,          -- X25519; the device_code is what makes its private key
    scope TEXT NOT NULL,
    protocol_scopes INTEGER NOT NULL,
    asked TEXT,                         -- as a request's
    poll_interval INTEGER NOT NULL,      -- seconds that must lie between two polls
    polled_at INTEGER,
    expires_at INTEGER NOT NULL,
    request_no INTEGER,                  -- that decided it; NULL: nobody has
    wanted_project BLOB,               -- as a request's, and this
    lifetime_limit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_request_client ON device_request (client_row, expires_at);
CREATE INDEX device_request_end ON device_request (expires_at);

-- What an application asks of an account. If it is approved, an authorization and a code have its
-- number.
CREATE TABLE request (
    no INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    client_row BLOB NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    protocol_scopes INTEGER NOT NULL,   -- enum protocol_scope, bits
    asked TEXT,                         -- both as the application wrote them, if that differs
    state TEXT,
    challenge TEXT,
    nonce TEXT,                         -- for the ID token
    status INTEGER NOT NULL,            -- pending, approved, rejected or withdrawn; not used
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decided_at INTEGER,
    login_after INTEGER,                -- who decides has logged in since then; NULL: ever
    authenticated_at INTEGER,            -- once decided: when the user had logged in
    means INTEGER,                       -- and by what, as of a session
    device BLOB,                        -- of which device_request; NULL: a redirect URI
    wanted_project BLOB,               -- the only one that will do; NULL: any
    lifetime_limit INTEGER NOT NULL      -- seconds that access may last; 0: no limit
) STRICT;
CREATE INDEX request_account ON request (account_id, client_row, no);
CREATE INDEX request_client ON request (client_row, no);
CREATE INDEX request_pending ON request (account_id, client_row, expires_at) WHERE status = 0;
CREATE INDEX request_unapproved ON request (created_at) WHERE status <> 1;

-- What an account has allowed an application. Any number of grants may be issued from it.
CREATE TABLE access_authorization (
    no INTEGER NOT NULL PRIMARY KEY,    -- the request's
    account_id BLOB NOT NULL,
    client_row BLOB NOT NULL,
    project_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    protocol_scopes INTEGER NOT NULL,   -- enum protocol_scope, bits
    lifetime INTEGER NOT NULL,          -- of each grant, seconds; 0: no end
    decided_at INTEGER NOT NULL,
    ended_at INTEGER,                   -- nothing is issued from it any more
    live_until INTEGER NOT NULL         -- nothing that is issued from it lives longer
) STRICT;
-- Those that may be live are a range of it, and few: see limits.authorizations_per_client.
CREATE INDEX authorization_account
    ON access_authorization (account_id, client_row, ended_at, live_until);

-- An application that an account has allowed something, for as long as an authorization is kept: so
-- that a list of them does not have to look for them among these.
CREATE TABLE connected_client (
    account_id BLOB NOT NULL,
    client_row BLOB NOT NULL,
    first_at INTEGER NOT NULL,          -- the first approval
    last_at INTEGER NOT NULL,           -- the last one, or since then a renewal, to the hour
    newest_no INTEGER NOT NULL,         -- of the last one
    redirect_uri TEXT NOT NULL,         -- where that led
    PRIMARY KEY (account_id, client_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX connected_client_last ON connected_client (account_id, last_at, client_row);

-- What an authorization is exchanged by, once.
CREATE TABLE code (
    no INTEGER NOT NULL PRIMARY KEY,    -- the authorization's, and part of the code
    digest BLOB,                        -- SHA-256 of it; gone when no longer remembered
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    needs_passphrase INTEGER NOT NULL,
    sealed_access BLOB,                 -- opened by the code only; gone at claim or expiry
    asked_at INTEGER NOT NULL,          -- when the request was made
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by BLOB                        -- the attempt
) STRICT;
CREATE INDEX code_sealed ON code (expires_at) WHERE sealed_access IS NOT NULL;
CREATE INDEX code_remembered ON code (expires_at) WHERE digest IS NOT NULL;
CREATE INDEX code_unused ON code (asked_at) WHERE used_at IS NULL;

CREATE TABLE access_grant (
    id BLOB NOT NULL PRIMARY KEY,       -- UUIDv7, and the nonce of the caveat
    authorization_no INTEGER,           -- NULL: the owner's own grant
    account_id BLOB NOT NULL,
    client_row BLOB,                    -- NULL: the owner's own grant
    project_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    sealed_tail BLOB,                   -- with the limits beside it, it makes the API key
    sealed_caveat BLOB,                 -- with the project's API key, it makes the grant's, which
                                        -- a revocation at the satellite names; NULL: self-issued
    attempt BLOB NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT,                    -- user, client, replay, reuse, newer, restore
    UNIQUE (authorization_no, attempt)  -- one an attempt
) STRICT, WITHOUT ROWID;
-- Of an authorization that was renewed for months, those that are live are a range of it.
CREATE INDEX access_grant_authorization
    ON access_grant (authorization_no, COALESCE(expires_at, 9223372036854775807), id);
CREATE INDEX access_grant_account ON access_grant (account_id, id);
CREATE INDEX access_grant_project ON access_grant (project_id, id);
CREATE INDEX access_grant_end ON access_grant (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX access_grant_unissued ON access_grant (created_at) WHERE sealed_tail IS NULL;

-- What an application renews its access with: the family of refresh tokens of an authorization. The
-- row is of the same size however often it is used; core/token/refresh_token.h.
CREATE TABLE refresh_token (
    authorization_no INTEGER NOT NULL PRIMARY KEY,
    family BLOB NOT NULL,               -- SHA-256 of what all its tokens have
    token BLOB NOT NULL,                -- SHA-256 of the one that is good
    sealed_access BLOB,                 -- opened by that token only; NULL: no key
    salt BLOB,                          -- it was derived with; NULL: the first
    previous BLOB,                      -- SHA-256 of the one before, which may be
                                        -- repeated for a while
    previous_access BLOB,               -- opened by that token only
    replaced_at INTEGER,                -- when it was replaced
    grant_id BLOB,                      -- the grant that was issued for it
    attempt BLOB,                       -- by which
    last_used_at INTEGER NOT NULL,      -- or begun
    expires_at INTEGER NOT NULL,        -- unless it is used before
    ends_at INTEGER NOT NULL            -- in any case
) STRICT;
CREATE INDEX refresh_token_end ON refresh_token (expires_at);

-- A user has removed all access of an application: every grant from its requests up to a number is
-- dead, whatever the grants' rows say. One row does it, however many grants there are. A row covers
-- the requests after those of the row before it.
CREATE TABLE access_end (
    account_id BLOB NOT NULL,
    client_row BLOB NOT NULL,
    up_to INTEGER NOT NULL,             -- the number of the last request
    after INTEGER NOT NULL,             -- the one before the first
    id BLOB NOT NULL UNIQUE,            -- of the first request whose grant died
    at INTEGER NOT NULL,
    PRIMARY KEY (account_id, client_row, up_to)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_end_up_to ON access_end (up_to);

-- Whatever made grants die, in the order in which it was committed: the numbers come from the
-- counter, in the same transaction.
CREATE TABLE revocation (
    seq INTEGER NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,              -- enum revocation_kind
    id BLOB NOT NULL,                   -- of the grant, client row, project, account or access end
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX revocation_of ON revocation (id);

-- Revocations to be delivered to satellites, one for each revoked grant; rows stay to show the
-- result.
CREATE TABLE delivery (
    grant_id BLOB NOT NULL PRIMARY KEY,
    state INTEGER NOT NULL,             -- enum delivery_state
    attempts INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER,                    -- when to try; NULL: never again
    settled_at INTEGER,                 -- when it got the state it has, if that is not pending
    problem TEXT,                       -- why the last attempt failed: name of an outcome
    account_id BLOB NOT NULL,           -- the grant's
    client_row BLOB                     -- likewise
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_state ON delivery (state, made_at) WHERE state <> 1;
CREATE INDEX delivery_connection ON delivery (account_id, client_row, state) WHERE state <> 1;

-- What made more than one grant die: its grants are entered into delivery some at a time.
CREATE TABLE delivery_spread (
    seq INTEGER NOT NULL PRIMARY KEY,   -- of the row in revocation
    after BLOB NOT NULL                 -- the grant up to which they were entered
) STRICT;

CREATE TABLE used_jwt (
    exp INTEGER NOT NULL,               -- unix seconds
    digest BLOB NOT NULL,               -- of header.payload
    attempt BLOB NOT NULL,
    PRIMARY KEY (exp, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    no INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    account_id BLOB,
    client_id BLOB,
    subject_id BLOB,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    actor_id BLOB                       -- the operator's account that did it; NULL: none did
) STRICT;
CREATE INDEX audit_at ON audit (at);
-- What the exchanges of an application were refused for, for its developer.
CREATE INDEX audit_failed_exchange ON audit (client_id, at, no)
    WHERE action IN ('exchange', 'refresh') AND outcome <> 'ok';
-- What was done with an account, for its owner. Requests are not, until they are decided, and what
-- was issued stands in access_grant: so the flow writes one row of this, its consent.
CREATE INDEX audit_account ON audit (account_id, at, no)
    WHERE account_id IS NOT NULL AND outcome = 'ok' AND action NOT IN ('request', 'exchange',
    'refresh', 'grant_narrow', 's3_credentials', 'project_prove', 'revocation_deliver');

-- What happened with an application on a day (UTC), counted: entries of the audit trail from before
-- the counter event_counted, which holds unix milliseconds.
CREATE TABLE client_day (
    client_id BLOB NOT NULL,            -- the public one
    day INTEGER NOT NULL,               -- since 1970
    event TEXT NOT NULL,                -- exchange, consent_refused, or why an exchange failed
    n INTEGER NOT NULL,
    PRIMARY KEY (client_id, day, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_day_day ON client_day (day);

-- Which database is being copied into this one by "grantd store copy". While there is a row, nothing
-- but that command uses the tables.
CREATE TABLE unfinished_copy (
    source BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
