"""Every step of the candidate's page: clean for axe, in both languages and all colours; it fits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import DESIGN_SIZE, EN, PHONE_SIZE, ZH, axe_violations, hangs_over
from tests.live_server import LiveServer
from tests.sat import Sat, sat_exam, saved

pytestmark = [pytest.mark.browser, pytest.mark.long]
ZOOMED = (683, 384)


@pytest.fixture
def sat(shared_server: LiveServer, chromium: Browser) -> Iterator[Sat]:
    with sat_exam(shared_server, chromium) as made:
        yield made


def look(page: Page, step: str) -> None:
    assert axe_violations(page) == [], step
    assert hangs_over(page) <= 0, step


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [
        (ZH, "light", DESIGN_SIZE),
        (EN, "dark", DESIGN_SIZE),
        (ZH, "contrast", ZOOMED),
        (EN, "light", PHONE_SIZE),
    ],
)
def test_every_step_is_clean_and_fits(
    sat: Sat, language: str, theme: str, size: tuple[int, int]
) -> None:
    page = sat.page(language=language, theme=theme, size=size)
    look(page, "sign-in")
    sat.sign_in(page)
    look(page, "confirm")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("pledge")).to_be_visible()
    look(page, "pledge")
    page.get_by_test_id("pledge-box").check()
    page.get_by_test_id("pledge").click()
    expect(page.locator(".katex").first).to_be_visible()
    look(page, "warm-up")
    page.get_by_test_id("warm-done").click()
    expect(page.get_by_test_id("waiting")).to_be_visible()
    look(page, "waiting")
    sat.start()
    expect(page.get_by_test_id("question")).to_be_visible()
    for number in range(1, 11):
        expect(page.locator(f'article[data-number="{number}"]')).to_be_visible()
        look(page, f"question {number}")
        if number < 10:
            page.get_by_test_id("next").click()
    page.get_by_test_id("mode-scroll").click()
    look(page, "section")
    saved(page)
    page.get_by_test_id("hand-in").click()
    look(page, "hand-in")
    page.get_by_test_id("hand-in-confirm").click()
    expect(page.get_by_test_id("receipt-code")).to_be_visible()
    look(page, "receipt")
