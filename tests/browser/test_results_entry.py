"""The grid for marks in a browser: keys, pastes, a lost line, a colleague at the same cell."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browsers import EN, ZH, Staff, axe_violations, hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.long]

BATCH = "DEMO2"
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def open_grid(staff: Staff, username: str = "examiner", language: str = ZH) -> Page:
    page = staff.page_as(username, language=language)
    page.goto("/results/")
    page.locator("a", has_text=BATCH).first.click()
    expect(page.locator("[data-save-line][data-kind]")).to_be_visible()
    return page


def fields(page: Page, component: str = "practical") -> Locator:
    return page.locator(f"[data-component={component}]")


def tickets(page: Page) -> Sequence[str]:
    found: list[str] = page.locator("[data-ticket]").evaluate_all(
        "(rows) => rows.map((row) => row.dataset.ticket)"
    )
    return found


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-line]")).to_have_attribute("data-kind", "ok")


def type_down(page: Page, first: int, *texts: str) -> None:
    fields(page).nth(first).focus()
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_grid_is_accessible(staff: Staff, language: str) -> None:
    page = open_grid(staff, language=language)
    assert axe_violations(page) == []
    assert hangs_over(page) == 0


def test_marks_are_typed_down_a_column_and_are_there_after_a_reload(staff: Staff) -> None:
    page = open_grid(staff)
    progress = page.locator("[data-progress=practical]")
    before = int(re.findall(r"(\d+) / 30", progress.inner_text())[0])  # of other tests
    type_down(page, 0, "85", "８５。５", "77,25", "缺考")
    expect(fields(page).nth(4)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(fields(page).nth(3)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(fields(page, "performance").nth(3)).to_be_focused()
    expect_saved(page)
    expect(progress).to_contain_text(f"{before + 4} / 30")
    page.reload()
    assert [fields(page).nth(place).input_value() for place in range(4)] == [
        "85",
        "85.5",
        "77.25",
        "缺考",
    ]
    expect(progress).to_contain_text(f"{before + 4} / 30")


def test_what_is_no_mark_is_said_beside_it_and_survives_a_reload(staff: Staff) -> None:
    page = open_grid(staff)
    type_down(page, 5, "101")
    row = page.locator("[data-ticket]").nth(5)
    expect(row).to_contain_text("不在 0–100 之间")
    expect(fields(page).nth(5)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-save-line]")).to_have_attribute("data-kind", "danger")
    page.reload()
    expect(fields(page).nth(5)).to_have_value("101")
    expect(row).to_contain_text("不在 0–100 之间")
    fields(page).nth(5).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("61")
    page.keyboard.press("Enter")
    expect_saved(page)


def test_a_lost_line_and_a_reload_lose_nothing(staff: Staff) -> None:
    page = open_grid(staff)

    def cut(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.route("**/entry", cut)
    type_down(page, 6, "66", "67")
    line = page.locator("[data-save-line]")
    expect(line).to_contain_text("网络中断，2 个成绩已存在本机")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert [fields(page).nth(place).input_value() for place in (6, 7)] == ["66", "67"]
    page.unroute("**/entry")
    expect_saved(page)
    page.reload()
    assert [fields(page).nth(place).input_value() for place in (6, 7)] == ["66", "67"]


def test_a_block_is_pasted_by_ticket_after_a_look_and_undone_as_one(staff: Staff) -> None:
    page = open_grid(staff)
    known = tickets(page)
    lines = [
        "准考证号\t技能操作\t工作业绩",
        f"{known[12]}\t71\t81",
        f"{known[10]}\t70\t170",
        "X9\t1\t2",
    ]
    fields(page).nth(8).focus()
    page.evaluate(PASTE, "\n".join(lines))
    sheet = page.locator(".paste-sheet")
    expect(sheet).to_contain_text("按准考证号对应：2 名考生的 3 个成绩")
    expect(sheet).to_contain_text("1 个不是有效成绩")
    expect(sheet).to_contain_text("4: X9")
    assert axe_violations(page) == []
    assert fields(page).nth(12).input_value() == ""
    page.keyboard.press("Enter")
    expect_saved(page)
    assert [fields(page).nth(place).input_value() for place in (10, 12)] == ["70", "71"]
    assert fields(page, "performance").nth(10).input_value() == ""
    page.locator("[data-undo]").click()
    expect_saved(page)
    assert [fields(page).nth(place).input_value() for place in (10, 12)] == ["", ""]
    page.reload()
    assert fields(page).nth(12).input_value() == ""


def test_a_column_is_pasted_downwards_from_the_cell(staff: Staff) -> None:
    page = open_grid(staff)
    fields(page, "performance").nth(14).focus()
    page.evaluate(PASTE, "90\n91,5\n")
    expect(page.locator(".paste-sheet")).to_contain_text("没有准考证号可核对")
    page.keyboard.press("Enter")
    expect_saved(page)
    pasted = [fields(page, "performance").nth(place).input_value() for place in (14, 15)]
    assert pasted == ["90", "91.5"]


def test_who_comes_second_sees_both_marks_and_chooses(staff: Staff) -> None:
    one, other = open_grid(staff, "examiner"), open_grid(staff, "examiner2")
    type_down(one, 20, "83")
    expect_saved(one)
    type_down(other, 20, "85")
    row = other.locator("[data-ticket]").nth(20)
    expect(row).to_contain_text(re.compile("已录入 83.*您输入的是 85"))
    assert axe_violations(other) == []
    other.reload()  # even now nothing typed is lost
    expect(row).to_contain_text(re.compile("已录入 83.*您输入的是 85"))
    row.get_by_role("button", name="改为 85").click()
    expect_saved(other)
    row.locator("a").click()
    history = other.locator("table").last
    expect(history).to_contain_text("83")
    expect(history).to_contain_text("85")


def test_what_is_typed_before_the_script_is_there_is_saved_too(staff: Staff) -> None:
    page = open_grid(staff)

    def late(route: Route) -> None:
        fields(page).nth(27).evaluate("(field) => { field.value = '64' }")
        route.continue_()

    page.route("**/dist/results-*.js", late)
    page.reload()
    expect_saved(page)
    page.unroute("**/dist/results-*.js")
    page.reload()
    expect(fields(page).nth(27)).to_have_value("64")


def test_escape_and_undo_take_back(staff: Staff) -> None:
    page = open_grid(staff)
    type_down(page, 25, "70")
    expect_saved(page)
    field = fields(page).nth(25)
    field.focus()
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    expect(field).to_have_value("70")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")
    expect_saved(page)


def test_names_can_be_hidden_and_rows_found_by_ticket(staff: Staff) -> None:
    page = open_grid(staff)
    name = page.locator("[data-ticket] td").nth(1).inner_text()
    page.get_by_role("link", name="隐去姓名").click()
    expect(page.locator("main")).not_to_contain_text(name)
    page.locator("[data-find]").fill(tickets(page)[2])
    expect(page.locator("[data-ticket]:visible")).to_have_count(1)
    page.locator("[data-find]").press("Enter")
    expect(fields(page).nth(2)).to_be_focused()
