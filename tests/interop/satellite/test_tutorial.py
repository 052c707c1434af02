# SPDX-License-Identifier: Apache-2.0
"""The first hour of the handbook, for somebody who has a project at a satellite."""

from grantd import BINARY
from pages import page_blocks, run_block

STEPS = [
    *page_blocks("docs/first-hour.md", "An account with a project"),
    *page_blocks("docs/first-hour.md", "From a satellite"),
    *page_blocks("docs/first-hour.md", "An application"),
    *page_blocks("docs/first-hour.md", "An exchange"),
    *page_blocks("docs/first-hour.md", "At the satellite"),
]


def test_the_first_hour_ends_in_a_grant_that_the_satellite_honours(server, bed, tmp_path, uplink):
    (tmp_path / "api-key").write_text(bed.keys["usual"])
    done = run_block("".join(STEPS), BINARY.resolve(), server.folder, [
        ("https://grants.example.com", server.url), ("/root/", f"{tmp_path}/"),
        ("12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io:7777", bed.address)],
        GRANTD_SATELLITE_ALLOWED="127.0.0.0/8")
    assert (done.returncode, done.stderr) == (0, ""), done
    grant = (server.folder / "grant.txt").read_text().strip()
    listed, created = uplink.do(grant, ("list", "photos", ""), ("bucket", "mine"))
    assert listed in ("ok", "missing") and created == "denied"
