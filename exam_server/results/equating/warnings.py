"""What makes an equating less than sure, as codes with facts; the page has sentences for them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from exam_server.results.equating.methods import (
    ANCHOR_ITEMS,
    COMMON,
    CURVE_FROM,
    FEW,
    IRT,
    LINE_FROM,
    METHODS,
    TINY,
)

Facts = Mapping[str, Any]
MATTERS: Final = 0.5  # of 100: less is not seen in whole marks (Dorans & Feigenbaum 1994)
UNEVEN: Final = 0.1
FAR_APART: Final = 0.3  # standard deviations (Kolen & Brennan 2014, chapter 8)


def warnings_of(told: Facts) -> list[dict[str, Any]]:
    """Return every warning, the gravest first."""
    computed = [row for row in told["methods"] if row["refused"] is None]
    return [
        {"code": code, **facts}
        for code, facts in (
            *_of_numbers(told, computed),
            *_of_anchor(told, computed),
            *_of_methods(told, computed),
        )
    ]


def _of_numbers(told: Facts, computed: list[Facts]) -> Iterator[tuple[str, Facts]]:
    fewest = min(told["n"].values())
    shapes = {METHODS[row["method"]].shape for row in computed if _by_persons(row)}
    facts = {"n": fewest, "line": LINE_FROM, "curve": CURVE_FROM}
    if fewest < TINY and shapes - {"none"}:
        yield "tiny", facts
    elif fewest < FEW and shapes & {"line", "curve"}:
        yield "few", facts
    elif fewest < CURVE_FROM and "curve" in shapes:
        yield "few_for_curve", facts


def _of_anchor(told: Facts, computed: list[Facts]) -> Iterator[tuple[str, Facts]]:
    if not any(METHODS[row["method"]].design == COMMON for row in computed):
        return
    anchor = told["anchor"]
    if anchor["is_short"]:
        share = round(100 * anchor["share"])
        yield "anchor_short", {"n": anchor["n"], "share": share, "items": ANCHOR_ITEMS}
    uneven = [
        each["area"] for each in anchor["coverage"] if abs(each["form"] - each["anchor"]) > UNEVEN
    ]
    if uneven:
        yield "anchor_uneven", {"areas": ", ".join(uneven)}
    drifted = sum(each["reason"] == "drifted" for each in anchor["left_out"])
    if drifted:
        yield "anchor_drifted", {"n": drifted}
    if anchor["apart"] is not None and abs(anchor["apart"]) > FAR_APART:
        yield "groups_differ", {"sd": f"{anchor['apart']:+.2f}"}


def _of_methods(told: Facts, computed: list[Facts]) -> Iterator[tuple[str, Facts]]:
    agreement = told["agreement"]
    if agreement and agreement["range"] >= MATTERS:
        yield "methods_differ", {"range": f"{agreement['range']:.1f}"}
    small = [row["method"] for row in computed if _is_within_error(row["at_line"])]
    if small:
        yield "within_error", {"methods": small}
    if any(METHODS[row["method"]].design == IRT for row in computed):
        yield "no_error_known", {}
    if told["most"]["new"] != told["most"]["reference"]:
        yield "other_most", dict(told["most"])


def _is_within_error(at: Facts) -> bool:
    return bool(at["error"]) and abs(at["difference"]) < at["error"]


def _by_persons(row: Facts) -> bool:
    return METHODS[row["method"]].design != IRT
