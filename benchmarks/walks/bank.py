"""The item bank: a writer's item with a formula and a picture, and its review."""

from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.walks.recorder import Recorder

STEM = "用万用表测得某电阻两端电压为 6 V，流过的电流为 2 A，则该电阻的阻值为（    ）。"
ALT = "一只电阻与电源串联的电路图"
OPTIONS = ("3 Ω", "8 Ω", "12 Ω", "0.33 Ω")
LATEX = r"R=\frac{U}{I}"


def draw(path: Path) -> Path:
    """Draw a small circuit."""
    picture = Image.new("RGB", (480, 200), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((60, 40, 420, 160), outline="black", width=3)
    pen.rectangle((190, 25, 290, 55), outline="black", fill="white", width=3)
    picture.save(path)
    return path


def write_item(walk: Recorder, folder: Path) -> Recorder:
    """Write one single-choice item with a formula, a picture, a point; save it for review."""
    page = walk.page
    shown = page.get_by_test_id
    picture = draw(folder / "circuit.png")
    walk.click(page.locator("nav.rail a[href='/bank/']"), page.locator("main table a").first)
    walk.click(page.locator("main table a").first, page.locator("[data-bank][data-ready]"))
    walk.done("bank")
    walk.press("n", page.locator("[data-new][href*='of=single']"))
    walk.click(
        page.locator("[data-new][href*='of=single']"), page.locator("[data-testid=rich-stem]:focus")
    )
    walk.done("empty editor")
    walk.type(STEM)  # the cursor stands in the stem already
    walk.click(shown("tool-formula"), shown("latex"))
    walk.type(LATEX)
    walk.done("formula")
    walk.press("Enter", shown("rich-stem").locator(".katex").first)
    walk.click(shown("tool-picture"), page.locator("#picture-file"))
    walk.attach(page.locator("#picture-file"), picture)
    walk.write(page.locator("#picture-alt"), ALT)
    walk.done("picture")
    walk.click(shown("picture-insert"), shown("rich-stem").locator("img.item-picture"))
    walk.click(shown("rich-options.A"))
    for place, text in enumerate(OPTIONS):
        walk.type(text)
        if place < len(OPTIONS) - 1:
            walk.press("Enter")
    walk.click(shown("tick-A"))
    walk.write(shown("point"), "欧姆")
    walk.press("Enter")
    walk.done("item written")
    walk.press("Control+s", page.locator(".item-shown"))
    walk.done("saved")
    return walk


def review_item(walk: Recorder) -> Recorder:
    """Open what waits from the start page: the first item is there; approve it."""
    page = walk.page
    walk.click(page.locator(".todo a").first, page.locator(".item-shown"))
    walk.wait(page.locator(".item-shown .katex").first)
    walk.done("item waiting")
    walk.press("a", page.locator(".notice-ok"))
    walk.done("approved")
    return walk
