"""The console page with thirty seats that answer all the time: frame times, long tasks, weight.

Run: ``.venv/bin/python benchmarks/console_page.py [--seconds N]``. Frames are measured in the
page by the browser's own animation callback, at full speed and with the CPU slowed six times.
"""

import argparse
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

import exam_server.tables  # noqa: F401 - every table must be known before the first row
from tests.browsers import Staff, started_chromium
from tests.console_rooms import LiveRoom
from tests.live_server import LiveServer

SEATS, ITEMS = 30, 100
PAUSE_S = 0.5
HEAD = (
    f"\n{'':<14} frames/s   median      p95      p99    worst   long  longest "
    f"answers/s  (times in ms)"
)
MEASURE = """
(ms) => new Promise((resolve) => {
  const frames = [], tasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration);
  });
  observer.observe({ entryTypes: ["longtask"] });
  const begun = performance.now();
  let last = begun;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    if (now - begun < ms) requestAnimationFrame(step);
    else { observer.disconnect(); resolve({ frames: frames.slice(1), tasks }); }
  };
  requestAnimationFrame(step);
})
"""


@contextmanager
def answering(room: LiveRoom) -> Iterator[list[int]]:
    """Let every seat answer again and again; the list grows by one with each answer."""
    stop, given = threading.Event(), [0]

    def work(number: int) -> None:
        seat, position = room.seats[number], number
        while not stop.wait(PAUSE_S):
            position = position % ITEMS + 1
            seat.answer(position, "ABCD"[position % 4])
            given[0] += 1

    with ThreadPoolExecutor(SEATS) as pool:
        waiting = [pool.submit(work, number) for number in range(SEATS)]
        yield given
        stop.set()
        for each in waiting:
            each.result()


def measured(page: Page, seconds: float, slowed: int) -> dict[str, Any]:
    """Return the frames and long tasks of some seconds with the CPU slowed."""
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    found: dict[str, Any] = page.evaluate(MEASURE, seconds * 1000)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return found


def report(words: str, found: dict[str, Any], changes: int, seconds: float) -> None:
    """Print one line of the table."""
    frames, tasks = sorted(found["frames"]), found["tasks"]
    at = lambda share: frames[min(len(frames) - 1, int(len(frames) * share))]  # noqa: E731
    print(
        f"{words:<14} {len(frames) / seconds:6.1f} {at(0.5):8.1f} {at(0.95):8.1f} "
        f"{at(0.99):8.1f} {frames[-1]:8.1f} {len(tasks):6} {max(tasks, default=0):8.0f} "
        f"{changes / seconds:9.1f}"
    )


def weigh(page: Page) -> None:
    """Print what the page has fetched, by kind, as it travelled."""
    kinds: dict[str, float] = page.evaluate(
        """() => {
          const sums = {};
          for (const each of performance.getEntriesByType("resource")) {
            const kind = each.name.split(".").pop().slice(0, 5);
            sums[kind] = (sums[kind] || 0) + each.transferSize;
          }
          return sums;
        }"""
    )
    listed = ", ".join(f"{kind} {size / 1024:.0f} KiB" for kind, size in sorted(kinds.items()))
    print(f"\nfetched on first opening: {listed}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    seconds: float = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        server = LiveServer(Path(folder) / "server")
        server.var.mkdir()
        server.command("db", "upgrade")
        room = LiveRoom(server.start(), SEATS, 60, ITEMS).open()
        try:
            with started_chromium() as browser:
                people = Staff(browser, server.base)
                page = people.page_as(room.proctor)
                page.goto(room.address)
                page.wait_for_selector(".tile")
                weigh(page)
                room.come(*range(1, SEATS + 1))
                page.get_by_test_id("start").focus()
                page.keyboard.press("Enter")
                page.keyboard.press("Enter")
                page.wait_for_selector(".tile.is-running")
                print(HEAD)
                for words, slowed in (("full speed", 1), ("6 × slowed", 6)):
                    with answering(room) as given:
                        found = measured(page, seconds, slowed)
                        report(words, found, given[0], seconds)
                people.close()
        finally:
            room.leave()
            server.kill()


if __name__ == "__main__":
    main()
