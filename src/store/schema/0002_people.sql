-- SPDX-License-Identifier: Apache-2.0
--
-- Accounts that an operator has disabled, and the keys of deleted projects, which stay until the
-- last grant under them has ended.

ALTER TABLE account ADD COLUMN disabled_at INTEGER;

ALTER TABLE project ADD COLUMN key_look_at INTEGER; -- gone projects: when to see if its key may go
CREATE INDEX project_key_look ON project (key_look_at) WHERE key_look_at IS NOT NULL;
