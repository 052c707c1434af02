-- SPDX-License-Identifier: Apache-2.0
--
-- What ends is removed after a while. Rows that others refer to are looked at once a day until
-- nothing refers to them: deleted accounts and clients have look_at, deleted projects key_look_at.

ALTER TABLE account ADD COLUMN look_at INTEGER; -- deleted ones: when to see if the row may go
ALTER TABLE client ADD COLUMN look_at INTEGER;  -- the same
UPDATE account SET look_at = 0 WHERE deleted_at IS NOT NULL;
UPDATE client SET look_at = 0, redirect_uris = '', scopes = '', optional_scopes = ''
    WHERE deleted_at IS NOT NULL;
UPDATE project SET key_look_at = 0 WHERE deleted_at IS NOT NULL;
CREATE INDEX account_look ON account (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX client_look ON client (look_at) WHERE look_at IS NOT NULL;

CREATE INDEX request_unused ON request (created_at) WHERE status <> 4;
CREATE INDEX access_grant_end ON access_grant (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX access_grant_unissued ON access_grant (created_at) WHERE sealed_tail IS NULL;
CREATE INDEX access_grant_project ON access_grant (project_id, id);
CREATE INDEX revocation_of ON revocation (id);

-- How much of a daily quota is used up. A quota refills evenly, so one instant says it all: that at
-- which it is whole again. A row whose instant is past says nothing.
CREATE TABLE quota (
    kind INTEGER NOT NULL,              -- enum quota_kind
    who BLOB NOT NULL,                  -- an account, a client's row, or one after the other
    whole_at INTEGER NOT NULL,
    PRIMARY KEY (kind, who)
) STRICT, WITHOUT ROWID;
CREATE INDEX quota_whole ON quota (whole_at);
