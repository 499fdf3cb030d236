"""The papers' pages in a browser: a structure written by keyboard, and what axe finds."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from exam_server.clock import utcnow
from exam_server.demo.papers import add_forms
from exam_server.forms.models import PaperStructure
from tests.browsers import EN, PHONE_SIZE, ZH, Staff, axe_violations, hangs_over
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def open_editor(staff: Staff, language: str = ZH) -> Page:
    page = staff.page_as("officer", language=language)
    page.goto("/papers/new")
    expect(page.locator("#blueprint")).to_be_visible()
    return page


def type_section(page: Page, count: str, mark: str) -> None:
    """From a section's type on: choose the first one offered, leave both titles, type the rest."""
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(count)
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(mark)


def test_a_paper_of_three_sections_is_written_by_keyboard_with_live_totals(staff: Staff) -> None:
    page = open_editor(staff)
    page.locator("#blueprint").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#fill-by-weights")).to_be_visible()
    page.locator("#title").focus()
    page.keyboard.type("键盘试卷")
    page.locator("#add-section").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sections\\.0\\.type")).to_be_focused()
    type_section(page, "６０", "1")
    total = page.locator(".paper-total")
    expect(total).to_contain_text("60 题，60 分")
    expect(total).to_contain_text("比 100 分少 40 分")
    page.keyboard.press("Enter")  # a section below
    expect(page.locator("#sections\\.1\\.type")).to_be_focused()
    type_section(page, "10", "2")
    page.keyboard.press("Enter")
    expect(page.locator("#sections\\.2\\.type")).to_be_focused()
    type_section(page, "40", "0.5")
    expect(total).to_contain_text("3 个大题，共 110 题，100 分")
    expect(total).to_contain_text("满分为 100 分")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#sections\\.1\\.mark")).to_be_focused()
    expect(page.locator("#sections\\.1\\.count")).to_have_value("40")
    row = page.locator(".paper-rows tbody tr")
    row.nth(2).locator(".paper-grip").drag_to(row.nth(0))
    expect(page.locator("#sections\\.0\\.count")).to_have_value("10")
    page.locator("#sections\\.0\\.titles\\.en").fill("Part one")
    page.locator("#fill-by-weights").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".paper-ranges + .paper-line")).to_contain_text("全卷 110 题：正好")
    expect(page.locator(".paper-supply")).to_contain_text(re.compile("足够|缺"))
    page.locator(".paper-main button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("键盘试卷")
    rows = page.locator("main table").first.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("40")
    page.goto(f"/papers/new?copy={page.url.rsplit('/', 1)[-1]}")
    expect(page.locator("#sections\\.0\\.titles\\.en")).to_have_value("Part one")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(staff: Staff) -> None:
    page = open_editor(staff, EN)
    page.locator("#title").fill("Kept")
    page.locator("#add-section").click()
    page.locator("#sections\\.0\\.mark").fill("0.125")
    page.locator(".paper-main button[type=submit]").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_count(3)
    assert axe_violations(page) == []
    summary.locator("a").last.click()
    expect(page.locator("#sections\\.0\\.mark")).to_be_focused()
    expect(page.locator("#sections\\.0\\.mark")).to_have_attribute("aria-invalid", "true")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#title")).to_have_value("Kept")
    expect(page.locator("#sections\\.0\\.mark")).to_have_value("0.125")


@pytest.fixture
def unreleased(demo_server: LiveServer) -> str:
    """Return the address of a form that nobody has released."""
    with demo_server.database().writing() as db:
        structure = db.scalars(select(PaperStructure).order_by(PaperStructure.id).limit(1)).one()
        run = add_forms(db, structure, after=70, now=utcnow())
        return f"/papers/runs/{run.uid}/A"


def test_an_item_is_exchanged_and_put_back_with_the_effect_in_sight(
    staff: Staff, unreleased: str
) -> None:
    page = staff.page_as("officer")
    page.goto(f"{unreleased}/edit")
    pane = page.locator("#edit-pane")
    expect(pane).to_contain_text("要求全部满足")
    page.locator("li[data-position='3'] a").focus()
    page.keyboard.press("Enter")
    expect(pane.locator("[data-focus]")).to_be_focused()
    expect(pane.locator(".edit-offers li").first).to_contain_text("各项要求均满足")
    expect(page.locator("li.is-leaving")).to_have_attribute("data-position", "3")
    pane.locator(".edit-offers a").nth(1).click()
    page.wait_for_url("**coming=*")
    code = page.url.rsplit("coming=", 1)[1]
    expect(pane.locator("#chosen-title")).to_contain_text(code)
    assert (axe_violations(page), hangs_over(page)) == ([], 0)
    pane.locator("form[action$=exchange] button").click()
    expect(page.locator("li[data-position='3']")).to_contain_text(code)
    page.set_viewport_size({"width": PHONE_SIZE[0], "height": PHONE_SIZE[1]})
    assert (axe_violations(page), hangs_over(page)) == ([], 0)
    page.locator("form[action$=undo] button").click()
    expect(page.locator("li[data-position='3']")).not_to_contain_text(code)
    expect(page.locator(".edit-history li")).to_have_count(3)


@pytest.mark.long
@pytest.mark.parametrize("language", [ZH, EN])
def test_pages_of_papers_and_programmes_are_accessible(staff: Staff, language: str) -> None:
    page = staff.page_as("officer", language=language)

    def check(name: str) -> None:
        assert (name, axe_violations(page), hangs_over(page)) == (name, [], 0)

    page.goto("/papers/new?preset=three")
    page.locator("#blueprint").select_option(index=1)
    page.locator("#fill-by-weights").click()
    check("editor")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/papers/")
    check("list")
    page.locator("#structures tbody a").last.click()
    page.goto(page.url.replace("/papers/new?copy=", "/papers/"))
    check("structure")
    page.locator("main table").last.locator("a").last.click()
    expect(page.locator(".form-cards")).to_be_visible()
    check("run")
    page.locator(".form-cards a").first.click()
    expect(page.locator(".form-item").first).to_be_visible()
    check("form")
    page.goto("/programmes/")
    check("programmes")
    page.locator("#programmes tbody a").first.click()
    check("programme")
    page.locator("section[aria-labelledby=rules] a").first.click()
    check("rule set")
    page.goto("/programmes/rules/new")
    page.locator("#theory_weight").fill("100")
    check("new rule set")
