"""The exam officer's way in a browser: from an employer's spreadsheet to printed tickets."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browsers import Staff
from tests.candidate_lists import Row, made_up, write_list

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT = 30
FIRST_PLACE = 400  # serials that neither the sample data nor another test takes
JOB_MS = 300_000  # a document on a busy machine
WRONG_CHECK, WITHOUT_NAME = 4, 17


def with_faults(rows: list[Row]) -> list[Row]:
    """A list as it arrives: one check letter is wrong, one name is missing."""
    faulty = list(rows)
    name, number, employer = faulty[WRONG_CHECK]
    faulty[WRONG_CHECK] = (name, number[:-1] + ("1" if number[-1] != "1" else "2"), employer)
    faulty[WITHOUT_NAME] = ("", *faulty[WITHOUT_NAME][1:])
    return faulty


def main_act(page: Page) -> None:
    """Press the one main act of the page."""
    page.locator(".page-actions > .btn-primary, .page-actions > form > .btn-primary").click()


def test_a_list_with_two_faults_becomes_thirty_printed_tickets(
    staff: Staff, tmp_path: Path
) -> None:
    rows = made_up(first_place=FIRST_PLACE)
    page = staff.page_as("officer")
    page.goto("/batches/")
    main_act(page)
    page.locator("#exam_date").fill("2027-05-15")
    list_file = write_list(tmp_path / "list.xlsx", with_faults(rows))

    def late(route: Route) -> None:  # the list is chosen before the script is there
        page.locator("#file").set_input_files(list_file)
        route.continue_()

    page.route("**/dist/seating-*.js", late, times=1)
    page.locator("main form .btn-primary").click()

    expect(page.locator(".notice-danger")).to_contain_text("2 处")
    cells = page.locator("table.checked input")
    expect(cells).to_have_count(2)
    cells.nth(0).fill(rows[WRONG_CHECK][1])
    cells.nth(1).fill(rows[WITHOUT_NAME][0])
    page.get_by_role("button", name="重新核对").click()
    expect(page.locator(".notice-ok")).to_contain_text("30 行")
    main_act(page)
    expect(page.locator("#candidates tbody tr")).to_have_count(COUNT)

    main_act(page)
    expect(page.locator("#planned_start")).to_have_value("2027-05-15T09:00")
    page.get_by_role("button", name="建立并抽签排座").click()
    expect(page.locator(".plan-seat.is-taken")).to_have_count(COUNT)

    main_act(page)
    tickets = page.locator(".job-files a[download][href]").first
    expect(tickets).to_be_visible(timeout=JOB_MS)
    with page.expect_download() as waiting:
        tickets.click()
    pages = [each.extract_text() for each in PdfReader(waiting.value.path()).pages]
    text = "".join("".join(pages).split())
    assert len(pages) == 8
    assert [name for name, *_ in rows if name not in text] == []
    expect(page.locator(".page-actions .btn-primary")).to_have_attribute(
        "href", re.compile("/release$")
    )
