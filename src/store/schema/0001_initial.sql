-- SPDX-License-Identifier: Apache-2.0
--
-- The first schema. Times are unix milliseconds; NULL means never or not yet. Statuses are the
-- numbers of core/model.h. Deleting marks a row. Hot rows are keyed so that new ones are appended:
-- by a growing number, by UUIDv7, or by (exp, digest).

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,                  -- NULL once deleted
    full_name TEXT NOT NULL,
    password TEXT NOT NULL,             -- Argon2id, encoded
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token BLOB NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_end ON session (ends_at);

CREATE TABLE client (
    id BLOB NOT NULL PRIMARY KEY,
    client_id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,        -- one a line
    scopes TEXT NOT NULL,
    optional_scopes TEXT NOT NULL,
    status INTEGER NOT NULL,
    require_pkce INTEGER NOT NULL,
    legacy_redirect INTEGER NOT NULL,
    secret_max_lifetime INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX client_account ON client (account_id, created_at);

CREATE TABLE client_secret (
    id BLOB NOT NULL PRIMARY KEY,
    client_row BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX client_secret_client ON client_secret (client_row, created_at);

CREATE TABLE project (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
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
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX project_account ON project (account_id, created_at);
CREATE INDEX project_head ON project (head);

CREATE TABLE request (
    no INTEGER NOT NULL PRIMARY KEY,    -- part of the code
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    client_row BLOB NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    state TEXT,
    challenge TEXT,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decided_at INTEGER,
    project_id BLOB,
    granted TEXT,
    lifetime INTEGER,                   -- seconds; 0: no end
    needs_passphrase INTEGER,
    sealed_access BLOB,                 -- opened by the code only; gone at claim or expiry
    code BLOB,                          -- SHA-256 of it; gone when no longer remembered
    code_expires_at INTEGER,
    used_at INTEGER,
    used_by BLOB                        -- the attempt
) STRICT;
CREATE INDEX request_account ON request (account_id, client_row, no);
CREATE INDEX request_pending ON request (account_id, client_row, expires_at) WHERE status = 0;
CREATE INDEX request_sealed ON request (code_expires_at) WHERE sealed_access IS NOT NULL;
CREATE INDEX request_code ON request (code_expires_at) WHERE code IS NOT NULL;

CREATE TABLE access_grant (
    id BLOB NOT NULL PRIMARY KEY,       -- UUIDv7, and the nonce of the caveat
    request_no INTEGER UNIQUE,          -- one a code; NULL: the owner's own grant
    account_id BLOB NOT NULL,
    client_row BLOB,                    -- NULL: the owner's own grant
    project_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    tail BLOB,
    attempt BLOB NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT                     -- user, replay
) STRICT, WITHOUT ROWID;
CREATE INDEX access_grant_account ON access_grant (account_id, id);

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
    address TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
