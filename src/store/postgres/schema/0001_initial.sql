-- SPDX-License-Identifier: Apache-2.0
--
-- The first schema. Times are unix milliseconds; NULL means never or not yet. Statuses are the
-- numbers of core/model.h. Hot rows are keyed so that new ones are appended: by a growing number,
-- by UUIDv7, or by (exp, digest). A fillfactor leaves room on the page for the next version of a row
-- that is updated often, which then needs no new entries in indexes that do not change.
--
-- Deleting marks a row. Deleted accounts, clients and projects, which other rows refer to, are
-- looked at once a day (look_at, key_look_at) and removed when nothing refers to them any more.

CREATE TABLE meta (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

-- code_sealed, code_unused: the instants up to which clean-up has come with codes.
-- revocation: the last number of the feed. revocation_log: the number of the last line of
-- revocations.log that was written with a commit; after a restore it says which lines the copy does
-- not know, and whether there must be a log.
CREATE TABLE counter (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('revocation', 0), ('revocation_log', 0),
    ('event_counted', 0);

-- How much of a daily quota is used up. A quota refills evenly, so one instant says it all: that at
-- which it is whole again. A row whose instant is past says nothing.
CREATE TABLE quota (
    kind BIGINT NOT NULL,              -- enum quota_kind
    who BYTEA NOT NULL,                  -- an account, a client's row, or one after
                                        -- the other, or a family of tokens
    whole_at BIGINT NOT NULL,
    PRIMARY KEY (kind, who)
);
CREATE INDEX quota_whole ON quota (whole_at);

CREATE TABLE account (
    id BYTEA NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" UNIQUE,      -- NULL once deleted; searched by its beginning
    full_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,                -- by an operator
    deleted_at BIGINT,
    roles BIGINT NOT NULL DEFAULT 0,      -- enum account_role
    language BIGINT NOT NULL DEFAULT 0,   -- enum language
    notices_off BIGINT NOT NULL DEFAULT 0, -- enum account_notice
    look_at BIGINT,                    -- deleted ones: when to see whether the row may go
    last_login_at BIGINT               -- NULL: nobody has logged in
);
CREATE INDEX account_look ON account (look_at) WHERE look_at IS NOT NULL;

-- How somebody logs in. A session begins only while the row has the version that was checked.
CREATE TABLE identity (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL,
    method BIGINT NOT NULL,            -- enum login_method
    secret TEXT NOT NULL,               -- a password's Argon2id hash, encoded; '': locked, or none
    subject TEXT NOT NULL DEFAULT '',   -- whom a provider logs in: issuer, a space, sub; '': nobody
    version BIGINT NOT NULL            -- grows with every change
);
CREATE UNIQUE INDEX identity_account ON identity (account_id, method, subject);
CREATE UNIQUE INDEX identity_subject ON identity (subject) WHERE subject <> '';

-- By which somebody who has forgotten the password chooses another: the newest link of an account.
CREATE TABLE password_reset (
    account_id BYTEA NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,         -- SHA-256 of it
    ends_at BIGINT NOT NULL
);
CREATE INDEX password_reset_end ON password_reset (ends_at);

-- Another e-mail address that an account is to have once somebody opens the link that is sent there:
-- its newest wish.
CREATE TABLE email_change (
    account_id BYTEA NOT NULL PRIMARY KEY,
    mail_id BYTEA NOT NULL UNIQUE,       -- that brings the link
    email TEXT NOT NULL,
    token BYTEA UNIQUE,                  -- SHA-256 of it; NULL: the mail was not sent yet
    ends_at BIGINT NOT NULL
);
CREATE INDEX email_change_end ON email_change (ends_at);

-- An e-mail address that an account has had. Who gets mail there can undo the change, also if others
-- followed; until then the address is nobody else's.
CREATE TABLE email_undo (
    account_id BYTEA NOT NULL,
    no BIGINT NOT NULL,                 -- grows with each change of the account
    mail_id BYTEA NOT NULL UNIQUE,       -- that brings the link
    email TEXT NOT NULL,
    token BYTEA UNIQUE,                  -- SHA-256 of it; NULL: the mail was not sent yet
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, no)
);
CREATE INDEX email_undo_email ON email_undo (email);
CREATE INDEX email_undo_end ON email_undo (ends_at);

-- Who may make an account with an address, once: invited by an operator, also where registration is
-- closed, or because they asked for a link where it is open.
CREATE TABLE invitation (
    id BYTEA NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,         -- SHA-256 of it
    email TEXT NOT NULL,                -- lower case; another one like this replaces it
    is_asked BIGINT NOT NULL,
    roles BIGINT NOT NULL,             -- that the account gets
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (email, is_asked)
);
CREATE INDEX invitation_end ON invitation (expires_at);
CREATE INDEX invitation_open ON invitation (expires_at, id) WHERE is_asked = 0;

-- Mail that waits to be sent. No link is kept here: the one in a mail is made when it is sent.
CREATE TABLE mail (
    id BYTEA NOT NULL PRIMARY KEY,
    kind BIGINT NOT NULL,              -- enum mail_kind
    recipient TEXT NOT NULL,            -- an e-mail address, perhaps of nobody here
    language BIGINT NOT NULL,          -- enum mail_language
    about TEXT NOT NULL,                -- what the mail says it is about
    attempts BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL            -- when to try
);
CREATE INDEX mail_recipient ON mail (recipient);
CREATE INDEX mail_next ON mail (next_at, id);

-- An account's second factor: codes by time (RFC 6238).
CREATE TABLE totp (
    account_id BYTEA NOT NULL PRIMARY KEY,
    sealed_secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,               -- NULL: no code of it was entered yet
    last_step BIGINT NOT NULL,         -- of the last code that was accepted
    at_consent BIGINT NOT NULL         -- whether each consent takes a code
);

-- What somebody logs in with whose phone is lost; a row is a code that is left.
CREATE TABLE recovery_code (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL,
    digest BYTEA NOT NULL               -- HMAC-SHA-256 of it, under the secret of the factor
);
CREATE INDEX recovery_code_account ON recovery_code (account_id, digest);

-- What somebody logs in with in place of a password (WebAuthn).
CREATE TABLE passkey (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL,
    name TEXT NOT NULL,                 -- that its owner gave it
    credential BYTEA NOT NULL UNIQUE,    -- by which the authenticator knows it
    algorithm BIGINT NOT NULL,         -- enum webauthn_algorithm
    public_key BYTEA NOT NULL,
    counter BIGINT NOT NULL,           -- of the last proof that was accepted; 0: it does not count
    challenged_at BIGINT NOT NULL,     -- when the challenge of that proof was made: none is used twice
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkey_account ON passkey (account_id);

CREATE TABLE service_token (
    token BYTEA NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles BIGINT NOT NULL,             -- enum token_role
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    token BYTEA NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BYTEA NOT NULL UNIQUE,
    account_id BYTEA NOT NULL,
    method BIGINT NOT NULL,            -- by which somebody logged in
    authenticated_at BIGINT NOT NULL,  -- and when they last showed who they are
    means BIGINT NOT NULL,                -- and by what: enum authentication_means, bits
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    browser BYTEA                        -- its digest; NULL: a program
) WITH (fillfactor = 80);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_end ON session (ends_at);

-- The browsers with which people have logged in to an account, by a cookie: a log-in with another one
-- is told by mail. The digest is of the cookie and the account.
CREATE TABLE browser (
    account_id BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    seen_at BIGINT NOT NULL,            -- the last log-in
    PRIMARY KEY (account_id, digest)
);
CREATE INDEX browser_seen ON browser (seen_at);

CREATE TABLE client (
    id BYTEA NOT NULL PRIMARY KEY,
    client_id BYTEA NOT NULL UNIQUE,
    account_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,        -- one a line
    logout_uris TEXT NOT NULL,         -- post_logout_redirect_uris, likewise
    scopes TEXT NOT NULL,
    optional_scopes TEXT NOT NULL,
    jwks TEXT NOT NULL,                 -- its public keys; empty: none
    subject_type BIGINT NOT NULL,      -- enum subject_type
    id_tokens_es256 BIGINT NOT NULL,
    status BIGINT NOT NULL,
    auth_method BIGINT NOT NULL,       -- enum client_auth
    application_type BIGINT NOT NULL,  -- enum application_type
    require_pkce BIGINT NOT NULL,
    require_pushed BIGINT NOT NULL,    -- RFC 9126
    legacy_redirect BIGINT NOT NULL,
    device_flow BIGINT NOT NULL,       -- RFC 8628
    refresh_tokens BIGINT NOT NULL,    -- 1: without offline_access
    document TEXT NOT NULL,             -- URL of its metadata document; empty: registered
    document_until BIGINT NOT NULL,    -- how long its copy may be used; 0: none
    secret_max_lifetime BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    look_at BIGINT                     -- as an account's
);
CREATE INDEX client_account ON client (account_id, deleted_at, created_at);
CREATE INDEX client_waiting ON client (created_at, id) WHERE status = 2 AND deleted_at IS NULL;
CREATE INDEX client_look ON client (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE client_secret (
    id BYTEA NOT NULL PRIMARY KEY,
    client_row BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT,
    is_foreign INTEGER NOT NULL  -- 1: not of the form that grantd makes
) WITH (fillfactor = 80);
CREATE INDEX client_secret_client ON client_secret (client_row, created_at);

CREATE TABLE project (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL,
    public_id BYTEA,                     -- as the satellite calls it; NULL: not told
    name TEXT NOT NULL,
    satellite_address TEXT NOT NULL,
    head BYTEA NOT NULL,                 -- of the API key
    sealed_api_key BYTEA NOT NULL,
    sealed_secret BYTEA,                 -- self-issued projects only
    salt BYTEA NOT NULL,
    path_cipher BIGINT NOT NULL,
    limits TEXT,                        -- NULL: the key allows anything
    key_begins_at BIGINT,
    key_ends_at BIGINT,
    prove_at BIGINT,                   -- imported, not proven: when to ask the satellite next
    problem TEXT,                       -- why it is not proven: name of an outcome
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    key_look_at BIGINT                 -- deleted ones: when to see whether the key or row may go
);
CREATE INDEX project_account ON project (account_id, deleted_at, created_at);
CREATE INDEX project_head ON project (head);
CREATE INDEX project_prove ON project (prove_at) WHERE prove_at IS NOT NULL;
CREATE INDEX project_key_look ON project (key_look_at) WHERE key_look_at IS NOT NULL;

-- What applications have pushed (RFC 9126). From the first time that a browser opens a request it
-- belongs to that browser.
CREATE TABLE pushed_request (
    digest BYTEA NOT NULL PRIMARY KEY,  -- SHA-256 of the request_uri
    client_row BYTEA NOT NULL,
    parameters TEXT NOT NULL,           -- name=value pairs
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    browser BYTEA
);
CREATE INDEX pushed_request_client ON pushed_request (client_row, expires_at);
CREATE INDEX pushed_request_end ON pushed_request (expires_at);

-- What a device asks for that has no browser (RFC 8628), until somebody enters its user code.
CREATE TABLE device_request (
    digest BYTEA NOT NULL PRIMARY KEY,  -- SHA-256 of the device_code
    user_code BYTEA NOT NULL UNIQUE,    -- SHA-256 of it
    client_row BYTEA NOT NULL,
    public_key BYTEA NOT NULL,          -- X25519; the device_code is what makes its private key
    scope TEXT NOT NULL,
    protocol_scopes BIGINT NOT NULL,
    asked TEXT,                         -- as a request's
    poll_interval BIGINT NOT NULL,      -- seconds that must lie between two polls
    polled_at BIGINT,
    expires_at BIGINT NOT NULL,
    request_no BIGINT,                  -- that decided it; NULL: nobody has
    wanted_project BYTEA,               -- as a request's, and this
    lifetime_limit BIGINT NOT NULL
);
CREATE INDEX device_request_client ON device_request (client_row, expires_at);
CREATE INDEX device_request_end ON device_request (expires_at);

-- What an application asks of an account. If it is approved, an authorization and a code have its
-- number.
CREATE TABLE request (
    no BIGINT NOT NULL PRIMARY KEY,
    id BYTEA NOT NULL UNIQUE,
    account_id BYTEA NOT NULL,
    client_row BYTEA NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    protocol_scopes BIGINT NOT NULL,    -- enum protocol_scope, bits
    asked TEXT,                         -- both as the application wrote them, if that differs
    state TEXT,
    challenge TEXT,
    nonce TEXT,                         -- for the ID token
    status BIGINT NOT NULL,            -- pending, approved, rejected or withdrawn; not used
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    decided_at BIGINT,
    login_after BIGINT,                 -- who decides has logged in since then; NULL: ever
    authenticated_at BIGINT,            -- once decided: when the user had logged in
    means BIGINT,                       -- and by what, as of a session
    device BYTEA,                        -- of which device_request; NULL: a redirect URI
    wanted_project BYTEA,               -- the only one that will do; NULL: any
    lifetime_limit BIGINT NOT NULL      -- seconds that access may last; 0: no limit
);
CREATE INDEX request_account ON request (account_id, client_row, no);
CREATE INDEX request_client ON request (client_row, no);
CREATE INDEX request_pending ON request (account_id, client_row, expires_at) WHERE status = 0;
CREATE INDEX request_unapproved ON request (created_at) WHERE status <> 1;

-- What an account has allowed an application. Any number of grants may be issued from it.
CREATE TABLE access_authorization (
    no BIGINT NOT NULL PRIMARY KEY,    -- the request's
    account_id BYTEA NOT NULL,
    client_row BYTEA NOT NULL,
    project_id BYTEA NOT NULL,
    scope TEXT NOT NULL,
    protocol_scopes BIGINT NOT NULL,    -- enum protocol_scope, bits
    lifetime BIGINT NOT NULL,          -- of each grant, seconds; 0: no end
    decided_at BIGINT NOT NULL,
    ended_at BIGINT,                   -- nothing is issued from it any more
    live_until BIGINT NOT NULL         -- nothing that is issued from it lives longer
);
-- Those that may be live are a range of it, and few: see limits.authorizations_per_client.
CREATE INDEX authorization_account
    ON access_authorization (account_id, client_row, ended_at, live_until);

-- An application that an account has allowed something, for as long as an authorization is kept: so
-- that a list of them does not have to look for them among these.
CREATE TABLE connected_client (
    account_id BYTEA NOT NULL,
    client_row BYTEA NOT NULL,
    first_at BIGINT NOT NULL,          -- the first approval
    last_at BIGINT NOT NULL,           -- the last one, or since then a renewal, to the hour
    newest_no BIGINT NOT NULL,         -- of the last one
    redirect_uri TEXT NOT NULL,         -- where that led
    PRIMARY KEY (account_id, client_row)
);
CREATE INDEX connected_client_last ON connected_client (account_id, last_at, client_row);

-- What an authorization is exchanged by, once.
CREATE TABLE code (
    no BIGINT NOT NULL PRIMARY KEY,    -- the authorization's, and part of the code
    digest BYTEA,                        -- SHA-256 of it; gone when no longer remembered
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    needs_passphrase BIGINT NOT NULL,
    sealed_access BYTEA,                 -- opened by the code only; gone at claim or expiry
    asked_at BIGINT NOT NULL,          -- when the request was made
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    used_by BYTEA                        -- the attempt
) WITH (fillfactor = 50);                -- a claimed row fits beside what it was
-- A claim changes no column that is in an index, so it changes no index.
CREATE INDEX code_remembered ON code (expires_at) WHERE digest IS NOT NULL;
CREATE INDEX code_asked ON code (asked_at);

CREATE TABLE access_grant (
    id BYTEA NOT NULL PRIMARY KEY,       -- UUIDv7, and the nonce of the caveat
    authorization_no BIGINT,           -- NULL: the owner's own grant
    account_id BYTEA NOT NULL,
    client_row BYTEA,                    -- NULL: the owner's own grant
    project_id BYTEA NOT NULL,
    scope TEXT NOT NULL,
    status BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    sealed_tail BYTEA,                   -- with the limits beside it, it makes the API key
    sealed_caveat BYTEA,                 -- with the project's API key, it makes the grant's, which
                                        -- a revocation at the satellite names; NULL: self-issued
    attempt BYTEA NOT NULL,
    revoked_at BIGINT,
    revoked_by TEXT,                    -- user, client, replay, reuse, newer, restore
    UNIQUE (authorization_no, attempt)  -- one an attempt
);
-- Of an authorization that was renewed for months, those that are live are a range of it.
CREATE INDEX access_grant_authorization
    ON access_grant (authorization_no, (COALESCE(expires_at, 9223372036854775807)), id);
CREATE INDEX access_grant_account ON access_grant (account_id, id);
CREATE INDEX access_grant_project ON access_grant (project_id, id);
CREATE INDEX access_grant_end ON access_grant (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX access_grant_unissued ON access_grant (created_at) WHERE sealed_tail IS NULL;

-- What an application renews its access with: the family of refresh tokens of an authorization. The
-- row is of the same size however often it is used; core/token/refresh_token.h.
CREATE TABLE refresh_token (
    authorization_no BIGINT NOT NULL PRIMARY KEY,
    family BYTEA NOT NULL,              -- SHA-256 of what all its tokens have
    token BYTEA NOT NULL,               -- SHA-256 of the one that is good
    sealed_access BYTEA,                -- opened by that token only; NULL: no key
    salt BYTEA,                         -- it was derived with; NULL: the first
    previous BYTEA,                     -- SHA-256 of the one before, which may be
                                        -- repeated for a while
    previous_access BYTEA,              -- opened by that token only
    replaced_at BIGINT,                 -- when it was replaced
    grant_id BYTEA,                     -- the grant that was issued for it
    attempt BYTEA,                      -- by which
    last_used_at BIGINT NOT NULL,       -- or begun
    expires_at BIGINT NOT NULL,         -- unless it is used before
    ends_at BIGINT NOT NULL             -- in any case
);
CREATE INDEX refresh_token_end ON refresh_token (expires_at);

-- A user has removed all access of an application: every grant from its requests up to a number is
-- dead, whatever the grants' rows say. One row does it, however many grants there are. A row covers
-- the requests after those of the row before it.
CREATE TABLE access_end (
    account_id BYTEA NOT NULL,
    client_row BYTEA NOT NULL,
    up_to BIGINT NOT NULL,             -- the number of the last request
    after BIGINT NOT NULL,             -- the one before the first
    id BYTEA NOT NULL UNIQUE,            -- of the first request whose grant died
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_row, up_to)
);
CREATE INDEX access_end_up_to ON access_end (up_to);

-- Whatever made grants die, in the order in which it was committed: the numbers come from the
-- counter, in the same transaction.
CREATE TABLE revocation (
    seq BIGINT NOT NULL PRIMARY KEY,
    kind BIGINT NOT NULL,              -- enum revocation_kind
    id BYTEA NOT NULL,                   -- of the grant, client row, project, account or access end
    at BIGINT NOT NULL
);
CREATE INDEX revocation_of ON revocation (id);

-- Revocations to be delivered to satellites, one for each revoked grant; rows stay to show the
-- result.
CREATE TABLE delivery (
    grant_id BYTEA NOT NULL PRIMARY KEY,
    state BIGINT NOT NULL,             -- enum delivery_state
    attempts BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    next_at BIGINT,                    -- when to try; NULL: never again
    settled_at BIGINT,                 -- when it got the state it has, if that is not pending
    problem TEXT,                       -- why the last attempt failed: name of an outcome
    account_id BYTEA NOT NULL,           -- the grant's
    client_row BYTEA                     -- likewise
);
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_state ON delivery (state, made_at) WHERE state <> 1;
CREATE INDEX delivery_connection ON delivery (account_id, client_row, state) WHERE state <> 1;

-- What made more than one grant die: its grants are entered into delivery some at a time.
CREATE TABLE delivery_spread (
    seq BIGINT NOT NULL PRIMARY KEY,   -- of the row in revocation
    after BYTEA NOT NULL                 -- the grant up to which they were entered
);

-- Partitioned by time, see below.
CREATE TABLE used_jwt (
    exp BIGINT NOT NULL,               -- unix seconds
    digest BYTEA NOT NULL,               -- of header.payload
    attempt BYTEA NOT NULL,
    PRIMARY KEY (exp, digest)
) PARTITION BY RANGE (exp);

CREATE TABLE audit (
    no BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    account_id BYTEA,
    client_id BYTEA,
    subject_id BYTEA,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    actor_id BYTEA                       -- the operator's account that did it; NULL: none did
) PARTITION BY RANGE (at);
CREATE INDEX audit_at ON audit (at, no);
-- What the exchanges of an application were refused for, for its developer.
CREATE INDEX audit_failed_exchange ON audit (client_id, at, no)
    WHERE action IN ('exchange', 'refresh') AND outcome <> 'ok';
-- What was done with an account, for its owner. Requests are not, until they are decided, and what
-- was issued stands in access_grant: so the flow writes one row of this, its consent.
CREATE INDEX audit_account ON audit (account_id, at, no)
    WHERE account_id IS NOT NULL AND outcome = 'ok' AND action NOT IN ('request', 'exchange',
    'refresh', 'grant_narrow', 's3_credentials', 'project_prove', 'revocation_deliver');

-- Every write transaction, on any node, locks this table first: those that only claim codes share
-- the lock, each other one has it alone.
CREATE TABLE turn (
    nothing BIGINT
);

-- The last transaction of each writing connection, to look up after a lost commit; and those that
-- were not found then, so that they can no longer be committed.
CREATE TABLE writer (
    id BYTEA NOT NULL,
    batch BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    is_lost BOOLEAN NOT NULL DEFAULT false,
    PRIMARY KEY (id, batch)
);

-- See store/revocation_log.h; SQLite keeps it in a file.
CREATE TABLE revocation_log (
    no BIGINT NOT NULL PRIMARY KEY,
    line TEXT NOT NULL
);

-- What happened with an application on a day (UTC), counted: entries of the audit trail from before
-- the counter event_counted, which holds unix milliseconds.
CREATE TABLE client_day (
    client_id BYTEA NOT NULL,            -- the public one
    day BIGINT NOT NULL,               -- since 1970
    event TEXT NOT NULL,                -- exchange, consent_refused, or why an exchange failed
    n BIGINT NOT NULL,
    PRIMARY KEY (client_id, day, event)
);
CREATE INDEX client_day_day ON client_day (day);

-- Which database is being copied into this one by "grantd store copy". While there is a row, nothing
-- but that command uses the tables.
CREATE TABLE unfinished_copy (
    source BYTEA NOT NULL PRIMARY KEY
);

-- --- partitions ---
--
-- Clean-up drops a partition once all its rows have expired, which costs the same however many there
-- are. There is no default partition: its rows would keep later ones from being attached. A row for
-- which there is no partition is refused, so they are made days ahead.
--
-- Roles that serve own nothing; they call the functions that run with the rights of the owner, whose
-- arguments are numbers only.

CREATE VIEW partition_bounds AS
SELECT parent.relname AS parent, part.relname AS name,
    CAST(bounds[1] AS BIGINT) AS lower, CAST(bounds[2] AS BIGINT) AS upper
FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
    JOIN pg_class part ON part.oid = i.inhrelid
    CROSS JOIN regexp_match(pg_get_expr(part.relpartbound, part.oid),
                            'FROM \(''(\d+)''\) TO \(''(\d+)''\)') AS bounds
WHERE i.inhparent IN (CAST('used_jwt' AS REGCLASS), CAST('audit' AS REGCLASS));

-- The instant, unix milliseconds, up to which both tables take rows.
CREATE FUNCTION partitions_reach() RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT LEAST((SELECT COALESCE(MAX(upper), 0) * 1000 FROM partition_bounds
                  WHERE parent = 'used_jwt'),
                 (SELECT COALESCE(MAX(upper), 0) FROM partition_bounds WHERE parent = 'audit'))
$$;

-- Attaching locks the table against other changes of its schema, but not against writers.
CREATE FUNCTION partition_make(parent TEXT, name TEXT, lower BIGINT, upper BIGINT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass(format('%I', name)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING INDEXES)', name, parent);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       parent, name, lower, upper);
    END IF;
END
$$;

-- `width`, `since` and `until` in seconds, of which each has `units` of the key. A partition's name
-- has the time at which it begins.
CREATE FUNCTION partitions_fill(parent TEXT, units BIGINT, width BIGINT, since BIGINT, until BIGINT)
RETURNS VOID LANGUAGE sql AS $$
    SELECT partition_make(parent, parent || to_char(to_timestamp(second) AT TIME ZONE 'UTC',
                                                    '_YYYYMMDD_HH24'),
                          second * units, (second + width) * units)
    FROM generate_series(since - since % width, until, width) AS second
$$;

-- Makes what is missing between two instants, unix milliseconds. What another session locks is left
-- until next time. Returns how far they reach.
CREATE FUNCTION partitions_make(since BIGINT, until BIGINT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '100ms' AS $$
BEGIN
    BEGIN
        PERFORM partitions_fill('used_jwt', 1, 6 * 3600, since / 1000, until / 1000);
        PERFORM partitions_fill('audit', 1000, 24 * 3600, since / 1000, until / 1000);
    EXCEPTION WHEN lock_not_available THEN
        NULL;
    END;
    RETURN partitions_reach();
END
$$;

-- Makes the partition for a row with this key, for "grantd store copy", which runs as the owner. Returns
-- the first key for which it is not.
CREATE FUNCTION partition_for(parent TEXT, key BIGINT) RETURNS BIGINT
LANGUAGE plpgsql AS $$
DECLARE
    units BIGINT := CASE parent WHEN 'used_jwt' THEN 1 WHEN 'audit' THEN 1000 END;
BEGIN
    IF units IS NOT NULL THEN
        PERFORM partitions_fill(parent, units, CASE parent WHEN 'used_jwt' THEN 6 ELSE 24 END * 3600,
                                key / units, key / units);
    END IF;
    RETURN COALESCE((SELECT b.upper FROM partition_bounds b WHERE b.parent = partition_for.parent
                     AND b.lower <= key AND b.upper > key), 9223372036854775807);
END
$$;

-- Drops `n` partitions at most whose rows are all before `before`, and returns their names. Dropping
-- locks the whole table. It is not waited for, as others would wait behind us: what is in use, by a
-- backup for instance, is left until next time.
CREATE FUNCTION partitions_drop(of_parent TEXT, before BIGINT, n BIGINT) RETURNS SETOF TEXT
LANGUAGE plpgsql AS $$
DECLARE
    old TEXT;
BEGIN
    FOR old IN SELECT name FROM partition_bounds WHERE parent = of_parent AND upper <= before
        ORDER BY upper LIMIT n
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE ONLY %I, ONLY %I IN ACCESS EXCLUSIVE MODE NOWAIT',
                           of_parent, old);
            EXECUTE format('DROP TABLE %I', old);
        EXCEPTION WHEN lock_not_available THEN
            RETURN;
        END;
        RETURN NEXT old;
    END LOOP;
END
$$;

-- `before` in unix seconds.
CREATE FUNCTION used_jwt_drop(before BIGINT, n BIGINT) RETURNS SETOF TEXT
LANGUAGE sql SECURITY DEFINER AS $$ SELECT partitions_drop('used_jwt', before, n) $$;

-- `before` in unix milliseconds.
CREATE FUNCTION audit_drop(before BIGINT, n BIGINT) RETURNS SETOF TEXT
LANGUAGE sql SECURITY DEFINER AS $$ SELECT partitions_drop('audit', before, n) $$;

-- Whoever calls them, names mean what is in this schema.
DO $$
DECLARE
    ours TEXT := current_schema();
    f REGPROCEDURE;
BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = to_regnamespace(format('%I', ours)) LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, ours);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END
$$;
