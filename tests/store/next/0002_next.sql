-- SPDX-License-Identifier: Apache-2.0
--
-- A step of a version to come, which only adds: for tests of an upgrade. Runs on both databases.

ALTER TABLE account ADD COLUMN colour INTEGER NOT NULL DEFAULT 7;

CREATE TABLE addition (
    a INTEGER NOT NULL PRIMARY KEY
);
