"""Fixed sets in a browser: composed, frozen with a deviation, and what axe finds on their pages."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from exam_server.bank.models import Item
from exam_server.forms.models import PaperStructure
from tests.browsers import EN, PHONE_SIZE, ZH, Staff, axe_violations, hangs_over
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def paper(demo_server: LiveServer) -> tuple[str, list[str]]:
    """Return the address of a paper of the sample, and codes of items of its first type."""
    with demo_server.database().reading() as db:
        structure = db.scalars(select(PaperStructure).order_by(PaperStructure.id).limit(1)).one()
        kind = structure.demand["sections"][0]["type"]
        chosen = select(Item.code).where(
            Item.blueprint_id == structure.blueprint_id,
            Item.type == kind,
            Item.state == "active",
        )
        return f"/papers/{structure.uid}", list(db.scalars(chosen.order_by(Item.code).limit(5)))


def check(page: Page) -> None:
    """Look at a page as it stands, at the design size and on a phone."""
    before = page.viewport_size
    assert before is not None
    assert (axe_violations(page), hangs_over(page)) == ([], 0)
    page.set_viewport_size({"width": PHONE_SIZE[0], "height": PHONE_SIZE[1]})
    assert (axe_violations(page), hangs_over(page)) == ([], 0)
    page.set_viewport_size(before)


def test_a_set_is_composed_with_the_check_in_sight(
    staff: Staff, paper: tuple[str, list[str]]
) -> None:
    structure, codes = paper
    page = staff.page_as("officer", language=ZH)
    page.goto(structure)
    page.get_by_role("button", name="编制套题").click()
    page.get_by_role("button", name="新建一套").click()
    pane = page.locator(".edit-pane")
    expect(pane).to_contain_text("未满足")
    page.locator("#codes").fill(f"{codes[0]}、{codes[1]} nobody")

    def late(route: Route) -> None:  # whoever types before the script is there keeps the focus
        page.locator("#codes").focus()
        route.continue_()

    page.route("**/dist/staff-*.js", late, times=1)
    page.get_by_role("button", name="加入套题").press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("nobody")
    expect(page.locator("html.has-script")).to_have_count(1)
    page.wait_for_load_state()
    expect(page.locator("#codes")).to_be_focused()
    page.unroute("**/dist/staff-*.js")
    expect(page.locator("#codes")).to_have_value(f"{codes[0]}、{codes[1]} nobody")
    page.locator("#codes").fill(f"{codes[0]}、{codes[1]}")
    page.get_by_role("button", name="加入套题").press("Enter")
    items = page.locator(".edit-list .edit-items li")
    expect(items).to_have_count(2)
    page.locator("#q").fill(codes[2])
    page.get_by_role("button", name="查找").press("Enter")
    page.get_by_role("button", name=f"加入 {codes[2]}").press("Enter")
    expect(items).to_have_count(3)
    expect(page.locator("#q")).to_have_value(codes[2])
    page.get_by_role("button", name="将第 3 题上移").press("Enter")
    expect(items.nth(1)).to_contain_text(codes[2])
    check(page)
    page.get_by_role("button", name="撤销").first.press("Enter")
    expect(items.nth(2)).to_contain_text(codes[2])
    page.locator("#reason").fill("试编")
    page.get_by_role("button", name="仍然定稿").press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()  # sections without items
    expect(page.locator("#reason")).to_have_value("试编")
    english = staff.page_as("officer", language=EN)
    english.goto(page.url.partition("/freeze")[0])
    check(english)
    english.goto(english.url.rpartition("/")[0])
    expect(english.get_by_role("rowheader", name="Set A")).to_be_visible()
    check(english)
