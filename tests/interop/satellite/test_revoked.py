# SPDX-License-Identifier: Apache-2.0
"""Revocations take effect at the satellite, whatever happens on the way."""

import os
import signal

import pytest

from grantd import PASSWORD, Person
from owner import Owner, serve

MEMORY = 1.5  # seconds: a little longer than the bed's satellite caches its findings


def states(person):
    return {g["id"]: (g["revocation"] or {}).get("status") for g in person.grants()}


def delivered(person):
    """Whether the satellite knows every revoked grant as revoked."""
    found = [g["revocation"]["status"] for g in person.grants() if g["revocation"]]
    assert "failed" not in found
    return found and all(state == "delivered" for state in found)


def reads(uplink, grant, key="kept"):
    return uplink.do(grant, ("get", "photos", key, "kept"))[0]


@pytest.fixture(autouse=True)
def kept(uplink, root):
    assert uplink.do(root, ("put", "photos", "kept", "kept")) == ["ok"]


def test_a_grant_taken_back_is_refused_and_all_made_from_it(owner, root, uplink, app, eventually):
    grant = owner.give(app, ["read", "bucket:photos"])
    sibling = owner.give(app.twin(), ["read", "bucket:photos"])
    derived = uplink.ask(grant=grant, share=["photos"])["grant"]
    assert [reads(uplink, g) for g in (grant, derived, sibling)] == ["ok"] * 3
    answer = owner.revoke(app)
    [taken] = answer.json["grants"]
    assert (taken["status"], taken["enforced_by"]) == ("revoked", "satellite")
    assert "within five minutes" in taken["effective"]
    eventually(lambda: delivered(owner))
    eventually(lambda: reads(uplink, grant) == "denied", MEMORY + 3)
    eventually(lambda: reads(uplink, derived) == "denied", MEMORY + 3)
    assert [reads(uplink, g) for g in (sibling, root)] == ["ok", "ok"]


def test_a_grant_that_was_not_in_use_is_refused_at_once(owner, uplink, app, eventually):
    grant = owner.give(app, ["read", "bucket:photos"])
    owner.revoke(app)
    eventually(lambda: delivered(owner))
    assert reads(uplink, grant) == "denied"


def test_the_owners_own_grant_is_taken_back_too(server, bed, uplink, eventually):
    person = Owner(server, bed.address, bed.keys["another"])
    grant = person.own_grant()
    [row] = person.grants()
    person.call("DELETE", f"/api/v0/auth/grants/{row['id']}")
    eventually(lambda: delivered(person))
    assert reads(uplink, grant) == "denied"


@pytest.mark.parametrize("what", ["client", "project", "account"])
def test_what_dies_with_its_client_project_or_account_is_refused(
        server, bed, uplink, developer, eventually, what):
    app = developer.application()
    person = Owner(server, bed.address, bed.keys["usual"])
    grant = person.give(app, ["read", "bucket:photos"])
    if what == "client":
        path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
        assert developer.call("DELETE", path).status == 204
    if what == "project":
        assert person.call("DELETE", f"/api/v0/projects/{person.mine['id']}").status == 204
    if what == "account":
        answer = person.call("DELETE", "/api/v0/auth/account", {"password": PASSWORD})
        assert answer.status == 204, answer
    eventually(lambda: reads(uplink, grant) == "denied", 10)


def test_a_code_that_is_replayed_costs_the_grant_at_the_satellite(
        tmp_path, bed, uplink, eventually):
    server = serve(tmp_path, **{"code.replay_grace": "0"})
    try:
        person = Owner(server, bed.address, bed.keys["usual"])
        app = Person(server).application()
        code = person.code(app, ["read", "bucket:photos"], project_id=person.mine["id"],
                           passphrase="p")
        grant = app.exchange(code).json["access_grant"]
        eventually(lambda: "revoked" in app.exchange(code).json["error_description"], 5)
        eventually(lambda: delivered(person))
        assert uplink.do(grant, ("list", "photos", "")) == ["denied"]
    finally:
        server.kill()


# --- on the way ---


def owner_by(server, bed, wire):
    return Owner(server, bed.at(wire.port), bed.keys["usual"])


def test_a_satellite_that_is_away_is_told_when_it_is_back(own_server, bed, wire, uplink,
                                                          eventually):
    person = owner_by(own_server, bed, wire)
    app = Person(own_server).application()
    grant = person.give(app, ["read", "bucket:photos"])
    wire.close()
    assert person.revoke(app).status == 200
    eventually(lambda: "cannot be reached" in (person.grants()[0]["revocation"]["problem"] or ""))
    assert states(person) == {person.grants()[0]["id"]: "pending"}
    wire.connect()
    eventually(lambda: delivered(person), 30)
    assert reads(uplink, grant) == "denied"


def test_a_satellite_that_is_silent_is_told_when_it_speaks(own_server, bed, uplink, eventually):
    person = Owner(own_server, bed.address, bed.keys["usual"])
    app = Person(own_server).application()
    grant = person.give(app, ["read", "bucket:photos"])
    os.kill(bed.process.pid, signal.SIGSTOP)
    try:
        assert person.revoke(app).status == 200
        eventually(lambda: person.grants()[0]["revocation"]["problem"], 40)
        assert delivered(person) is False
    finally:
        os.kill(bed.process.pid, signal.SIGCONT)
    eventually(lambda: delivered(person), 60)
    assert reads(uplink, grant) == "denied"


def test_a_server_that_is_killed_delivers_after_its_restart(own_server, bed, wire, uplink,
                                                            eventually):
    person = owner_by(own_server, bed, wire)
    developer = Person(own_server)
    apps = [developer.application() for _ in range(5)]
    grants = [person.give(app, ["read", "bucket:photos"]) for app in apps]
    wire.close()
    for app in apps:
        assert person.revoke(app).status == 200
    own_server.kill()
    wire.connect()
    own_server.start()
    eventually(lambda: delivered(person), 60)
    assert [reads(uplink, grant) for grant in grants] == ["denied"] * 5


def test_a_server_killed_in_the_middle_of_delivering_delivers_the_rest(
        own_server, bed, wire, uplink, eventually):
    person = owner_by(own_server, bed, wire)
    developer = Person(own_server)
    apps = [developer.application() for _ in range(12)]
    grants = [person.give(app, ["read", "bucket:photos"]) for app in apps]
    for n, app in enumerate(apps):
        assert person.revoke(app).status == 200
        if n % 4 == 3:
            own_server.kill()
            own_server.start()
    # Deliveries that a killed server had leased are due again after some time.
    eventually(lambda: delivered(person), 90)
    assert [reads(uplink, grant) for grant in grants] == ["denied"] * len(grants)


def test_an_answer_that_is_cut_off_anywhere_is_found_out_about(own_server, bed, wire, uplink,
                                                               eventually):
    """The satellite revokes, and its response is lost after any number of bytes."""
    person = owner_by(own_server, bed, wire)
    developer = Person(own_server)
    # The answer on a kept connection is one TLS record of some 30 bytes.
    cuts = range(0, 36, 3)
    apps = [developer.application() for _ in cuts]
    grants = [person.give(app, ["read", "bucket:photos"]) for app in apps]
    for cut, app in zip(cuts, apps):
        wire.cut_after = cut
        assert person.revoke(app).status == 200
        eventually(lambda: wire.cut_after == 0 or delivered(person), 10)
        wire.cut_after = None
    eventually(lambda: delivered(person), 60)
    assert [reads(uplink, grant) for grant in grants] == ["denied"] * len(grants)


def test_what_waits_and_how_it_went_is_counted(own_server, bed, wire, eventually):
    person = owner_by(own_server, bed, wire)
    app = Person(own_server).application()
    person.give(app, ["read", "bucket:photos"])

    def metric(name):
        lines = own_server.call("GET", "/metrics").body.decode().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(f"grantd_{name}"))

    assert metric("deliveries_waiting") == 0
    wire.close()
    person.revoke(app)
    eventually(lambda: metric('deliveries_total{outcome="ERR_SATELLITE_UNAVAILABLE"}') > 0)
    assert (metric("deliveries_waiting"), metric("deliveries_failed")) == (1, 0)
    eventually(lambda: metric("deliveries_oldest_seconds") > 0)
    wire.connect()
    eventually(lambda: metric('deliveries_total{outcome="ok"}') == 1, 30)
    assert metric("deliveries_waiting") == 0
    access = person.call("GET", "/api/v0/auth/developer-access").json
    assert (access[0]["revocations_pending"], access[0]["revocations_failed"]) == (0, 0)
