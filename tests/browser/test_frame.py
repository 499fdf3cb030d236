"""The frame in a browser: themes, menus, phone width, what axe says."""

import pytest
from playwright.sync_api import Route, expect

from tests.browsers import PHONE_SIZE, Staff, axe_violations, hangs_over

pytestmark = pytest.mark.browser


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_frame_is_accessible_in_every_theme(staff: Staff, theme: str) -> None:
    page = staff.page_as("officer", theme=theme)
    page.goto("/programmes/")
    assert page.locator("html").get_attribute("data-theme") == theme
    assert axe_violations(page) == []
    assert hangs_over(page) == 0


def test_colours_are_chosen_in_the_top_bar_and_kept(staff: Staff) -> None:
    page = staff.page_as("officer")
    page.goto("/batches/?x=1")
    page.locator("summary", has_text="配色").click()
    page.get_by_role("link", name="深色").click()
    expect(page).to_have_url(f"{staff.base}/batches/?x=1")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("summary", has_text="配色").click()
    page.get_by_role("link", name="跟随系统").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_on_a_phone_the_rail_opens_by_its_button(staff: Staff) -> None:
    page = staff.page_as("officer", size=PHONE_SIZE)
    assert hangs_over(page) == 0
    link = page.locator(".rail").get_by_role("link", name="认定批次")
    expect(link).to_be_hidden()

    def late(route: Route) -> None:  # a press that comes before the script is not lost
        page.locator("[data-rail]").dispatch_event("click")
        route.continue_()

    page.route("**/dist/staff-*.js", late, times=1)
    page.reload()
    link.click()
    expect(page.locator("h1")).to_have_text("认定批次")
