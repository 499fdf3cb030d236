"""Writers' and reviewers' work in a browser: rating by keys, answering beside the editor."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bank import open_bank
from tests.browsers import Staff

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_items_are_rated_by_digits_and_enter(staff: Staff) -> None:
    reviewer = staff.page_as("reviewer")
    open_bank(reviewer)
    bank = reviewer.url.partition("?")[0]
    reviewer.goto(f"{bank}/rate")
    first = reviewer.locator(".item-shown h2").inner_text()
    reviewer.keyboard.press("4")
    expect(reviewer.locator("[data-scale=difficulty]")).to_have_class("field rate-scale is-here")
    reviewer.keyboard.press("2")
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("5")  # a second thought on the first question
    expect(reviewer.locator("[name=congruence][value='5']")).to_be_checked()
    expect(reviewer.locator("[name=difficulty][value='2']")).to_be_checked()
    reviewer.keyboard.press("Enter")
    expect(reviewer.locator(".notice-ok")).to_contain_text(first)
    expect(reviewer.locator(".item-shown h2")).not_to_have_text(first)


def test_a_comment_is_answered_beside_the_editor_and_nothing_typed_is_lost(staff: Staff) -> None:
    reviewer = staff.page_as("reviewer")
    open_bank(reviewer)
    bank = reviewer.url.partition("?")[0]
    reviewer.goto(f"{bank}?review=waiting")
    reviewer.locator("#comment-text").fill("单位写全")
    reviewer.locator(".comment-new button").click()
    expect(reviewer.locator(".comment")).to_contain_text("单位写全")
    item = reviewer.locator("[data-uid]").get_attribute("data-uid")

    writer = staff.page_as("writer")
    writer.goto(f"/bank/items/{item}/edit")
    stem = writer.get_by_test_id("rich-stem")
    stem.click()
    writer.keyboard.press("End")
    writer.keyboard.insert_text("（改）")
    beside = writer.locator("[data-editor-comments]")
    beside.locator("summary").first.click()
    beside.locator("textarea[name=text]").first.fill("已写全")
    beside.locator("details button").first.click()
    expect(beside.locator(".comment-answer")).to_contain_text("已写全")
    expect(stem).to_contain_text("（改）")
    reviewer.reload()
    expect(reviewer.locator(".comment-answer")).to_contain_text("已写全")
    reviewer.locator(".comment-acts form button").last.click()  # others find the bank as it was
