"""The analysis page in a browser: pictures with tables beside them, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import EN, ZH, Staff, axe_violations, hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.long]


def open_analysis(staff: Staff, language: str = ZH, theme: str = "") -> Page:
    page = staff.page_as("officer", language=language, theme=theme)
    page.goto("/results/")
    page.locator("a", has_text="DEMO1").first.click()
    page.locator("a[href^='/analysis/']").first.click()
    expect(page.locator("#scatter svg")).to_be_visible()
    return page


@pytest.mark.parametrize(("language", "theme"), [(ZH, "light"), (EN, "dark"), (ZH, "contrast")])
def test_the_page_and_its_sheet_are_accessible(staff: Staff, language: str, theme: str) -> None:
    page = open_analysis(staff, language, theme)
    assert axe_violations(page) == []
    assert hangs_over(page) == 0
    page.locator("#items a").first.click()
    expect(page.locator("#item-sheet .chart svg").first).to_be_visible()
    assert axe_violations(page) == []


def test_every_picture_has_a_name_and_a_table_that_says_the_same(staff: Staff) -> None:
    page = open_analysis(staff)
    for place in ("#histogram", "#scatter"):
        assert page.locator(place).get_attribute("aria-label")
    table = page.locator("#histogram + details")
    table.locator("summary").click()
    counts = table.locator("td.number:last-child").all_inner_texts()
    sat = page.locator(".figures-row dd").first.inner_text()
    assert sum(map(int, counts)) == int(sat) > 0
    shown = page.locator("#items tbody tr").count()
    said = page.locator(".table-count").inner_text()
    assert str(shown) in said


def test_the_page_leads_with_the_wrong_key_of_the_sample(staff: Staff) -> None:
    page = open_analysis(staff)
    first = page.locator(".in-short li").first
    expect(first).to_contain_text("1 道题的答案疑似有误")
    chip = page.locator(".table-filters .chip", has_text="答案疑似有误 1")
    chip.or_(page.locator(".table-filters .chip", has_text="多数人选了其他选项 1")).first.click()
    rows = page.locator("#items tbody tr:visible")
    expect(rows).to_have_count(1)
    code = rows.locator("a").inner_text()
    expect(first).to_contain_text(code)


def test_the_keyboard_walks_the_items_and_opens_one(staff: Staff) -> None:
    page = open_analysis(staff)
    scatter = page.locator("#scatter")
    scatter.focus()
    page.keyboard.press("ArrowRight")
    said = page.locator("#scatter-said")
    expect(said).to_contain_text(" r ")
    hardest = said.inner_text()
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(hardest)
    page.keyboard.press("Home")
    expect(said).to_have_text(hardest)
    page.keyboard.press("Enter")
    sheet = page.locator("#item-sheet")
    expect(sheet.locator("#sheet-title")).to_contain_text(hardest.split(",")[0])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(scatter).to_be_focused()


def test_the_sheet_steps_through_the_rows_as_they_are_shown(staff: Staff) -> None:
    page = open_analysis(staff)
    page.locator("#items thead button", has_text="p").first.click()
    links = page.locator("#items tbody tr a")
    codes = [links.nth(place).inner_text() for place in range(2)]
    links.first.click()
    title = page.locator("#sheet-title")
    expect(title).to_contain_text(codes[0])
    page.locator("[data-step='1']").click()
    expect(title).to_contain_text(codes[1])
    expect(page.locator("#item-sheet .seen")).to_be_visible()


def test_nothing_on_the_page_breaks_the_servers_policy(staff: Staff) -> None:
    page = open_analysis(staff)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    expect(page.locator("#scatter svg")).to_be_visible()
    page.locator("#items a").first.click()
    expect(page.locator("#item-sheet .chart svg").first).to_be_visible()
    assert said == []
