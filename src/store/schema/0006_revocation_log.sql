-- SPDX-License-Identifier: Apache-2.0
--
-- The number of the last line of revocations.log that was written with a commit. Whoever restores a
-- copy learns from it which lines the copy does not know, and whether there must be a log.

INSERT INTO counter (name, value) VALUES ('revocation_log', 0);
