-- SPDX-License-Identifier: Apache-2.0
--
-- Many rows of each kind for one account and one of its applications, one for each row of the
-- temporary table n: its number i, and its time, a second after the one before. Nothing here is bounded
-- by a quota or a limit, as sessions and live clients are.

-- A quarter of the requests was refused, one of five approvals was revoked.
INSERT INTO request (no, id, account_id, client_row, redirect_uri, scope, protocol_scopes, status,
    created_at, expires_at, decided_at, lifetime_limit)
SELECT 1000 + i, CAST(x'01' || 'rq' || printf('%013d', i) AS BLOB), :account, :client,
    'https://app.example.com/cb', 'read', 0, 1 + (i % 4 = 0), at,
    at + 600000, at, 0 FROM n;

INSERT INTO access_authorization (no, account_id, client_row, project_id, scope, protocol_scopes,
    lifetime, decided_at, ended_at, live_until)
SELECT 1000 + i, :account, :client, :project, 'read', 0, 60, at,
    CASE WHEN i % 5 = 0 THEN at END, at + 120000 FROM n;

INSERT INTO code (no, redirect_uri, needs_passphrase, asked_at, expires_at, used_at, used_by)
SELECT 1000 + i, 'https://app.example.com/cb', 0, at, at + 60000,
    at, CAST(x'01' || 'at' || printf('%013d', i) AS BLOB) FROM n;

INSERT INTO access_grant (id, authorization_no, account_id, client_row, project_id, scope, status,
    created_at, expires_at, sealed_tail, attempt)
SELECT CAST(x'01' || 'gr' || printf('%013d', i) AS BLOB), 1000 + i, :account, :client, :project,
    'read', 1 + (i % 5 = 0), at, at + 60000, x'01',
    CAST(x'01' || 'at' || printf('%013d', i) AS BLOB) FROM n;

-- Renewals of what lives.
INSERT INTO access_grant (id, authorization_no, account_id, client_row, project_id, scope, status,
    created_at, expires_at, sealed_tail, attempt)
SELECT CAST(x'01' || 're' || printf('%013d', i) AS BLOB), t.authorization_no, :account, :client,
    :project, 'read', 1, at, at + 60000, x'01',
    CAST(x'01' || 'rt' || printf('%013d', i) AS BLOB) FROM n, refresh_token t;

-- The owner's own.
INSERT INTO access_grant (id, account_id, project_id, scope, status, created_at, expires_at,
    sealed_tail, attempt)
SELECT CAST(x'01' || 'ow' || printf('%013d', i) AS BLOB), :account, :project, 'read', 2,
    at, at + 60000, x'01',
    CAST(x'01' || 'ow' || printf('%013d', i) AS BLOB) FROM n;

INSERT INTO access_end (account_id, client_row, up_to, after, id, at)
SELECT :account, :client, -i, -i - 1, CAST(x'01' || 'en' || printf('%013d', i) AS BLOB),
    at FROM n;

INSERT INTO revocation (seq, kind, id, at)
SELECT -i, 1, CAST(x'01' || 'gr' || printf('%013d', i) AS BLOB), at FROM n;

-- Of most the satellites have heard.
INSERT INTO delivery (grant_id, state, attempts, made_at, settled_at, account_id, client_row)
SELECT CAST(x'01' || 'gr' || printf('%013d', i) AS BLOB),
    CASE WHEN i > 4000 THEN 1 WHEN i > 2000 THEN 2 ELSE 0 END, 1, at, at, :account, :client FROM n;

-- Applications and projects that were deleted.
INSERT INTO client (id, client_id, account_id, name, description, redirect_uris, logout_uris, scopes,
    optional_scopes, jwks, subject_type, id_tokens_es256, status, auth_method, application_type,
    require_pkce, require_pushed, legacy_redirect, device_flow, refresh_tokens, document,
    document_until, secret_max_lifetime, created_at, deleted_at, look_at)
SELECT CAST(x'01' || 'cl' || printf('%013d', i) AS BLOB),
    CAST(x'01' || 'pu' || printf('%013d', i) AS BLOB), :developer, '', '', '', '', '', '', '', 0, 0, 1,
    0, 0, 0, 0, 0, 0, 0, '', 0, 0, at, at, 9000000000000000 FROM n;

-- Which the account had allowed something, after all others.
INSERT INTO connected_client (account_id, client_row, first_at, last_at, newest_no, redirect_uri)
SELECT :account, CAST(x'01' || 'cl' || printf('%013d', i) AS BLOB), at, at + 86400000, 0, '' FROM n;

INSERT INTO project (id, account_id, name, satellite_address, head, sealed_api_key, salt, path_cipher,
    created_at, deleted_at, key_look_at)
SELECT CAST(x'01' || 'pr' || printf('%013d', i) AS BLOB), :account, '', '1abc@127.0.0.1:7777',
    CAST(x'01' || 'he' || printf('%013d', i) AS BLOB), x'', x'30', 2, at,
    at, 9000000000000000 FROM n;

INSERT INTO audit (at, action, outcome, account_id, client_id, request_id, address)
SELECT at, CASE WHEN i % 2 THEN 'login' ELSE 'exchange' END,
    CASE WHEN i % 2 THEN 'ok' ELSE 'ERR_CODE_USED' END, :account, :client_public, 'r', '192.0.2.1' FROM n;

-- What is of no use from :gone on, and waits for the next clean-up then.
INSERT INTO refresh_token (authorization_no, family, token, last_used_at, expires_at, ends_at)
SELECT 1000 + i, CAST('fa' || printf('%030d', i) AS BLOB), CAST('to' || printf('%030d', i) AS BLOB),
    at, :gone - i, :gone - i FROM n;

INSERT INTO pushed_request (digest, client_row, parameters, expires_at)
SELECT CAST('pu' || printf('%030d', i) AS BLOB), :client_waiting, '', :gone - i FROM n;

INSERT INTO device_request (digest, user_code, client_row, public_key, scope, protocol_scopes,
    poll_interval, expires_at, lifetime_limit)
SELECT CAST('de' || printf('%030d', i) AS BLOB), CAST('us' || printf('%030d', i) AS BLOB),
    :client_waiting, x'', 'read', 0, 5, :gone - i, 0 FROM n;

INSERT INTO used_jwt (exp, digest, attempt)
SELECT (:gone - i) / 1000, CAST('jw' || printf('%030d', i) AS BLOB),
    CAST(x'01' || 'at' || printf('%013d', i) AS BLOB) FROM n;

INSERT INTO quota (kind, who, whole_at)
SELECT 1, CAST(x'01' || 'qu' || printf('%013d', i) AS BLOB), :gone - i FROM n;

INSERT INTO invitation (id, token, email, is_asked, roles, created_at, expires_at)
SELECT CAST(x'01' || 'in' || printf('%013d', i) AS BLOB), CAST('in' || printf('%030d', i) AS BLOB),
    'invited' || i || '@example.com', i % 2, 0, at, :gone - i FROM n;

-- Accounts of others, each with an application that awaits approval.
INSERT INTO account (id, email, full_name, created_at)
SELECT CAST(x'01' || 'ac' || printf('%013d', i) AS BLOB), 'many' || i || '@example.com', '', at FROM n;

INSERT INTO client (id, client_id, account_id, name, description, redirect_uris, logout_uris, scopes,
    optional_scopes, jwks, subject_type, id_tokens_es256, status, auth_method, application_type,
    require_pkce, require_pushed, legacy_redirect, device_flow, refresh_tokens, document,
    document_until, secret_max_lifetime, created_at)
SELECT CAST(x'01' || 'wa' || printf('%013d', i) AS BLOB),
    CAST(x'01' || 'wp' || printf('%013d', i) AS BLOB),
    CAST(x'01' || 'ac' || printf('%013d', i) AS BLOB), '', '', '', '', '', '', '', 0, 0, 2,
    1, 1, 0, 0, 0, 0, 0, '', 0, 0, at FROM n;
