"""After the exam: marks of practical work pasted and typed, then marking, deciding, publishing."""

from playwright.sync_api import Page

from benchmarks.walks.recorder import Recorder

BATCH, EXAM_SESSION = "第二批", "可立即开考"  # what the sample's names say in every language
N_TYPED = 5


def open_grid(walk: Recorder) -> Page:
    """Open the grid of a batch from the start page."""
    page = walk.page
    walk.click(page.locator(".todo a", has_text=BATCH), page.locator("[data-save-line][data-kind]"))
    walk.done("grid")
    return page


def enter_marks(walk: Recorder, *, pasted: bool) -> Recorder:
    """Enter practical marks: thirty from a spreadsheet, or five by keyboard."""
    page = open_grid(walk)
    cells = page.locator("[data-component=practical]")
    saved = page.locator("[data-save-line][data-kind=ok]")
    if pasted:
        tickets = page.locator("[data-ticket]").evaluate_all(
            "(rows) => rows.map((row) => row.dataset.ticket)"
        )
        head = "准考证号\t技能操作\t工作业绩"
        rows = [f"{ticket}\t{60 + place}\t{90 - place}" for place, ticket in enumerate(tickets)]
        walk.click(cells.first)
        walk.paste("\n".join([head, *rows]), page.locator(".paste-sheet [data-enter]"))
        walk.done("paste looked at")
        walk.press("Enter")
        walk.wait(saved)
        walk.done("pasted")
    else:
        walk.click(cells.nth(0))
        for place in range(N_TYPED):
            walk.type(str(70 + place))
            walk.press("Enter")
        walk.wait(saved)
        walk.done("typed")
    return walk


def publish(walk: Recorder) -> Recorder:
    """Mark the theory papers, decide, take the list and the slips."""
    page = walk.page
    marking = page.locator("form[action$='/mark'] button")
    walk.click(page.locator(".todo a", has_text=EXAM_SESSION), marking)
    walk.done("steps")
    marked = page.locator("form[action$='/decide'] .btn-primary")  # it is the main act by now
    walk.click(marking, marked)
    walk.done("marked")
    walk.click(marked, page.locator("#decided"))
    walk.done("decided")
    walk.download(page.locator(".table-exports a[download]").first)
    walk.click(page.locator(".step-acts a[href$='/slips']").last, page.locator(".slip").first)
    walk.done("slips")
    return walk
