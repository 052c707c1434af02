-- SPDX-License-Identifier: Apache-2.0
--
-- A tail makes, with what stands beside it, the grant's API key: it is sealed from now on. What was
-- kept before is told by its length, 32 bytes, and sealed by the next "grantd keys rotate".

ALTER TABLE access_grant RENAME COLUMN tail TO sealed_tail;
