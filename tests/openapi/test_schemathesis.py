# SPDX-License-Identifier: Apache-2.0
"""Schemathesis against the real server: whatever it generates from docs/openapi.yaml, for every
kind of caller, the response is not a fault and matches the document.

It does not check that data outside the document's rules is refused: much of it is accepted on
purpose (unknown fields, empty strings, nulls), and tests/server knows what must be refused.
"""

import functools

import pytest
import schemathesis
from schemathesis import checks

import openapi_check
from grantd import NO_MAIL_SERVER, Person, Server

pytestmark = pytest.mark.slow

# For each operation and caller, in addition to those at the bounds of each value.
EXAMPLES = 12
SEED = 20260131
# These end a session, so the next example starts with a new one.
ENDS_SESSION = {"logOut", "endSessions", "endSession"}

checks.load_all_checks()
CHECKS = checks.CHECKS.get_by_names([
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
    "allow_header_conformance",
])


def described_for(callers_make_up_credentials):
    config = {"seed": SEED, "generation": {
        "max-examples": EXAMPLES, "database": "none",
        "with-security-parameters": callers_make_up_credentials}}
    return schemathesis.openapi.from_dict(openapi_check.document(),
                                          config=schemathesis.Config.from_dict(config))


for_strangers = described_for(True)
for_members = described_for(False)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # One asks as often as many would.
    server = Server(tmp_path_factory.mktemp("openapi"),
                    **{"limits.login_per_address": "1000000",
                       "limits.registrations_per_address": "1000000",
                       "clients.dynamic_registration": "true", **NO_MAIL_SERVER}).start()
    yield server
    assert server.stop() == 0, server.text()


@pytest.fixture(scope="module")
def person_for(server):
    """A new one for each operation: wrong passwords make an account wait."""
    return functools.cache(lambda operation: Person(server))


@pytest.fixture(scope="module")
def service_token(server):
    return {role: server.service_token(role) for role in ("check", "revocations")}


def name_of(case):
    return case.operation.definition.raw["operationId"]


def judge(case, server, token=None):
    headers = {"Authorization": "Bearer " + token} if token else {}
    case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS)


def session_for(case, person):
    if name_of(case) in ENDS_SESSION:
        person.log_in()
    return person.token


def living(person, case):
    """What this person has, by the names in paths and bodies. Deleted things are created again."""
    if case.operation.method == "delete" or not hasattr(person, "app"):
        person.app = person.application()
    made = {"id": person.app.id, "client_id": person.app.client_id,
            "project_id": person.call("GET", "/api/v0/projects").json[0]["id"],
            "request_id": person.request(person.app).json.get("request_id")}
    if "/projects/" in case.path:
        made["id"] = person.project()["id"]
    elif "/requests/" in case.path:
        made["id"] = made["request_id"]
    elif "/sessions/" in case.path:
        made["id"] = person.call("GET", "/api/v0/auth/sessions").json[0]["id"]
    elif "/grants/" in case.path or "/developer-access/" in case.path:
        assert person.app.exchange(person.code(person.app)).status == 200
        made["id"] = person.grants()[0]["id"]
    return made


def put_in(values, members):
    for name in values:
        if isinstance(members, dict) and name in members:
            members[name] = values[name]


@for_strangers.parametrize()
def test_nobody_finds_a_fault(case, server):
    judge(case, server)


@for_members.parametrize()
def test_somebody_logged_in_finds_no_fault(case, server, person_for):
    judge(case, server, session_for(case, person_for(name_of(case))))


@for_members.include(path_regex="[{]|oauth2").exclude(operation_id="exchangeCode").parametrize()
def test_an_owner_of_what_is_named_finds_no_fault(case, server, person_for):
    person = person_for(name_of(case))
    token = session_for(case, person)
    made = living(person, case)
    put_in(made, case.path_parameters)
    put_in(made, case.body)
    judge(case, server, token)


@for_members.include(tag="Services").parametrize()
def test_a_service_finds_no_fault(case, server, service_token):
    judge(case, server, service_token["check" if name_of(case) == "checkGrant" else "revocations"])
