# SPDX-License-Identifier: Apache-2.0
"""How soon a browser paints each page, and how much it fetches for it: medians over several tries,
each with an empty cache, on a server of its own."""

import os
import pathlib
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))

from grantd import Person, Server  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
TRIES = 5
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def measure(browser, server, person, path):
    """(ms to the first paint, ms until all is there, bytes)"""
    context = browser.new_context(base_url=server.url)
    context.add_cookies([{"name": "_tokenKey", "value": person.token, "url": server.url}])
    page = context.new_page()
    requests = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(path)
    page.wait_for_selector("main > :not(.wait):not(#notice)")
    there = page.evaluate("performance.now()")
    paint = page.evaluate(PAINT)
    size = sum(request.sizes()["responseBodySize"] for request in requests)
    context.close()
    return paint, there, size


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(folder).start()
        person = Person(server)
        app = person.application()
        consent = (f"/oauth2/authorize?response_type=code&client_id={app.client_id}"
                   f"&redirect_uri={app.redirect_uri}&scope=read")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        for path in ("/", "/login", consent, "/apps", "/projects", "/console", "/account", "/device"):
            tries = [measure(browser, server, person, path) for _ in range(TRIES)]
            paint, there, size = (statistics.median(values) for values in zip(*tries))
            print(f"page {path.split('?')[0]:<20} first paint {paint:4.0f} ms, "
                  f"there after {there:4.0f} ms, {size / 1000:.1f} KB")
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
