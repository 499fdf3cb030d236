"""One right item of every type, with an answer that earns the full mark."""

from typing import Any

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
_PARTS: dict[str, Example] = {
    "single": (choice(4), {"correct": ["B"]}, "B"),
    "multiple": (choice(4), {"correct": ["A", "C"]}, ["A", "C"]),
    "true_false": (choice(2, is_fixed=True), {"correct": ["A"]}, "A"),
    "numeric": (choice(0), {"value": "１２．５", "tolerance": "0.1"}, "12.5"),
    "text_entry": (BLANK, {"blanks": {"1": ["PLC"]}}, {"1": "plc"}),
    "matching": (MATCHING, {"pairs": [["a", "y"], ["b", "x"]]}, [["b", "x"], ["a", "y"]]),
    "ordering": (ORDERING, {"order": ["C", "B", "A"]}, ["C", "B", "A"]),
    "hotspot": (HOTSPOT, {"areas": [{"shape": "circle", "coords": [90, 60, 20]}]}, [90, 40.5]),
}
RIGHT: dict[str, Example] = {
    **_PARTS,
    "item_set": (
        {
            "stem": "<p>Read this.</p>",
            "parts": [
                {"id": str(number), "type": name, "mark_share": str(number), **content}
                for number, (name, (content, _, _)) in enumerate(_PARTS.items(), start=1)
            ],
        },
        {"parts": {str(n): key for n, (_, key, _) in enumerate(_PARTS.values(), start=1)}},
        {str(n): answer for n, (_, _, answer) in enumerate(_PARTS.values(), start=1)},
    ),
}
