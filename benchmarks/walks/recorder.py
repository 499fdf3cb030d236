"""A recorder between a walk and the page: counts the hand's acts, times the machine's answers.

Every act goes through it, and names what must be seen before the next act. What it waits for must
not stand there before the act: such a wait would measure nothing, and is refused.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page

LIMIT_MS = 20_000
CLEAR_FIELD = "Control+A"
# Seconds of the keystroke-level model (Card, Moran and Newell 1980) for a practised person.
THINK_S, POINT_S, PRESS_S, KEY_S = 1.35, 1.1, 0.2, 0.28
HOLD_S = 2.0
HANZI_S = 1.0  # a Chinese character by an input method
FIRST_HANZI = "\u2e80"
HAS_FOCUS = "(element) => element === document.activeElement"


@dataclass
class Step:
    """What one step took. ``hand_s`` is an estimate by the keystroke-level model."""

    name: str
    clicks: int = 0
    keys: int = 0
    typed: int = 0
    pages: int = 0
    waiting_s: float = 0.0
    longest_s: float = 0.0
    hand_s: float = 0.0


@dataclass
class Recorder:
    """A person at a page. Steps end with ``done``, which keeps a picture of what is then seen."""

    page: Page
    role: str
    folder: Path | None = None
    steps: list[Step] = field(default_factory=lambda: [Step("")])
    machine_s: float = 0.0

    def __post_init__(self) -> None:
        """Count the pages that the browser loads."""
        self.page.set_default_timeout(LIMIT_MS)
        self.page.on("domcontentloaded", lambda _: self._loaded())
        self._began, self._aside_s = time.perf_counter(), 0.0

    def open(self, path: str, ready: Locator) -> None:
        """Open the first page, as a bookmark does."""
        self._timed(lambda: self.page.goto(path, wait_until="commit"), ready)

    def click(
        self,
        target: Locator,
        ready: Locator | None = None,
        *,
        with_control: bool = False,
    ) -> None:
        """Click."""
        self._clicked()
        held: list[Literal["Control"]] = ["Control"] if with_control else []
        self._timed(lambda: target.click(modifiers=held), ready)

    def hold(self, target: Locator, ready: Locator) -> None:
        """Press and hold until it is done; the time that a hold takes is the hand's."""
        self._clicked()
        self._step.hand_s += HOLD_S
        target.hover()
        self._timed(self.page.mouse.down, ready, hand_s=HOLD_S)
        self.page.mouse.up()

    def press(self, key: str, ready: Locator | None = None) -> None:
        """Press a key or a chord, counted as one."""
        self._step.keys += 1
        self._step.hand_s += THINK_S + KEY_S * (1 + key.count("+"))
        self._timed(lambda: self.page.keyboard.press(key), ready)

    def write(self, target: Locator, text: str, ready: Locator | None = None) -> None:
        """Type a text; a field without the focus takes a click, one with a text a Ctrl+A."""
        self._enter(target)
        self.type(text, ready)

    def type(self, text: str, ready: Locator | None = None) -> None:
        """Type where the focus is."""
        self._step.typed += len(text)
        self._step.hand_s += sum(HANZI_S if each >= FIRST_HANZI else KEY_S for each in text)
        self._timed(lambda: self.page.keyboard.type(text), ready)

    def date(self, target: Locator, value: str) -> None:
        """Type a date (2027-01-31) into a date field: its digits."""
        if not target.evaluate(HAS_FOCUS):
            self.click(target)
        digits = sum(each.isdigit() for each in value)
        self._step.typed += digits
        self._step.hand_s += KEY_S * digits
        target.fill(value)

    def choose(self, target: Locator, place: int) -> None:
        """Choose from a list: a click opens it, another chooses."""
        self._clicked(2)
        target.select_option(index=place)

    def attach(self, target: Locator, file: Path, ready: Locator | None = None) -> None:
        """Choose a file: a click opens the dialog, another takes the file."""
        self._clicked(2)
        self._timed(lambda: target.set_input_files(file), ready)

    def paste(self, text: str, ready: Locator | None = None) -> None:
        """Paste what was copied elsewhere; the copying is not counted."""
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.press("Control+V", ready)

    def wait(self, ready: Locator) -> None:
        """Wait for something that comes without an act, such as the end of a job."""
        self._timed(lambda: None, ready, is_new=False)

    def download(self, target: Locator) -> Path:
        """Click what sends a file; return it once it is whole."""
        self._clicked()
        begun = time.perf_counter()
        with self.page.expect_download() as waiting:
            target.click()
        path = waiting.value.path()
        self._waited(time.perf_counter() - begun)
        return Path(path)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave out the time of what other people do meanwhile."""
        begun = time.perf_counter()
        yield
        self._aside_s += time.perf_counter() - begun

    def done(self, name: str) -> None:
        """End a step; keep a picture of what stands there now."""
        self._step.name = name
        begun = time.perf_counter()
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.page.wait_for_load_state("load")
            number = len(self.steps)
            path = self.folder / f"{self.role} {number:02} {name}.png"
            self.page.screenshot(path=path, animations="disabled")
        self._aside_s += time.perf_counter() - begun
        self.steps.append(Step(""))

    def end(self) -> "Recorder":
        """End the walk; return it."""
        if not self._step.name:
            self.steps.pop()
        self.machine_s = time.perf_counter() - self._began - self._aside_s
        return self

    def total(self) -> Step:
        """Return the sum of all steps."""
        whole = Step(self.role)
        for each in self.steps:
            whole.clicks += each.clicks
            whole.keys += each.keys
            whole.typed += each.typed
            whole.pages += each.pages
            whole.waiting_s += each.waiting_s
            whole.longest_s = max(whole.longest_s, each.longest_s)
            whole.hand_s += each.hand_s
        return whole

    @property
    def _step(self) -> Step:
        return self.steps[-1]

    def _clicked(self, times: int = 1) -> None:
        self._step.clicks += times
        self._step.hand_s += times * (THINK_S + POINT_S + PRESS_S)

    def _loaded(self) -> None:
        self._step.pages += 1

    def _enter(self, target: Locator) -> None:
        if not target.evaluate(HAS_FOCUS):
            self.click(target)
        if target.evaluate("(field) => field.value"):
            self.press(CLEAR_FIELD)

    def _timed(
        self,
        act: Callable[[], object],
        ready: Locator | None,
        *,
        hand_s: float = 0,
        is_new: bool = True,
    ) -> None:
        if ready is not None and is_new:
            assert not ready.is_visible(), f"already there before the act: {ready}"
        begun = time.perf_counter()
        act()
        if ready is not None:
            ready.wait_for(state="visible")
            self.page.wait_for_load_state("load")  # its scripts and pictures are there too
            self._waited(time.perf_counter() - begun - hand_s)

    def _waited(self, seconds: float) -> None:
        self._step.waiting_s += seconds
        self._step.longest_s = max(self._step.longest_s, seconds)
