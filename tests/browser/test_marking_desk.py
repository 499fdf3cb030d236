"""A marker and the chief examiner at the desk for written answers, by keyboard."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsers import EN, ZH, Staff, axe_violations, hangs_over

pytestmark = pytest.mark.browser


def at_the_essay(staff: Staff, username: str, language: str = ZH) -> Page:
    page = staff.page_as(username, language=language)
    page.goto("/marking/")
    page.locator("a[href*='/marking/tasks/']").last.click()
    expect(page.get_by_test_id("answer")).to_be_visible()
    return page


def test_a_marker_gives_a_mark_by_keyboard_and_takes_it_back(staff: Staff) -> None:
    page = at_the_essay(staff, "examiner3")
    text = page.get_by_test_id("answer").inner_text()
    fields = page.locator("[data-criterion] input")
    expect(fields.first).to_be_focused()
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("Enter")  # too many: told there, nothing given
    expect(page.locator("[data-criterion='2'] .field-error")).to_be_visible()
    for field, points in ((1, "3.5"), (2, "０"), (3, "4"), (4, "1")):
        fields.nth(field).fill(points)
    expect(page.get_by_test_id("sum")).to_contain_text("12.5")
    assert axe_violations(page) == []
    fields.nth(4).press("Enter")
    said = page.get_by_test_id("said")
    expect(said).to_contain_text("12.5")
    expect(fields.nth(1)).to_have_value("")  # the next one: two may have written the same
    page.keyboard.press("u")
    expect(page.get_by_test_id("answer")).to_have_text(text)
    expect(fields.nth(1)).to_have_value("3.5")
    page.reload()  # what was entered waits on the server
    expect(fields.nth(3)).to_have_value("4")


def test_taking_back_waits_for_the_mark_that_is_on_its_way(staff: Staff) -> None:
    page = at_the_essay(staff, "examiner3")
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        on_their_way.append(route)

    page.route(re.compile("/mark$"), hold)
    fields = page.locator("[data-criterion] input")
    for field in range(5):
        fields.nth(field).fill("1")
    with page.expect_request(re.compile("/mark$")):
        fields.nth(4).press("Enter")
    page.keyboard.press("u")
    on_their_way.pop().continue_()
    expect(page.get_by_test_id("said")).to_have_attribute("data-kind", "attention")
    expect(fields.nth(1)).to_have_value("1")


def test_a_mark_follows_the_draft_that_is_on_its_way(staff: Staff) -> None:
    page = at_the_essay(staff, "examiner3")
    drafts: list[Route] = []
    asked: list[str] = []

    def hold(route: Route) -> None:
        drafts.append(route)

    page.route(re.compile("/draft$"), hold)
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    fields = page.locator("[data-criterion] input")
    for field in range(4):
        fields.nth(field).fill("1")
    with page.expect_request(re.compile("/draft$")):
        fields.nth(4).fill("1")
    fields.nth(4).press("Enter")
    expect(page.get_by_test_id("give")).to_be_disabled()
    assert "mark" not in asked
    refusal = {"ok": False, "code": "hold_lost", "message": "夹在中间"}
    drafts.pop().fulfill(json=refusal)
    expect(page.get_by_test_id("said")).to_have_attribute("data-kind", "ok")
    page.keyboard.press("u")  # other tests find it as it was
    expect(page.get_by_test_id("said")).to_have_attribute("data-kind", "attention")


def test_the_chief_decides_and_never_reads_a_name(staff: Staff) -> None:
    page = staff.page_as("examiner", language=EN)
    page.goto("/marking/")
    page.locator("a[href*='/marking/sessions/']").first.click()
    waiting = page.locator("#waiting tbody tr")
    expect(waiting.first).to_be_visible()
    before = waiting.count()
    assert before > 0
    waiting.first.locator("a").click()
    expect(page.locator(".answer-text").last).to_be_visible()
    assert not re.search(r"DEMO5\d|准考证", page.locator("main").inner_text())
    for field in page.locator(".own-points input").all():
        field.fill("1")
    page.locator("[name=is_control]").check()
    page.locator("form.desk-rubric button").click()
    expect(waiting).to_have_count(before - 1)
    assert axe_violations(page) == []
    assert hangs_over(page) == 0
