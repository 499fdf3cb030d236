"""Facts a seat may tell: which are gathered, and what of a detail is kept."""

import math

from proctor.signals import ALWAYS, GROUPS, HARMLESS, kinds_gathered, plain_detail


def test_what_needs_a_person_is_told_whatever_is_gathered() -> None:
    assert kinds_gathered([]) == ALWAYS
    assert kinds_gathered(GROUPS) == ALWAYS.union(*GROUPS.values())
    assert kinds_gathered(["clipboard", "unknown"]) == ALWAYS | {"copy_tried", "paste_tried"}
    assert kinds_gathered(GROUPS) >= HARMLESS


def test_of_a_detail_only_sensible_numbers_are_kept() -> None:
    sent = {"seconds": 12.34, "s_per_min": True, "text": "x"}
    assert plain_detail(sent) == {"seconds": 12.3}
    for wrong in (math.nan, math.inf, 1e9, "7", None, [1]):
        assert plain_detail({"seconds": wrong}) == {}
