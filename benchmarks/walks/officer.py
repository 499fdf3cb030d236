"""The exam officer: from a spreadsheet of thirty names to printed tickets, then to the release."""

from pathlib import Path

from pypdf import PdfReader

from benchmarks.walks.recorder import Recorder
from tests.candidate_lists import Row, made_up, write_list

MAIN_ACT = ".page-actions > .btn-primary, .page-actions > form > .btn-primary"
FIRST_PLACE = 300  # serials of identity numbers that the sample data leaves free


def print_tickets(walk: Recorder, folder: Path) -> Recorder:
    """Bring thirty names in, plan an exam session, print the tickets and look into the file."""
    page, people = walk.page, made_up(first_place=FIRST_PLACE)
    listed = write_list(folder / "names.xlsx", people)
    walk.click(page.locator("nav.rail a[href='/batches/']"), page.locator("main a[href$='/new']"))
    walk.click(page.locator("main a[href$='/new']"), page.locator("#exam_date"))
    walk.date(page.locator("#exam_date"), "2027-03-20")
    walk.click(page.locator("main form button.btn-primary"), page.locator("#file"))
    walk.done("new batch")
    walk.attach(page.locator("#file"), listed, page.locator("table.checked"))
    walk.done("list checked")
    walk.click(page.locator(MAIN_ACT), page.locator("ol.steps .step-done"))
    walk.done("registered")
    walk.click(page.locator(MAIN_ACT), page.locator("#planned_start"))
    walk.done("exam session filled in")
    walk.click(page.locator("button[name=draw]"), page.locator(".plan-seat.is-taken").first)
    walk.done("seats drawn")
    walk.click(page.locator(MAIN_ACT), page.locator(".job-card"))
    walk.wait(page.locator(".job-files a[download]").first)
    walk.done("tickets made")
    path = walk.download(page.locator(".job-files a[download]").first)
    check_tickets(path, people)
    walk.done("tickets downloaded")
    return walk


def check_tickets(path: Path, people: list[Row]) -> None:
    """Stop unless the PDF has four tickets a page and everybody's name."""
    pages = [page.extract_text() for page in PdfReader(path).pages]
    text = "".join("".join(pages).split())
    assert len(pages) == -(-len(people) // 4), len(pages)
    missing = [name for name, *_ in people if name not in text]
    assert not missing, missing
