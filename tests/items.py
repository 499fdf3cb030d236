"""One right item of every type, with an answer that earns the full mark."""

from decimal import Decimal
from typing import Any

import numpy as np

from itembank.drawing import as_asked, drawn
from itembank.items.registry import pieces
from itembank.items.written_marks import FormPlace, mark_with

LETTERS = "ABCDEFGH"
Example = tuple[dict[str, Any], dict[str, Any], Any]


def choice(n_options: int, *, is_fixed: bool = False) -> dict[str, Any]:
    """Return the content of a choice item."""
    options = [{"id": each, "content": each, "fixed": is_fixed} for each in LETTERS[:n_options]]
    return {"stem": "<p>Which?</p>", "options": options, "blanks": [], "unit": None}


def column(**texts: str) -> list[dict[str, Any]]:
    """Return a column of a matching."""
    return [{"id": each, "content": text} for each, text in texts.items()]


BLANK = {
    "stem": '<p><span data-type="blank" data-blank="1"></span></p>',
    "options": [],
    "blanks": [{"id": "1"}],
    "unit": None,
}
MATCHING = {
    "stem": "<p>Match</p>",
    "left": column(a="volt", b="ampere"),
    "right": column(x="current", y="voltage", z="power"),
}
ORDERING = {"stem": "<p>Order</p>", "options": column(A="test", B="lock", C="switch off")}
HOTSPOT = {
    "stem": "<p>Point</p>",
    "picture": f"media:{'a' * 64}",
    "alt": "a switchboard",
    "width": 400,
    "height": 300,
}
RUBRIC = [
    {"id": "1", "words": "names the cause", "points": "4"},
    {
        "id": "2",
        "words": "gives a remedy",
        "points": "6",
        "levels": [{"points": "6", "words": "complete"}, {"points": "2.5", "words": "in part"}],
    },
]
WRITTEN = {"stem": "<p>Why?</p>", "fewest_characters": 0, "most_characters": 500, "lines": 6}
WRITTEN_KEY = {"model_answer": "The fuse blew.\nReplace it.", "rubric": RUBRIC}
CALCULATION = {"stem": "<p>U = {U} V, R = {R} Ω: I?</p>", "unit": "A", "decimals": 1}
CALCULATION_KEY = {"parameters": {"U": ["12"], "R": ["4"]}, "formula": "U / R"}
_PARTS: dict[str, Example] = {
    "single": (choice(4), {"correct": ["B"]}, "B"),
    "multiple": (choice(4), {"correct": ["A", "C"]}, ["A", "C"]),
    "true_false": (choice(2, is_fixed=True), {"correct": ["A"]}, "A"),
    "numeric": (choice(0), {"value": "１２．５", "tolerance": "0.1"}, "12.5"),
    "text_entry": (BLANK, {"blanks": {"1": ["PLC"]}}, {"1": "plc"}),
    "matching": (MATCHING, {"pairs": [["a", "y"], ["b", "x"]]}, [["b", "x"], ["a", "y"]]),
    "ordering": (ORDERING, {"order": ["C", "B", "A"]}, ["C", "B", "A"]),
    "hotspot": (HOTSPOT, {"areas": [{"shape": "circle", "coords": [90, 60, 20]}]}, [90, 40.5]),
    "short_answer": (WRITTEN, WRITTEN_KEY, "The fuse blew."),
    "essay": ({**WRITTEN, "lines": 20}, WRITTEN_KEY, "保险丝断了，更换。"),
}


def share_of(name: str, number: int) -> str:
    """Return the share of a part: the points of its rubric, where it has one."""
    return "10" if name in {"short_answer", "essay"} else str(number)


def earned(
    name: str, content: dict[str, Any], key: dict[str, Any], answer: Any, full: Decimal
) -> Decimal:
    """Return what an answer earns where a person gives the full mark for all that is written."""
    values = drawn(name, content, key, np.random.default_rng(1), 0)
    asked = as_asked(name, content, key, values)
    place = FormPlace(1, *asked, full)
    marks = {each.part: each.mark for each in pieces(*asked, full)}
    found = mark_with(place, answer, marks)
    assert found is not None
    return found


RIGHT: dict[str, Example] = {
    **_PARTS,
    "calculation": (CALCULATION, CALCULATION_KEY, "3"),
    "item_set": (
        {
            "stem": "<p>Read this.</p>",
            "parts": [
                {"id": str(number), "type": name, "mark_share": share_of(name, number), **content}
                for number, (name, (content, _, _)) in enumerate(_PARTS.items(), start=1)
            ],
        },
        {"parts": {str(n): key for n, (_, key, _) in enumerate(_PARTS.values(), start=1)}},
        {str(n): answer for n, (_, _, answer) in enumerate(_PARTS.values(), start=1)},
    ),
}
