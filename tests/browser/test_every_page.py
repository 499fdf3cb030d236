"""Every page of the office in a browser: clean for axe, quiet, and it fits, in both languages."""

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.service import person_by_username
from exam_server.batches.models import Batch
from exam_server.batches.photos import KIND as PHOTOS
from exam_server.clock import utcnow
from exam_server.jobs import Job
from tests.browsers import (
    DESIGN_SIZE,
    EN,
    ZH,
    ZOOMED_SIZE,
    Staff,
    axe_violations,
    hangs_over,
    odd_words,
)
from tests.live_server import LiveServer
from tests.page_addresses import TODAY, VISITORS, Visit, visits

pytestmark = pytest.mark.browser

# Pages of an address that say something else to each role.
SEEN_OTHERWISE = [
    *(Visit(username, "/") for username in set(VISITORS.values()) - {"", "officer"}),
    Visit("examiner", "/results/"),
]
NOT_FOUND, NOT_ALLOWED = "/nowhere", "/people/"


@dataclass(frozen=True)
class Pages:
    """Every page to visit, and what `tests.page_addresses` lacks."""

    visits: list[Visit]
    missing: list[str]


@pytest.fixture(scope="module")
def pages(office: Flask, demo_server: LiveServer) -> Pages:
    """Find an address of every page; a finished job is added, for the sample data has none."""
    database = demo_server.database()
    with database.writing() as db:
        add_photo_job(db)
    with database.reading() as db:
        found, missing = visits(office, db)
    database.close()
    return Pages(found + SEEN_OTHERWISE, missing)


def add_photo_job(db: Session) -> None:
    batch = db.scalars(select(Batch).where(Batch.code == TODAY)).one()
    lines = [
        {"file": f"{outcome}.jpg", "name": "王建国", "outcome": outcome, "code": None}
        for outcome in ("matched", "replaces", "unknown", "twice")
    ]
    job = Job(kind=PHOTOS, title=batch.name, status="done", payload={"batch": batch.id})
    job.result = {"lines": lines, "is_stored": False, "count": 2}
    job.person_id, job.finished_at = person_by_username(db, "officer").id, utcnow()
    db.add(job)


class Walk:
    """One person's walk through pages; what is wrong is gathered, not raised.

    What axe looks at is the same in every language, and slow.
    """

    def __init__(self, page: Page, *, has_axe: bool = True) -> None:
        self.page, self.has_axe = page, has_axe
        self.wrong: list[str] = []
        self.said: list[str] = []
        self.sizes = [ZOOMED_SIZE, DESIGN_SIZE]
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self.hear)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains about."""
        if message.type in {"error", "warning"}:
            self.said.append(message.text)

    def visit(self, address: str, status: int = 200) -> None:
        """Look at a page in the design size and zoomed."""
        self.said.clear()
        answer = self.page.goto(address)
        assert answer is not None
        self.page.get_by_role("heading", level=1).first.wait_for()  # some pages a script draws
        found = [f"status {answer.status}"] if answer.status != status else []
        found += axe_violations(self.page) if self.has_axe else []
        found += odd_words(self.page)
        for size in self.sizes:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            over = hangs_over(self.page)
            found += [f"{over} px wider than a window of {size[0]} px"] if over > 0 else []
        if not self.has_axe:  # the next page begins in this size: each change draws all anew
            self.sizes.reverse()
        # the browser itself tells of the answer's status
        found += [each for each in self.said if f"status of {status}" not in each]
        self.wrong += [f"{address}: {each}" for each in found]


def test_every_page_has_an_example_and_a_visitor(pages: Pages) -> None:
    assert pages.missing == []


# The English walk takes as long again and finds little that the Chinese one does not.
@pytest.mark.parametrize("language", [ZH, pytest.param(EN, marks=pytest.mark.long)])
@pytest.mark.parametrize("username", sorted(set(VISITORS.values())))
def test_every_page_is_clean_quiet_and_fits(
    staff: Staff, pages: Pages, username: str, language: str
) -> None:
    # Of an officer's many pages axe looks at in bin/soak: it takes longer than all the rest.
    has_axe = (language == ZH) != (username == "officer")
    walk = Walk(staff.page_as(username, language=language), has_axe=has_axe)
    mine = [each.address for each in pages.visits if each.username == username]
    for address in mine:
        walk.visit(address)
    if username in {"", "officer"}:  # others would see the officer's
        walk.visit(NOT_FOUND, status=404)
    if username == "officer":
        walk.visit(NOT_ALLOWED, status=403)
    assert mine
    assert "\n".join(walk.wrong) == ""


@pytest.mark.parametrize(
    "theme",
    ["light", *(pytest.param(each, marks=pytest.mark.long) for each in ("dark", "contrast"))],
)
def test_every_part_and_every_way_in_is_clean_in_every_theme(staff: Staff, theme: str) -> None:
    walk = Walk(staff.page_as("officer", theme=theme))
    walk.visit(f"/components/?theme={theme}")
    stranger = Walk(staff.page_as(theme=theme, language=EN))
    for address in ("/sign-in", "/sitting"):
        stranger.visit(address)
    assert "\n".join(walk.wrong + stranger.wrong) == ""
