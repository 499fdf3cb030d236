"""The review desk in a browser: its setting, a comment at chosen words, and what it holds up."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bank import open_bank
from tests.browsers import EN, PHONE_SIZE, ZH, Staff, axe_violations, hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.long]
PHONE = {"width": PHONE_SIZE[0], "height": PHONE_SIZE[1]}


def desk_address(page: Page) -> str:
    open_bank(page)
    page.locator("a[href$='/review']").click()
    expect(page.locator("h1")).to_contain_text("审题")
    return page.url


def set_reviews(officer: Page, number: str) -> None:
    officer.locator("#n_stages").select_option(number)
    officer.locator("#reason").fill("省级题库")
    officer.get_by_role("button", name="保存").click()
    expect(officer.locator(".notice-ok")).to_contain_text("从现在起")


def choose_words(page: Page, place: str) -> None:
    page.evaluate(
        """place => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(`[data-place="${place}"] div`));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        place,
    )


def test_a_comment_at_chosen_words_holds_a_review_up_until_it_is_resolved(staff: Staff) -> None:
    officer = staff.page_as("officer")
    desk = desk_address(officer)
    set_reviews(officer, "3")

    reviewer = staff.page_as("reviewer")
    reviewer.goto(desk)
    reviewer.get_by_role("link", name="初审", exact=True).click()
    expect(reviewer.locator("[data-bank][data-ready]")).to_be_visible()
    second = reviewer.locator(".list-link").nth(1)  # other tests begin with the first
    code = second.inner_text()
    second.click()
    expect(reviewer.locator("#item-code")).to_have_text(code)
    option = reviewer.locator(".item-preview [data-place^='options.']").first
    place = option.get_attribute("data-place") or ""
    choose_words(reviewer, place)
    expect(reviewer.locator("#comment-place")).to_have_value(place)
    reviewer.locator("#bank-item").focus()
    reviewer.keyboard.press("c")
    expect(reviewer.locator("#comment-text")).to_be_focused()
    reviewer.keyboard.insert_text("与另一选项意思相同")
    reviewer.locator(".comment-new button").click()
    expect(reviewer.locator(".comment")).to_contain_text("与另一选项意思相同")
    expect(reviewer.locator(".item-preview mark")).to_have_count(1)
    expect(reviewer.locator(".item-review")).to_contain_text("未解决")
    expect(reviewer.locator(".item-review [data-key=a]")).to_be_disabled()
    # the writer has the comment below the editor, not over it
    writer = staff.page_as("writer")
    writer.goto(reviewer.url)
    writer.locator("a[data-key=e]").click()
    comments, columns = writer.locator(".editor-comments"), writer.locator(".editor-columns")
    expect(comments).to_contain_text("与另一选项意思相同")
    expect(columns).to_be_visible()
    above, below = columns.bounding_box() or {}, comments.bounding_box() or {}
    assert above["y"] + above["height"] <= below["y"]
    for language in (ZH, EN):
        looked = staff.page_as("reviewer", language=language)
        for address in (reviewer.url, desk):
            looked.goto(address)
            assert axe_violations(looked) == [], address
            looked.set_viewport_size(PHONE)
            assert hangs_over(looked) == 0, address
            looked.set_viewport_size({"width": 1366, "height": 768})
            assert hangs_over(looked) == 0, address
    reviewer.locator(".comment-acts").get_by_role("button", name="已解决").click()
    expect(reviewer.locator(".comment.is-resolved")).to_have_count(1)
    reviewer.locator("#bank-item").focus()
    reviewer.keyboard.press("a")
    expect(reviewer.locator(".notice-ok")).to_contain_text(re.compile(f"{code}.*复审"))
    officer.goto(desk)
    set_reviews(officer, "1")  # the bank is shared: other tests find it as it was
