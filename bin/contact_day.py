"""The seat and the console walked through for the contact sheets: four seats, one proctor."""

import csv
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browsers import DESIGN_SIZE, EN, PHONE_SIZE, ZH, Staff
from tests.live_server import LiveServer

HOLD_MS = 2500
FLAGGED = 3


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    name: str
    language: str
    theme: str
    size: tuple[int, int]


LOOKS = (
    Look("zh-light", ZH, "light", DESIGN_SIZE),
    Look("en-light", EN, "light", DESIGN_SIZE),
    Look("zh-contrast", ZH, "contrast", DESIGN_SIZE),
    Look("zh-phone", ZH, "light", PHONE_SIZE),
)
Sheets = dict[str, list[Path]]


class Day:
    """A demonstration's open exam session, photographed step by step."""

    def __init__(self, server: LiveServer, staff: Staff, folder: Path) -> None:
        self.server, self.staff, self.folder = server, staff, folder
        self.sheets: Sheets = {}
        with (server.var / "demo-tickets.csv").open(encoding="utf-8") as file:
            self.tickets = list(csv.DictReader(file))

    def shot(self, page: Page, sheet: str, name: str) -> None:
        """Photograph a step."""
        pictures = self.sheets.setdefault(sheet, [])
        path = self.folder / sheet / f"{len(pictures) + 1:02} {name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, animations="disabled")
        pictures.append(path)

    def walk(self) -> Sheets:
        """Photograph everything from sign-in to receipt."""
        seats = [(look, self.enter(look, place)) for place, look in enumerate(LOOKS)]
        consoles = [(look, self.console(look)) for look in LOOKS]
        self.start(consoles[0][1])
        for look, page in seats:
            self.work(look, page)
        for look, page in consoles:
            self.watch(look, page)
        self.pause(consoles[0][1])
        for look, page in seats:
            expect(page.get_by_test_id("veil-paused")).to_be_visible()
            self.shot(page, f"sitting-{look.name}", "paused")
        for look, page in consoles:
            self.shot(page, f"console-{look.name}", "paused")
        consoles[0][1].get_by_test_id("resume").click()
        for look, page in seats:
            self.lose_line(look, page)
            self.hand_in(look, page)
        for look, page in consoles:
            self.leave(look, page)
        return self.sheets

    def enter(self, look: Look, place: int) -> Page:
        """Sign a candidate in up to the waiting page."""
        page, sheet = self.opened(look), f"sitting-{look.name}"
        page.goto("/sitting")
        expect(page.get_by_test_id("sign-in")).to_be_visible()
        self.shot(page, sheet, "sign-in")
        page.get_by_test_id("ticket").fill(self.tickets[place]["ticket"])
        page.get_by_test_id("code").fill(self.tickets[place]["code"])
        page.get_by_test_id("sign-in").click()
        for step, act in (("confirm", "confirm"), ("rules", "pledge"), ("warm-up", "warm-done")):
            expect(page.get_by_test_id(act)).to_be_visible()
            page.wait_for_load_state("networkidle")
            self.shot(page, sheet, step)
            if step == "rules":
                page.get_by_test_id("pledge-box").check()
            page.get_by_test_id(act).click()
        expect(page.get_by_test_id("checks")).to_be_visible()
        self.shot(page, sheet, "waiting")
        return page

    def opened(self, look: Look, username: str = "") -> Page:
        """Open a browser with a look."""
        return self.staff.page_as(
            username, language=look.language, theme=look.theme, size=look.size
        )

    def console(self, look: Look) -> Page:
        """Open the console of the room that waits."""
        page = self.opened(look, "proctor")
        page.goto("/proctoring/")
        page.locator("td a.btn-primary").first.click()
        expect(page.get_by_test_id("count-present")).to_be_visible()
        self.shot(page, f"console-{look.name}", "before the start")
        return page

    def start(self, page: Page) -> None:
        """Start the room by its two-second hold."""
        page.get_by_test_id("start").click(delay=HOLD_MS)
        expect(page.get_by_test_id("start")).to_have_count(0)

    def work(self, look: Look, page: Page) -> None:
        """Answer some, look at each kind of question, call the proctor."""
        sheet = f"sitting-{look.name}"
        expect(page.get_by_test_id("question").first).to_be_visible()
        for number in range(1, 8):
            page.locator("[data-testid^=option-]").first.click()
            if number == FLAGGED:
                page.get_by_test_id("flag").click()
            page.get_by_test_id("next").click()
        self.shot(page, sheet, "question")
        sections = page.locator("section[aria-labelledby^=card-section]")
        for place in range(1, sections.count()):
            first = sections.nth(place).locator("[data-testid^=card-]").first
            first.evaluate("(button) => button.click()")
            page.wait_for_load_state("networkidle")
            self.shot(page, sheet, f"section {place + 1}")
        page.get_by_test_id("mode-scroll").click()
        self.shot(page, sheet, "whole section")
        page.get_by_test_id("mode-one").click()
        page.get_by_test_id("call").click()
        self.shot(page, sheet, "call")
        page.get_by_test_id("call-send").click()

    def watch(self, look: Look, page: Page) -> None:
        """Photograph a room that needs somebody, a choice with its acts, a seat, the wall."""
        sheet = f"console-{look.name}"
        expect(page.locator("[data-testid^=need-called]").first).to_be_visible()
        self.shot(page, sheet, "needs you")
        page.locator("[data-testid^=seat-]").first.click()
        self.shot(page, sheet, "chosen")
        page.locator("[data-testid^=need-called] button").last.click()
        expect(page.get_by_test_id("seat-sheet").locator("img")).to_be_visible()
        self.shot(page, sheet, "seat")
        page.keyboard.press("Escape")
        page.get_by_test_id("add-5").click()
        self.shot(page, sheet, "time asked for")
        page.keyboard.press("Escape")

    def pause(self, page: Page) -> None:
        """Pause all who work, with a reason."""
        page.get_by_test_id("act-bar").get_by_role("button").first.click()
        page.get_by_test_id("pause").click()
        page.get_by_test_id("reason").fill("消防演习")
        page.get_by_test_id("send").click()

    def lose_line(self, look: Look, page: Page) -> None:
        """Answer with the line down, and let it come back."""
        expect(page.get_by_test_id("question").first).to_be_visible()
        page.context.set_offline(True)
        page.locator("[data-testid^=option-]").first.click()
        expect(page.get_by_test_id("save-line")).to_contain_text("⚠", timeout=60_000)
        self.shot(page, f"sitting-{look.name}", "line lost")
        page.context.set_offline(False)
        expect(page.get_by_test_id("save-line")).to_contain_text("✓", timeout=60_000)

    def leave(self, look: Look, page: Page) -> None:
        """Photograph what stands beside the console: the wall and the room's record."""
        sheet, address = f"console-{look.name}", page.url
        page.goto(f"{address}/wall")
        expect(page.get_by_test_id("clock")).to_be_visible()
        self.shot(page, sheet, "wall")
        page.goto(f"{address}/record")
        self.shot(page, sheet, "room record")

    def hand_in(self, look: Look, page: Page) -> None:
        """Open the hand-in sheet; where the rules allow it, hand in."""
        sheet = f"sitting-{look.name}"
        page.get_by_test_id("hand-in").click()
        expect(page.get_by_test_id("back-to-work")).to_be_visible()
        self.shot(page, sheet, "hand in")
        page.get_by_test_id("hand-in-confirm").click()
        expect(page.get_by_test_id("receipt-code")).to_be_visible()
        self.shot(page, sheet, "receipt")
