-- SPDX-License-Identifier: Apache-2.0
--
-- What storage and operators ask for: service tokens, and the feed of revocations.

CREATE TABLE service_token (
    token BLOB NOT NULL PRIMARY KEY,    -- SHA-256 of it
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles INTEGER NOT NULL,             -- enum token_role
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('revocation', 0);

-- Whatever made grants die, in the order in which it was committed: the numbers come from the
-- counter, in the same transaction.
CREATE TABLE revocation (
    seq INTEGER NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,              -- enum revocation_kind
    id BLOB NOT NULL,                   -- of the grant, client row, project or account
    at INTEGER NOT NULL
) STRICT;

-- What a developer's applications asked for, and so the grants that die with a client. Those of a
-- project and an account are found by the account, whose they are.
CREATE INDEX request_client ON request (client_row, no);
