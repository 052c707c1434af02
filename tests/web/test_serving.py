# SPDX-License-Identifier: Apache-2.0
"""How pages and their files are served."""

import gzip
import hashlib
import re

import pytest

from conftest import ROOT
from grantd import Person

PAGES = ("/", "/login", "/register", "/forgot", "/reset", "/email", "/apps", "/projects", "/console", "/account", "/activity", "/operator",
         "/test", "/device",
         "/reference")
WEB = ROOT / "src" / "web"
FILES = sorted(path.name for path in WEB.iterdir() if path.suffix in (".js", ".css", ".svg"))
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml"}
LIMIT = 50_000  # bytes of a page in total
LIMIT_REFERENCE = 80_000  # with the description of the API, which is half of it


def policy_of(answer):
    return dict(part.strip().split(" ", 1)
                for part in answer.headers["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize("path", (*PAGES, "/oauth2/authorize", "/oauth2-integration"))
def test_rules_11_and_14_pages_are_never_framed_and_load_nothing_from_elsewhere(server, path):
    answer = server.call("GET", path)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = policy_of(answer)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers  # rule 13


def test_every_file_is_served_with_its_type(server):
    for name in FILES:
        answer = server.call("GET", "/static/" + name)
        assert answer.status == 200 and answer.body == (WEB / name).read_bytes(), name
        assert answer.headers["Content-Type"] == TYPES[name[name.rindex("."):]]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_browser_that_has_a_file_gets_304(server):
    first = server.call("GET", "/static/style.css")
    tag = first.headers["ETag"]
    assert tag.strip('"') == hashlib.sha256(first.body).hexdigest()[:32]
    for tags in (tag, f'"other", {tag}', "W/" + tag):
        again = server.call("GET", "/static/style.css", headers={"If-None-Match": tags})
        assert again.status == 304 and again.body == b"" and again.headers["ETag"] == tag
    other = server.call("GET", "/static/style.css", headers={"If-None-Match": '"other"'})
    assert other.status == 200


def test_who_takes_gzip_gets_it_packed_under_another_tag(server):
    plain = server.call("GET", "/static/style.css")
    packed = server.call("GET", "/static/style.css", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    for codings in ("gzip;q=0", "br", "xgzip"):
        answer = server.call("GET", "/static/style.css", headers={"Accept-Encoding": codings})
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ("nothing.js", "page.html", "style.css.gz", "..%2Fpage.html",
                                  "style.css%00", "x" * 3000 + ".js", "meson.build"))
def test_nothing_else_is_served(server, name):
    assert server.call("GET", "/static/" + name).status == 404


def test_rule_12_no_page_takes_a_post_that_could_be_sent_on(server):
    answer = server.call("POST", "/oauth2/authorize", "a=b",
                         headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.headers["Location"]) == (303, "/oauth2/authorize?a=b")
    for path in (*PAGES, "/oauth2-integration", "/static/style.css"):
        answer = server.call("POST", path)
        assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD", path


def test_the_pages_of_the_flow_are_kept_by_no_cache(server, app):
    answer = server.call("GET", f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
                                f"&redirect_uri={app.redirect_uri}&scope=read")
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"


def test_what_a_developer_wrote_cannot_leave_its_place_in_the_page(server, visit, developer, user):
    evil = '"><script>alert(1)</script><b a=\'&quot;{notice}'
    app = developer.application(name=evil, description=evil)
    path = (f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
            f"&redirect_uri={app.redirect_uri}&scope=read")
    assert b"<script>alert" not in server.call("GET", path).body
    page = visit(user).open(path)
    assert evil in page.inner_text("main")


def test_the_languages_have_the_same_words():
    def words(language):
        text = (WEB / f"text.{language}.js").read_text()
        return dict(re.findall(r"^\t'([^']+)': '(.*)',$", text, re.M))

    english, german = words("en"), words("de")
    assert list(english) == list(german) and len(english) > 300
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", german[key])), key


def test_every_text_that_a_script_names_is_there():
    english = (WEB / "text.en.js").read_text()
    for path in WEB.glob("*.js"):
        for key in re.findall(r"\bt\('([\w.]+)'(?!\s*\+)", path.read_text()):
            assert f"'{key}':" in english or f"'{key}.other':" in english, (path.name, key)


def test_every_page_is_light(visit, user, server):
    developer = Person(server)  # with one application, whatever other tests have left
    app = developer.application()
    consent = (f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
               f"&redirect_uri={app.redirect_uri}&scope=read")
    for path in (*PAGES, consent, f"/console#{app.id}"):
        visitor = visit(developer if "console" in path else user)
        requests = []
        visitor.page.on("requestfinished", lambda request, to=requests: to.append(request))
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        size = sum(request.sizes()["responseBodySize"] for request in requests)
        assert 0 < size < (LIMIT_REFERENCE if path == "/reference" else LIMIT), (path, size)


def test_the_first_paint_waits_for_no_script(visitor):
    """bench/pages.py measures how soon it comes."""
    visitor.page.route("**/*.js", lambda route: None)
    visitor.page.goto("/apps", wait_until="commit")
    visitor.page.get_by_role("link", name="grantd").wait_for()
    visitor.page.evaluate("""new Promise((painted) => new PerformanceObserver((list) =>
        list.getEntriesByName('first-contentful-paint').forEach(painted)
    ).observe({ type: 'paint', buffered: true }))""")
