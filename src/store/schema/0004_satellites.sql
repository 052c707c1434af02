-- SPDX-License-Identifier: Apache-2.0
--
-- Projects that were brought in are proven at their satellite, and revocations are delivered there.

ALTER TABLE project ADD COLUMN public_id BLOB;    -- as the satellite calls it; NULL: not told
ALTER TABLE project ADD COLUMN prove_at INTEGER;  -- brought in, not proven: when to ask next
ALTER TABLE project ADD COLUMN problem TEXT;      -- why it is not proven: name of an outcome
UPDATE project SET prove_at = 1 WHERE sealed_secret IS NULL AND deleted_at IS NULL;
CREATE INDEX project_prove ON project (prove_at) WHERE prove_at IS NOT NULL;

-- With the project's API key it makes the grant's: what its revocation at the satellite names. It
-- is sealed, as with the tail beside it it makes the same. NULL for self-issued projects.
ALTER TABLE access_grant ADD COLUMN sealed_caveat BLOB;

-- Revocations to be delivered to satellites, one for each grant that was taken back; rows stay to
-- tell what became of them.
CREATE TABLE delivery (
    grant_id BLOB NOT NULL PRIMARY KEY,
    state INTEGER NOT NULL,             -- enum delivery_state
    attempts INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER,                    -- when to try; NULL: never again
    settled_at INTEGER,                 -- when it got the state it has, if that is not pending
    problem TEXT                        -- why the last attempt failed: name of an outcome
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_state ON delivery (state, made_at) WHERE state <> 1;

-- What made more than one grant die: its grants are entered into delivery some at a time.
CREATE TABLE delivery_spread (
    seq INTEGER NOT NULL PRIMARY KEY,   -- of the row in revocation
    after BLOB NOT NULL                 -- the grant up to which they were entered
) STRICT;
