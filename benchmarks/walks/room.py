"""A room on its day: one candidate in a browser, twenty-nine programs, and the proctor."""

import csv
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Locator, Page

from benchmarks.walks.recorder import Recorder
from tests.live_server import LiveServer
from tests.seats import SeatClient

GRANTED = 3
NUMBER, WORD = "12.5", "线圈"


def play(server: LiveServer, candidate: Recorder, proctor: Recorder) -> None:
    """Play the room from sign-in to the closed room's record."""
    with (server.var / "demo-tickets.csv").open(encoding="utf-8") as file:
        tickets = [(row["ticket"], row["code"]) for row in csv.DictReader(file)]
    with proctor.aside():
        enter(candidate, *tickets[0])
    others = [SeatClient(server.base, *each) for each in tickets[1:]]
    with candidate.aside():
        with proctor.aside(), ThreadPoolExecutor(8) as pool:
            list(pool.map(come, others))
        open_room(proctor)
    with proctor.aside():
        work(candidate)
    with candidate.aside():
        with proctor.aside():
            for seat in others[1:]:
                seat.hand_in()
            proctor.page.locator("[data-testid=count-working]:text-is('1')").wait_for()
        close_room(proctor)
    candidate.end()
    proctor.end()


def come(seat: SeatClient) -> None:
    """Sign a program in, up to where it waits for the start."""
    assert seat.sign_in()["ok"]
    seat.connect().prepare()


def enter(walk: Recorder, ticket: str, code: str) -> None:
    """Sign a candidate in, up to where the page waits for the start."""
    page = walk.page
    shown = page.get_by_test_id
    walk.open("/sitting", shown("ticket"))
    walk.type(ticket)
    walk.press("Tab")
    walk.type(code)
    walk.press("Enter", shown("confirm"))
    walk.done("signed in")
    walk.click(shown("confirm"), shown("pledge-box"))
    walk.done("that is me")
    walk.click(shown("pledge-box"))
    walk.click(shown("pledge"), shown("warm-done"))
    walk.done("pledged")
    walk.click(page.locator("[data-testid=option-B]"))
    walk.click(shown("warm-done"), shown("checks"))
    walk.done("waiting")


def work(walk: Recorder) -> None:
    """Answer every question with the mouse, look at the hand-in sheet, hand in."""
    page = walk.page
    shown = page.get_by_test_id
    walk.wait(shown("question"))
    walk.done("paper opened")
    count = page.locator("[data-testid^=card-]:not([data-testid=card-toggle])").count()
    for number in range(1, count + 1):
        answer(walk, page.locator(f'[data-testid=question][data-number="{number}"]'))
        if number < count:
            following = page.locator(f'[data-testid=question][data-number="{number + 1}"]')
            walk.click(shown("next"), following)
    walk.done(f"{count} answered")
    walk.click(shown("hand-in"), shown("hand-in-confirm"))
    assert page.locator(".numbers").count() == 0, page.locator(".numbers").all_inner_texts()
    walk.done("hand-in sheet")
    walk.click(shown("hand-in-confirm"), shown("receipt-code"))
    walk.done("receipt")


def answer(walk: Recorder, question: Locator) -> None:
    """Answer a question of whatever type, one part after the other."""
    for choices in question.locator("fieldset").all():
        options = choices.locator("[data-testid^=option-]")
        for place in range(min(options.count(), 2 if is_multiple(options) else 1)):
            walk.click(options.nth(place))
    for box in question.get_by_test_id("numeric").all():
        walk.write(box, NUMBER)
    for box in question.locator("[data-testid^=blank-]").all():
        walk.write(box, WORD)
    for place, box in enumerate(question.locator("select").all(), start=1):
        walk.choose(box, place)
    left = question.locator("[data-testid^=order-]")
    for _ in range(left.count()):
        walk.click(left.first)  # a card that is placed leaves the others
    for picture in question.get_by_test_id("hotspot").all():
        walk.click(picture)


def is_multiple(options: Locator) -> bool:
    """Say whether several options may be chosen."""
    return options.first.locator("input[type=checkbox]").count() > 0


def open_room(walk: Recorder) -> None:
    """Open the console, check some identities, start by the two-second hold, give time to three."""
    page = walk.page
    shown = page.get_by_test_id
    walk.click(page.locator("main a").first, shown("start"))
    walk.done("console")
    check_identities(walk)
    walk.done("identities checked")
    walk.hold(shown("start"), page.locator(".tile.is-running").first)
    walk.done("started")
    for number in range(2, 2 + GRANTED):
        walk.click(shown(f"seat-{number}"), with_control=True)
    walk.click(shown("add-5"), shown("reason"))
    walk.done("five minutes asked")
    walk.click(page.locator(".asking .chip").first)
    walk.click(shown("send"), shown("seat-2").locator(".tile-left"))
    walk.done("five minutes given")


def check_identities(walk: Recorder) -> None:
    """Compare face and document of everybody, one after the other."""
    page = walk.page
    waiting = page.get_by_test_id("attendance-list").locator("button.small")
    count = waiting.count()
    walk.click(waiting.first, ready_to_match(page, 1))
    walk.done("first identity")
    for number in range(2, count + 1):
        walk.press("Enter", ready_to_match(page, number))
    walk.press("Enter", page.locator("[data-testid=attendance-list]:not(:has(button))"))


def ready_to_match(page: Page, number: int) -> Locator:
    """Return the act that confirms a seat's identity, once its photo is there."""
    sheet = f".seat-sheet:has(.sheet-seat:text-is('{number}'))"
    return page.locator(f"{sheet} [data-testid=checked]:focus")


def close_room(walk: Recorder) -> None:
    """Hand the last one in by force; take the closed room's record as a PDF to sign."""
    page = walk.page
    shown = page.get_by_test_id
    last = page.locator(".tile.is-running").get_attribute("data-testid") or ""
    walk.press("Escape")
    walk.click(shown(last))
    walk.click(shown("force-hand-in"), shown("reason"))
    walk.done("hand-in by force asked")
    walk.click(page.locator(".asking .chip").first)
    walk.click(shown("send"), page.locator(f".is-handed_in[data-testid={last}]"))
    walk.done("handed in by force")
    walk.wait(shown("record"))  # nobody works and nobody is awaited: the room closes by itself
    walk.done("closed")
    walk.click(shown("record"), page.locator("#incidents"))
    walk.done("record")
    walk.click(page.locator("form[action$='/record/pdf'] button"), page.locator(".job-card"))
    walk.wait(page.locator(".job-files a[download]").first)
    walk.done("record made")
    walk.download(page.locator(".job-files a[download]").first)
