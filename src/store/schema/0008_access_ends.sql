-- SPDX-License-Identifier: Apache-2.0
--
-- A user has taken back all that an application had of the account: everything that came of its
-- requests up to a number is dead, whatever the rows of its grants say. One row does it, however
-- many grants there are. A row is about the requests behind the row before it.

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
