"""Memory is cleared in small steps; what was set aside is looked through when nobody waits."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from exam_server import collecting
from exam_server.collecting import Collecting


class Circle:
    """Something that only a search finds to be unused."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def aged() -> "weakref.ref[Circle]":
    """Return an unused circle that has lived through two looks at the newest."""
    circle = Circle()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(circle)


def test_a_step_clears_what_is_new_and_sets_the_rest_aside() -> None:
    found = Collecting(is_quiet=lambda: False)
    found.clear_thoroughly()
    before = gc.get_freeze_count()
    unused, used = aged(), [Circle()]
    gc.collect(1)
    assert unused() is not None
    found.step()
    assert unused() is None
    assert gc.get_freeze_count() >= before
    assert not any(each is used[0] for each in gc.get_objects())


def test_what_was_set_aside_is_cleared_when_no_line_is_open_or_it_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "THOROUGH_EVERY_S", 0)
    quiet = [False]
    found = Collecting(is_quiet=lambda: quiet[0])
    found.clear_thoroughly()
    for clears in (lambda: quiet.append(quiet.pop() or True), lambda: more(monkeypatch)):
        circle = Circle()
        unused = weakref.ref(circle)
        gc.collect(1)
        found.step()
        del circle
        gc.collect(1)
        found.step()
        assert unused() is not None, "looked through while seats wait"
        clears()
        found.step()
        assert unused() is None
        quiet[0] = False


def more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let anything at all be too much."""
    monkeypatch.setattr(collecting, "MOST_SET_ASIDE", -1_000_000)
