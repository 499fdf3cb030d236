"""What the candidate's page weighs, and how soon after the signal its paper can be read.

Run: ``.venv/bin/python benchmarks/sitting_page.py [--slow 6]``. A server of its own, one room, a
paper of a hundred items with formulas, Chromium with its processor slowed by that factor. Bytes
are those on the wire, without the bundled letters, which come behind the page and only where the
machine has no Chinese ones; the figures of time depend on the machine and its noise.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

import exam_server.tables  # noqa: F401 - every table must be known before the first row
from exam_server.migrating import upgrade
from tests.browsers import started_chromium
from tests.exam_items import single
from tests.live_server import LiveServer
from tests.sat import sat_exam

N_ITEMS = 100
LIMIT_MS = 120_000


@dataclass
class Wire:
    """What has come over the wire, by kind."""

    requests: int = 0
    bytes: int = 0
    font_bytes: int = 0
    names: dict[str, str] = field(default_factory=dict)
    line: CDPSession | None = None

    def listen(self, page: Page, *, is_first: bool = True) -> None:
        """Count from here on; a first visit finds nothing in the browser's cache."""
        self.line = page.context.new_cdp_session(page)
        self.line.send("Network.enable")
        if is_first:
            self.line.send("Network.clearBrowserCache")
        self.line.on("Network.responseReceived", self._begun)
        self.line.on("Network.loadingFinished", self._ended)

    def stop(self) -> None:
        """Count no more."""
        if self.line:
            self.line.detach()

    def _begun(self, event: dict[str, Any]) -> None:
        self.names[event["requestId"]] = event["response"]["url"]

    def _ended(self, event: dict[str, Any]) -> None:
        name = self.names.get(event["requestId"], "")
        size = int(event["encodedDataLength"])
        if "noto-sans-sc" in name or "/fonts-" in name:
            self.font_bytes += size
        else:
            self.requests += 1
            self.bytes += size


def row(what: str, figure: str) -> None:
    """Print one line of the table."""
    print(f"{what:<58}{figure:>16}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=float, default=6)
    slow = parser.parse_args().slow
    with tempfile.TemporaryDirectory() as folder, started_chromium() as browser:
        var = Path(folder)
        upgrade(f"sqlite:///{var / 'exam.sqlite'}")
        server = LiveServer(var).start()
        items = [("single", single(number)) for number in range(1, N_ITEMS + 1)]
        try:
            with sat_exam(server, browser, items=items) as sat:
                page, wire = sat.page(), Wire()
                wire.listen(page)
                page.reload()
                page.context.set_default_timeout(LIMIT_MS)
                expect(page.get_by_test_id("ticket")).to_be_visible()
                row("sign-in: requests", str(wire.requests))
                row("sign-in: kilobytes", f"{wire.bytes / 1024:.0f}")
                sat.waiting(page)
                line = page.context.new_cdp_session(page)
                line.send("Emulation.setCPUThrottlingRate", {"rate": slow})
                began = time.perf_counter()
                sat.start()
                page.get_by_test_id("question").wait_for(timeout=LIMIT_MS)
                row(f"signal to readable question, {slow:g} x slower: ms", _ms(began))
                began = time.perf_counter()
                page.keyboard.press("ArrowRight")
                page.locator('article[data-number="2"]').wait_for(timeout=LIMIT_MS)
                row("next question: ms", _ms(began))
                began = time.perf_counter()
                page.get_by_test_id("mode-scroll").click()
                page.locator(".scroll-item.is-current").wait_for(timeout=LIMIT_MS)
                row(f"section of {N_ITEMS} as a scroll: ms", _ms(began))
                row("sign-in to paper: requests", str(wire.requests))
                row("sign-in to paper: kilobytes", f"{wire.bytes / 1024:.0f}")
                row(
                    "bundled letters (this machine has no Chinese ones): KB",
                    f"{wire.font_bytes / 1024:.0f}",
                )
        finally:
            server.kill()


def _ms(began: float) -> str:
    return f"{(time.perf_counter() - began) * 1000:.0f}"


if __name__ == "__main__":
    main()
