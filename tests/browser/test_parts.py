"""The parts of staff pages in a browser: on a phone, and what their scripts do."""

import pytest
from playwright.sync_api import expect

from tests.browsers import EN, PHONE_SIZE, Staff, axe_violations, hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_parts_fit_a_phone(staff: Staff) -> None:
    page = staff.page_as("officer", size=PHONE_SIZE)
    page.goto("/components/?theme=light")
    assert hangs_over(page) == 0


def test_a_table_is_sorted_searched_filtered_and_chosen_from(staff: Staff) -> None:
    page = staff.page_as("officer", language=EN)
    page.goto("/components/?theme=light")
    table, tools = page.locator("#table-light"), page.locator("[data-table-tools]")
    rows = table.locator("tbody tr:visible")
    head = table.get_by_role("columnheader", name="Pass mark")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows.first).to_contain_text("DEMO0011")
    tools.get_by_role("searchbox").fill("demo0003")
    expect(rows).to_have_count(1)
    expect(tools.get_by_role("status")).to_have_text("1 of 12 rows shown")
    tools.get_by_role("button", name="Clear filters").click()
    tools.get_by_role("button", name="Done 4").click()
    expect(rows).to_have_count(4)
    table.locator("th.select input").check()
    bar = page.locator(".bulk-bar")
    expect(bar).to_contain_text("4 chosen")
    page.reload()
    expect(rows).to_have_count(4)


def test_a_table_is_taken_away_as_it_is_shown(staff: Staff) -> None:
    page = staff.page_as("officer", language=EN)
    page.goto("/batches/")
    page.locator("table a").first.click()
    tools, table = page.locator("[data-table-tools=candidates]"), page.locator("#candidates")
    head = table.get_by_role("columnheader", name="Ticket")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    name = table.locator("tbody tr td:nth-child(3)").first.inner_text()
    tools.get_by_role("searchbox").fill(name)
    rows = table.locator("tbody tr:visible")
    expect(tools.locator("[data-export-count]")).to_have_text(f"Export rows: {rows.count()}")
    with page.expect_download() as asked:
        tools.get_by_role("link", name="CSV").click()
    taken = asked.value.path().read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in taken] == [
        rows.nth(place).locator("td:nth-child(2)").inner_text() for place in range(rows.count())
    ]
    expect(tools).to_be_visible()


def test_an_act_asks_for_its_reason_in_a_dialog(staff: Staff) -> None:
    page = staff.page_as("officer", language=EN)
    page.goto("/components/?theme=light")
    page.locator("#table-light td.select input").first.check()
    button = page.locator(".bulk-bar").get_by_role("button", name="Withdraw")
    button.click()
    dialog = page.get_by_role("dialog", name="Withdraw")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    assert axe_violations(page, "dialog[open]") == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
