"""What staff pages weigh on a first visit and on the next, and when they show something.

Run: ``.venv/bin/python benchmarks/page_weights.py [--slow 6]``. The demonstration on a server of
its own, Chromium with its processor slowed by that factor. Bytes are those on the wire; letters
are counted apart, since a machine with Chinese ones of its own takes fewer.
"""

import argparse
from collections.abc import Callable

from playwright.sync_api import Page

from benchmarks.sitting_page import Wire
from bin.contact_sheet import demonstration
from tests.browsers import Staff, started_chromium

Opened = Callable[[Page], None]
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


def follow(path: str, *selectors: str) -> Opened:
    """Return how a page is reached: an address, then links."""

    def opened(page: Page) -> None:
        page.goto(path)
        for selector in selectors:
            page.locator(selector).first.click()
            page.wait_for_load_state("networkidle")

    return opened


PAGES: tuple[tuple[str, str, Opened], ...] = (
    ("start page of an officer", "officer", follow("/")),
    ("batch of 66 with photos", "officer", follow("/batches/", "a:text-is('DEMO1')")),
    ("seats of 66 on the plan", "officer", follow("/exam-sessions/", "tbody tr:last-child a")),
    ("new paper structure", "officer", follow("/papers/new")),
    ("results of 66", "officer", follow("/results/", "a:has-text('DEMO1')")),
    (
        "item analysis, 2 forms of 80",
        "officer",
        follow("/exam-sessions/", "tbody tr:last-child a", "a[href*=analysis]"),
    ),
    ("marks to enter for 66", "examiner", follow("/results/", "a:has-text('DEMO1')")),
    ("bank of 339", "writer", follow("/bank/", "tbody a")),
    ("editor of an item", "writer", follow("/bank/", "tbody a", "main tbody a", "a:has-text('E')")),
    ("audit record", "auditor", follow("/oversight/audit")),
)


def weigh(page: Page, slow: float) -> tuple[Wire, Wire, float]:
    """Return a page's weight with nothing and with all cached, and when it showed something."""
    first, again = Wire(), Wire()
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    for wire in (first, again):
        wire.listen(page, is_first=wire is first)
        page.reload(wait_until="networkidle")
        wire.stop()
        if wire is first:
            painted = float(page.evaluate(PAINTED))
    line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return first, again, painted


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=float, default=6)
    slow = parser.parse_args().slow
    with demonstration() as server, started_chromium() as browser:
        staff = Staff(browser, server.base)
        heads = ("requests", "KB", "letters", "again KB", f"ms, {slow:g} ×")
        print(f"{'':<32}" + "".join(f"{head:>10}" for head in heads))
        for words, username, opened in PAGES:
            page = staff.page_as(username)
            opened(page)
            first, again, painted = weigh(page, slow)
            print(
                f"{words:<32}{first.requests:>10}{first.bytes / 1000:>10.0f}"
                f"{first.font_bytes / 1000:>10.0f}{again.bytes / 1000:>10.0f}{painted:>10.0f}"
            )
            staff.close()


if __name__ == "__main__":
    main()
