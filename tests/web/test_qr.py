# SPDX-License-Identifier: Apache-2.0
"""QR codes of the pages, read by ZXing as a telephone would."""

import io

import PIL.Image
import pytest
import zxingcpp

from grantd import PASSWORD, inspect

SCALE = 4  # pixels of a module
MODULES = "async text => (await import('/static/qr.js')).modulesOf(text)"
# How many bytes the versions of the least error correction hold, 1 to 40 (ISO/IEC 18004 table 7).
CAPACITY = (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792,
            858, 929, 1003, 1091, 1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303,
            2431, 2563, 2699, 2809, 2953)


def read(modules):
    size = len(modules)
    picture = PIL.Image.new("L", (size + 8, size + 8), 255)
    picture.putdata([255 if not (4 <= x < size + 4 and 4 <= y < size + 4) or not modules[y - 4][x - 4] else 0
                     for y in range(size + 8) for x in range(size + 8)])
    return [one.text for one in zxingcpp.read_barcodes(
        picture.resize((picture.width * SCALE, picture.height * SCALE), PIL.Image.NEAREST))]


@pytest.fixture(scope="module")
def modules_of(chromium, server):
    page = chromium.new_page(base_url=server.url)
    page.goto("/login")
    yield lambda text: page.evaluate(MODULES, text)
    page.close()


@pytest.mark.parametrize("version", (1, 2, 6, 7, 9, 10, 14, 21, 27, 32, 40))
def test_the_longest_text_of_a_version_is_read_and_one_more_takes_the_next(modules_of, version):
    text = ("grant " * 500)[:CAPACITY[version - 1]]
    modules = modules_of(text)
    assert len(modules) == 17 + 4 * version and read(modules) == [text]
    more = modules_of(text + "!")
    assert more is None if version == 40 else len(more) == 21 + 4 * version


def test_text_beyond_ascii_and_every_filling(modules_of):
    for n in range(1, 18):
        assert read(modules_of("x" * n)) == ["x" * n]
    assert read(modules_of("Grüße, 世界")) == ["Grüße, 世界"]


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_an_owner_reads_the_grant_from_the_screen(visit, user, scheme):
    page = visit(user, color_scheme=scheme).open("/projects")
    page.get_by_role("button", name="Access for myself").click()
    page.get_by_role("dialog").get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("dialog").get_by_label("Passphrase").fill("correct horse")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Show as a QR code").click()
    picture = page.get_by_role("img", name="QR code of your access grant").screenshot()
    [found] = zxingcpp.read_barcodes(PIL.Image.open(io.BytesIO(picture)))
    assert found.text == page.get_by_role("dialog").locator("code").inner_text()
    assert inspect(found.text)["opens_everything"] is True


def test_a_grant_that_is_too_long_for_one_says_so(visit, user):
    page = visit(user).open("/projects")
    assert page.evaluate("async () => (await import('/static/qr.js')).qrCode('x'.repeat(2954), '')") is None
