"""Photograph every page of the demonstration and lay the pictures out on contact sheets.

Run from the project's root: ``.venv/bin/python -m bin.contact_sheet FOLDER``; ``--measurement``
takes the pages of measurement alone. Pages are found by
following the links each member of staff sees, one picture a kind of page; the seat and the console
are walked through. The pictures stand in FOLDER, the sheets in FOLDER/sheets.
"""

import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pylopdf_fonts_zh_cn
from flask import Flask
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from bin.contact_day import Day
from bin.contact_measurement import WIDTHS, photograph_measurement, wait_for_jobs
from exam_server.app import create_app
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.demo.programme import STAFF
from tests.browsers import EN, ZH, Staff, started_chromium
from tests.live_server import LiveServer

LOOKS = ((ZH, "light"), (EN, "light"), (ZH, "contrast"))
# Of a kind of page the one with most to see is shown, among so many.
MOST_OF_A_KIND = 4
THUMB_WIDTH = 420
COLUMNS = 4
# Desks whose pages have sheets of their own: one of all would be too large to look through.
OWN_SHEETS = {
    "bank": ("bank", "forms"),
    "exam": ("proctoring", "ready", "seating"),
    "results": ("adaptive", "analysis", "marking", "results", "standards", "written"),
}
CAPTION = 26
QUIET_MS = 4000
TALLEST = 1000
HOME = "accounts.home"  # everybody's is another
# Addresses that act, download or leave.
SKIPPED = ("language", "theme", "sign-out", "format=", ".csv", ".xlsx", ".pdf", ".json", "/static/")


@dataclass(frozen=True)
class Found:
    """A kind of page and one address of it."""

    endpoint: str
    path: str
    username: str


@contextmanager
def demonstration() -> Iterator[LiveServer]:
    """Run the demonstration over a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = LiveServer(Path(folder))
        server.command("db", "upgrade")
        server.command("demo")
        server.start()
        try:
            yield server
        finally:
            server.kill()


def kinds(server: LiveServer) -> Flask:
    """Return the app, to name the kind of page an address leads to."""
    return create_app(Settings(var=server.var), Database(f"sqlite:///{server.var}/exam.sqlite"))


def kind_of(app: Flask, path: str) -> str:
    """Return the name of the view an address leads to; nothing when there is none."""
    try:
        endpoint, _ = app.url_map.bind("here").match(urlsplit(path).path, method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return str(endpoint)


def pages_of(page: Page, app: Flask, username: str, seen: Counter[str]) -> dict[str, Found]:
    """Return the fullest page of each kind that links lead to from a person's start page."""
    waiting, known = deque(["/"]), {"/"}
    fullest: dict[str, tuple[int, Found]] = {}
    while waiting:
        path = waiting.popleft()
        endpoint = kind_of(app, path)
        if not endpoint or (seen[endpoint] >= MOST_OF_A_KIND and path != "/"):
            continue
        seen[endpoint] += 1
        try:
            answer = page.goto(path)
        except BrowserError:  # a file, which the browser would save
            continue
        if answer is None or "html" not in (answer.headers.get("content-type") or ""):
            continue
        size = len(page.content())
        if size > fullest.get(endpoint, (0,))[0]:
            fullest[endpoint] = (size, Found(endpoint, path, username))
        waiting.extend(link for link in links_in(page) if link not in known)
        known.update(waiting)
    return {endpoint: found for endpoint, (_, found) in fullest.items()}


def links_in(page: Page) -> list[str]:
    """Return the addresses a page leads to, without acts and downloads."""
    links: list[str] = page.eval_on_selector_all(
        "a[href]", "(links) => links.map((link) => link.getAttribute('href'))"
    )
    return [
        link for link in links if link.startswith("/") and not any(part in link for part in SKIPPED)
    ]


def photograph_staff(staff: Staff, app: Flask, folder: Path) -> dict[str, list[Path]]:
    """Photograph each kind of staff page once per look; return the pictures of each sheet."""
    found: dict[str, Found] = {}
    seen = Counter[str]()
    for username in {roles: username for username, _, roles in reversed(STAFF)}.values():
        page = staff.page_as(username)
        for endpoint, each in pages_of(page, app, username, seen).items():
            found.setdefault(f"{endpoint}:{username}" if endpoint == HOME else endpoint, each)
        staff.close()
    sheets: dict[str, list[Path]] = {}
    for language, theme in LOOKS:
        look = f"{'zh' if language == ZH else 'en'}-{theme}"
        for username in sorted({each.username for each in found.values()}):
            page = staff.page_as(username, language=language, theme=theme)
            for kind, each in found.items():
                if each.username == username:
                    page.goto(each.path)
                    name = f"{sheet_of(kind)}-{look}"
                    sheets.setdefault(name, []).append(shot(page, folder / name, kind))
            staff.close()
    return sheets


def sheet_of(kind: str) -> str:
    """Return the beginning of the name of the sheet on which a kind of page stands."""
    desk = kind.partition(".")[0]
    return next((name for name, desks in OWN_SHEETS.items() if desk in desks), "staff")


def shot(page: Page, folder: Path, name: str) -> Path:
    """Photograph a page once its scripts have run, its pictures and letters are there."""
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(BrowserError):  # a page with a line to the server is never quite idle
        page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    page.evaluate("() => document.querySelectorAll('img').forEach(i => { i.loading = 'eager' })")
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def lay_out(pictures: Iterable[Path], sheet: Path, *, width: int = THUMB_WIDTH) -> None:
    """Lay pictures out with their names."""
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), 15)
    thumbs = []
    for path in pictures:
        with Image.open(path) as picture:
            # Of a long page its beginning.
            top = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
            height = round(top.height * width / top.width)
            thumbs.append((path.stem, top.convert("RGB").resize((width, height))))
    if not thumbs:
        return
    cell = max(thumb.height for _, thumb in thumbs) + CAPTION + 8
    rows = -(-len(thumbs) // COLUMNS)
    canvas = Image.new("RGB", (COLUMNS * (width + 8) + 8, rows * cell + 8), "#8a949b")
    draw = ImageDraw.Draw(canvas)
    for place, (name, thumb) in enumerate(thumbs):
        x, y = 8 + place % COLUMNS * (width + 8), 8 + place // COLUMNS * cell
        draw.text((x + 2, y), name, font=font, fill="#000000")
        canvas.paste(thumb, (x, y + CAPTION))
    sheet.parent.mkdir(parents=True, exist_ok=True)
    canvas.save(sheet, quality=60, optimize=True)


def main() -> None:
    """Photograph everything."""
    folder = Path(sys.argv[1])
    with demonstration() as server, started_chromium() as browser:
        app = kinds(server)
        staff = Staff(browser, server.base)
        database = server.database()
        wait_for_jobs(database)
        sheets = photograph_measurement(staff, database, folder, shot)
        if "--measurement" not in sys.argv:
            sheets |= {} if "--day" in sys.argv else photograph_staff(staff, app, folder)
            sheets |= Day(server, staff, folder).walk()
        for name, pictures in sheets.items():
            width = WIDTHS.get(name, THUMB_WIDTH)
            lay_out(pictures, folder / "sheets" / f"{name}.jpg", width=width)


if __name__ == "__main__":
    main()
