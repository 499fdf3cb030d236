"""The editor of a room's plan in a browser: what is painted is in the form that is sent."""

import pytest
from playwright.sync_api import expect

from tests.browsers import Staff

pytestmark = pytest.mark.browser

# Only promises are waited for: no frame passes between the key and the look at the field.
PRESS_AND_LOOK = """async () => {
    const drawn = async () => {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    };
    const cell = document.querySelector("[data-cell='0/1']");
    cell.focus();
    await drawn();
    cell.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
    await drawn();
    return document.querySelector("[name=cells]").value;
}"""


def test_a_cell_painted_just_before_saving_is_saved(staff: Staff) -> None:
    page = staff.page_as("officer")
    page.goto("/exam-sessions/rooms/new")
    page.locator("#rows").fill("2")
    page.locator("#columns").fill("3")
    expect(page.locator("[data-cell='1/2']")).to_be_visible()
    assert page.evaluate(PRESS_AND_LOOK) == "SBS\nSSS"
