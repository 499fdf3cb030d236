"""Python's memory cleared in small steps: a search through everything would stop every seat.

A web process with thousands of lines holds a million objects. Python looks through all of them now
and then for circles that nobody uses, and meanwhile answers nobody for half a second. Here what
has lived through one look is set aside and not looked through again while seats are connected; the
thorough search waits until no line is open, or until so much was set aside that it must be.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

import gevent
import structlog

log = structlog.get_logger()

YOUNG, MIDDLE, NEVER = 2_000, 10, 1_000_000
LOOK_EVERY_S = 2.0
THOROUGH_EVERY_S = 60.0
MOST_SET_ASIDE = 3_000_000  # beyond what so many lines need: circles may be among them


@dataclass
class Collecting:
    """Looks through what is new; ``is_quiet`` says whether a pause would stop nobody."""

    is_quiet: Callable[[], bool]
    thorough_at: float = 0.0
    set_aside: int = 0
    has_more: bool = False  # set aside since the last thorough search

    def start(self) -> None:
        """Set aside what was loaded, and look through the rest in steps from here on."""
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        gc.enable()
        self.clear_thoroughly()
        gevent.spawn(self._run)

    def _run(self) -> None:
        while True:
            gevent.sleep(LOOK_EVERY_S)
            self.step()

    def step(self) -> None:
        """Clear a little, or thoroughly when that is due and stops nobody."""
        is_due = self.has_more and time.monotonic() - self.thorough_at >= THOROUGH_EVERY_S
        if is_due and (self.is_quiet() or self._is_much()):
            self.clear_thoroughly()
        elif gc.get_count()[2]:
            gc.collect()  # through what is not set aside: what was made since the last step
            gc.freeze()
            self.has_more = True

    def clear_thoroughly(self) -> None:
        """Look through everything, then set aside what is left."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self.set_aside, self.has_more = gc.get_freeze_count(), False
        self.thorough_at = time.monotonic()

    def _is_much(self) -> bool:
        self.thorough_at = time.monotonic()  # counting is no free act either
        much = gc.get_freeze_count() - self.set_aside > MOST_SET_ASIDE
        if much:
            log.warning("much was set aside; everything is looked through, which takes a moment")
        return much
