"""A walk as each role from sign-in to done: clicks, keys, pages, and seconds of waiting.

Run from the project's root: ``.venv/bin/python -m benchmarks.walks [FOLDER] [--language en]
[--only NAME …]``. FOLDER takes a picture of each step. Walks are played over the demonstration,
on a server of their own; what each does is in its function's docstring.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.walks import bank, marks, officer, room
from benchmarks.walks.recorder import Recorder, Step
from bin.contact_sheet import demonstration
from exam_server.demo.programme import PASSWORD
from tests.browsers import EN, ZH, Staff, started_chromium
from tests.live_server import LiveServer

HEAD = (
    f"{'':<26}{'clicks':>7}{'keys':>6}{'typed':>7}{'pages':>7}{'waiting':>9}{'longest':>9}"
    f"{'robot':>8}{'person':>9}"
)


@dataclass
class Play:
    """A server, a browser, and the walks recorded so far."""

    server: LiveServer
    browser: Browser
    language: str
    folder: Path | None
    work: Path
    walks: list[Recorder] = field(default_factory=list)

    def visitor(self, role: str) -> Recorder:
        """Return a recorder at the page of somebody who has not signed in."""
        staff = Staff(self.browser, self.server.base)
        page = staff.page_as(language=self.language)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        walk = Recorder(page, role, self.folder)
        self.walks.append(walk)
        return walk

    def signed_in(self, role: str, username: str) -> Recorder:
        """Return a recorder at somebody's start page, the sign-in recorded."""
        walk = self.visitor(role)
        page = walk.page
        walk.open("/sign-in", page.locator("#username"))
        walk.type(username)
        walk.press("Tab")
        walk.type(PASSWORD)
        walk.press("Enter", page.locator("nav.rail"))
        walk.done("signed in")
        return walk


def play_officer(play: Play) -> None:
    """A spreadsheet of thirty names becomes printed tickets; then duties and release."""
    officer.print_tickets(play.signed_in("officer, tickets", "officer"), play.work).end()


def play_bank(play: Play) -> None:
    """A writer sends an item to review; a reviewer approves it."""
    bank.write_item(play.signed_in("item writer", "writer"), play.work).end()
    bank.review_item(play.signed_in("reviewer", "reviewer")).end()


def play_room(play: Play) -> None:
    """One candidate and twenty-nine programs sit; a proctor runs the room."""
    candidate = play.visitor("candidate")
    proctor = play.signed_in("proctor", "proctor")
    room.play(play.server, candidate, proctor)


def play_marks(play: Play) -> None:
    """An examiner enters marks; the officer marks, decides and publishes."""
    marks.enter_marks(play.signed_in("examiner, typing", "examiner"), pasted=False).end()
    marks.enter_marks(play.signed_in("examiner, pasting", "examiner2"), pasted=True).end()
    marks.publish(play.signed_in("officer, results", "officer")).end()


WALKS: dict[str, Callable[[Play], None]] = {
    "officer": play_officer,
    "bank": play_bank,
    "room": play_room,
    "marks": play_marks,
}


def report(walks: list[Recorder], *, steps: bool) -> None:
    """Print the table."""
    print(HEAD)
    for walk in walks:
        print(line(walk.role, walk.total(), walk.machine_s))
        for each in walk.steps if steps else ():
            print(line(f"  {each.name}", each))


def line(words: str, step: Step, machine_s: float | None = None) -> str:
    """Return one row: counts, then seconds."""
    counts = f"{step.clicks:7}{step.keys:6}{step.typed:7}{step.pages:7}"
    robot = "" if machine_s is None else f"{machine_s:.1f}"
    person = step.hand_s + step.waiting_s
    return f"{words:<26}{counts}{step.waiting_s:9.2f}{step.longest_s:9.2f}{robot:>8}{person:9.0f}"


def main() -> None:
    """Walk, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--only", nargs="*", choices=[*WALKS], default=[*WALKS])
    parser.add_argument("--steps", action="store_true", help="also print each step")
    chosen = parser.parse_args()
    language = EN if chosen.language == "en" else ZH
    with (
        tempfile.TemporaryDirectory() as work,
        demonstration() as server,
        started_chromium() as browser,
    ):
        play = Play(server, browser, language, chosen.folder, Path(work))
        for name in chosen.only:
            WALKS[name](play)
        report(play.walks, steps=chosen.steps)


if __name__ == "__main__":
    main()
