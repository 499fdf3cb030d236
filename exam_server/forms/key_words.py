"""Right answers in words, by the letters and numbers that a printed paper shows."""

from collections.abc import Callable, Mapping
from typing import Any

from itembank.items.choices import BY_OPTION, option_points, policy_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def answer_words(kind: str, view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the right answer of an item, shown as ``view``, as its key says it.

    Examples
    --------
    >>> options = [{"id": "x", "content": "1"}, {"id": "y", "content": "2"}]
    >>> answer_words("multiple", {"options": options}, {"correct": ["y", "x"]})
    'AB'
    """
    said = WORDED.get(kind)
    if kind == "item_set":
        keys = key.get("parts", {})
        return "　".join(
            f"({number}) {answer_words(part['type'], part, keys.get(part['id'], {}))}"
            for number, part in enumerate(view["parts"], start=1)
        )
    return said(view, key) if said else ""


def _choice(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    letters = dict(zip((each["id"] for each in view["options"]), LETTERS, strict=False))
    if policy_of(key) == BY_OPTION:
        points = option_points(view, key)
        worth = sorted((letters[each], points[each]) for each in letters if points[each])
        return "　".join(f"{letter} ({each.normalize():+f})" for letter, each in worth)
    return "".join(sorted(letters[each] for each in key.get("correct", []) if each in letters))


def _true_false(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return a tick for the first option, which says true, a cross for the second."""
    correct = key.get("correct", [])
    return "√" if view["options"] and view["options"][0]["id"] in correct else "×"


def _numeric(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    unit = view.get("unit") or ""
    if key.get("tolerance_mode") == "relative":
        return f"{key['value']} {unit} (± {key['tolerance']} × {key['value']})"
    return f"{key['value']} ± {key['tolerance']} {unit}".strip()


def _text_entry(_view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    blanks = key.get("blanks", {})
    if len(blanks) == 1:
        return " / ".join(next(iter(blanks.values())))
    return "　".join(f"[{blank}] {' / '.join(texts)}" for blank, texts in blanks.items())


def _matching(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    letters = dict(zip((each["id"] for each in view["right"]), LETTERS, strict=False))
    pairs = dict(key.get("pairs", []))
    return "　".join(
        f"({number})–{letters.get(pairs.get(each['id'], ''), '?')}"
        for number, each in enumerate(view["left"], start=1)
    )


def _ordering(view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    letters = dict(zip((each["id"] for each in view["options"]), LETTERS, strict=False))
    return " → ".join(letters[each] for each in key.get("order", []) if each in letters)


def _hotspot(_view: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    return "　".join(
        f"{area['shape']} ({', '.join(f'{each:g}' for each in area['coords'])})"
        for area in key.get("areas", [])
    )


WORDED: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "numeric": _numeric,
    "text_entry": _text_entry,
    "matching": _matching,
    "ordering": _ordering,
    "hotspot": _hotspot,
}
