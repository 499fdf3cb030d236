"""Items of every type with every way of marking, and answers to them, drawn at random."""

import json
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import numpy as np

from exam_server.results.second.deciding import Marker
from exam_server.results.second.facts import Asked
from exam_server.results.second.own_modules import mark_by_own_module
from itembank.drawing import Drawn, as_asked, drawn
from itembank.items.item_types import PERSON
from itembank.items.registry import TYPES, pieces
from itembank.items.written_marks import FormPlace, mark_with
from tests.items import HOTSPOT, MATCHING, ORDERING, WRITTEN, WRITTEN_KEY, choice, column

JUNK: tuple[Any, ...] = (None, "", "  ", "A", "?", 7, 1.5, True, [], ["A"], [1, 2], {}, {"1": 3})
AREAS = (
    {"shape": "rect", "coords": [10, 10, 200, 120]},
    {"shape": "poly", "coords": [0, 0, 300, 0, 300, 300, 150, 50, 0, 300]},
    {"shape": "circle", "coords": [90, 60, 20]},
)
UNITS = [{"unit": "kV", "factor": "1000"}, {"unit": "mV", "factor": "1/1000"}]
WORDS = ("PLC", "ohm", "Ω", "铜", "Cu", "silver")
FORMULAS = (
    "U / R",
    "U**2 / R",
    "-U**2 + 3 * (R - 0.5)",
    "pi * R**2 / 4",
    "sqrt(U**2 + R**2)",
    "2**-R * U",
    "U - R - 1.25 / 3",
)


class Case(NamedTuple):
    """An item as the bank holds it, the values of a form, an answer, and persons' marks."""

    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    values: Drawn
    answer: Any
    full: Decimal
    given: dict[str, Decimal]


def case_of(kind: str, rng: Random) -> Case:
    """Return an item of a type with an answer that may be right, nearly right or no answer."""
    content, key = MAKERS[kind](rng)
    values = drawn(kind, content, key, np.random.default_rng(rng.randrange(9)), rng.randrange(9))
    full = Decimal(rng.randrange(1, 6000)) / 100
    asked = as_asked(kind, content, key, values)
    given = {
        each.part: Decimal(int(each.mark * 10000 * rng.randrange(11) // 10)) / 10000
        for each in pieces(*asked, full)
        if TYPES[each.type].ABOUT.marked_by == PERSON and rng.random() < 0.9
    }
    answer = answer_to(asked.type, asked.content, asked.key, rng)
    return Case(kind, content, key, values, json.loads(json.dumps(answer)), full, given)


def first(case: Case) -> Fraction | None:
    """Return the mark of the first computation."""
    asked = as_asked(case.type, case.content, case.key, case.values)
    mark = mark_with(FormPlace(1, *asked, case.full), case.answer, case.given)
    return None if mark is None else Fraction(mark)


def second(case: Case) -> Fraction | None:
    """Return the mark of the second; its rules must know the item."""
    full, key = Fraction(case.full), (case.key,)
    asked = Asked(1, 1, "I", case.type, case.content, key, full, drawn=case.values)
    assert None not in asked.ready, case
    given = {part: Fraction(mark) for part, mark in case.given.items()}
    return Marker(mark_by_own_module).mark(asked, json.dumps(case.answer), given)


Made = tuple[dict[str, Any], dict[str, Any]]


def _single(rng: Random) -> Made:
    if rng.random() < 0.5:
        return choice(4), {"correct": [rng.choice("ABCD")]}
    points = {"B": "3", "C": rng.choice(["1", "-1", "1.5"])}
    return choice(4), {"correct": ["B"], "policy": "by_option", "points": points}


def _multiple(rng: Random) -> Made:
    policy = rng.choice(["all_or_nothing", "part_marks", "minus", "by_option"])
    points = {"A": "2", "B": "-1.5", "C": "1"}
    key = {"correct": ["A", "C"], "policy": policy}
    return choice(5), {**key, "points": points} if policy == "by_option" else key


def _true_false(rng: Random) -> Made:
    return choice(2, is_fixed=True), {"correct": [rng.choice("AB")]}


def _tolerance(rng: Random) -> dict[str, Any]:
    mode = rng.choice(["absolute", "relative"])
    return {"tolerance": rng.choice(["0", "0.1", "0.05"]), "tolerance_mode": mode}


def _numeric(rng: Random) -> Made:
    content = {"stem": "<p>U?</p>", "unit": "V", "decimals": 1}
    units = {"units": UNITS} if rng.random() < 0.5 else {}
    if rng.random() < 0.5:
        value = rng.choice(["12.5", "-3", "0", "１０"])
        return content, {"value": value, **_tolerance(rng), **units}
    ends = rng.choice([("3", "5"), ("3", ""), ("", "5"), ("4", "4")])
    is_open = "" if ends[0] == ends[1] else rng.choice(["", "least", "most", "both"])
    ranged = {"least": ends[0], "most": ends[1], "open": is_open, "tolerance_mode": "range"}
    return content, {**ranged, **units}


def _text_entry(rng: Random) -> Made:
    names = [str(number) for number in range(1, rng.randrange(2, 6))]
    accepted = {each: rng.sample(WORDS, rng.randrange(1, 4)) for each in names}
    key: dict[str, Any] = {"blanks": accepted, "case_sensitive": rng.random() < 0.3}
    if rng.random() < 0.3:
        key["whole"] = True
    if rng.random() < 0.6 and len(names) > 1:
        key["groups"] = [names[:2]] if rng.random() < 0.5 else [names]
    return {"stem": "<p>…</p>", "blanks": [{"id": each} for each in names]}, key


def _matching(rng: Random) -> Made:
    policy = rng.choice(["all_or_nothing", "part_marks"])
    content = {**MATCHING, "left": column(a="1", b="2", c="3"), "reuse": rng.random() < 0.5}
    pairs = [["a", "y"], ["b", "x"], ["c", "x" if content["reuse"] else "z"]]
    return content, {"pairs": pairs, "policy": policy}


def _ordering(rng: Random) -> Made:
    options = column(A="test", B="lock", C="off", D="on")
    options[3]["fixed"] = rng.random() < 0.3
    key = {"order": ["C", "B", "A", "D"], "policy": rng.choice(["all_or_nothing", "part_marks"])}
    return {**ORDERING, "options": options}, key


def _hotspot(rng: Random) -> Made:
    return HOTSPOT, {"areas": rng.sample(AREAS, rng.randrange(1, 3))}


def _calculation(rng: Random) -> Made:
    content: dict[str, Any] = {"stem": "<p>{U} {R}</p>", "unit": "V"}
    content |= {"decimals": rng.choice([None, 0, 1, 3])}
    parameters = {"U": ["12", "24.5", "3"], "R": {"from": "1", "to": "4", "step": "1"}}
    key = {"parameters": parameters, "formula": rng.choice(FORMULAS), **_tolerance(rng)}
    return content, {**key, "units": UNITS} if rng.random() < 0.5 else key


def _written(_rng: Random) -> Made:
    return WRITTEN, WRITTEN_KEY


def _item_set(rng: Random) -> Made:
    parts, keys = [], {}
    for number in range(1, rng.randrange(2, 5)):
        kind = rng.choice([each for each in MAKERS if each != "item_set"])
        content, key = MAKERS[kind](rng)
        share = {"mark_share": str(rng.randrange(1, 9))} if rng.random() < 0.8 else {}
        person = {"mark_share": "10"} if kind in {"short_answer", "essay"} else share
        parts.append({"id": str(number), "type": kind, **person, **content})
        keys[str(number)] = key
    return {"stem": "<p>Read.</p>", "parts": parts}, {"parts": keys}


MAKERS = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "numeric": _numeric,
    "text_entry": _text_entry,
    "matching": _matching,
    "ordering": _ordering,
    "hotspot": _hotspot,
    "calculation": _calculation,
    "short_answer": _written,
    "essay": _written,
    "item_set": _item_set,
}


def answer_to(kind: str, content: Any, key: Any, rng: Random) -> Any:
    """Return an answer that may be right, nearly right, or none at all."""
    if rng.random() < 0.1:
        return rng.choice(JUNK)
    if kind == "item_set":
        return {
            part["id"]: answer_to(part["type"], part, key["parts"][part["id"]], rng)
            for part in content["parts"]
            if rng.random() < 0.9
        }
    right = TYPES[kind].right_answer(content, key)
    return right if rng.random() < 0.2 else ANSWERS[kind](content, key, right, rng)


def _number_near(_content: Any, key: Any, right: Any, rng: Random) -> str:
    """Return a number on, just inside or just outside a bound, perhaps in another unit."""
    bounds = [Decimal(each) for name in ("least", "most") if (each := key.get(name))]
    if key["tolerance_mode"] != "range":
        width = Decimal(key["tolerance"])
        width *= abs(Decimal(key["value"])) if key["tolerance_mode"] == "relative" else 1
        bounds = [Decimal(key["value"]) + width, Decimal(key["value"]) - width]
    near = rng.choice(bounds) + rng.choice([Decimal(0), Decimal("0.001"), Decimal("-0.001")])
    shown = rng.choice([near, near, Decimal(right)])
    unit = rng.choice(["", "", " V", "kV", " ｍＶ", " MV", "v"])
    factor = {"kV": Decimal(1000), " ｍＶ": Decimal("0.001")}.get(unit, Decimal(1))
    text = f"{shown / factor:f}"
    return rng.choice([text, text.replace("-", "−"), f"{text}e0", f" +{text}"]) + unit


def _words_near(content: Any, key: Any, _right: Any, rng: Random) -> dict[str, str]:
    every = [*WORDS, "plc", " ＰＬＣ ", "s ilver", "OHM", ""]
    wanted = [each for texts in key["blanks"].values() for each in texts]
    return {
        each["id"]: rng.choice(rng.choice([every, wanted]))
        for each in content["blanks"]
        if rng.random() < 0.9
    }


def _place_near(_content: Any, key: Any, _right: Any, rng: Random) -> list[float]:
    coords = rng.choice(key["areas"])["coords"]
    corners = [[90, 60], [110, 60], coords[:2], coords[2:4]] if len(coords) > 3 else [[110, 60]]
    x, y = rng.choice([*corners, [rng.randrange(400), rng.randrange(300)]])
    return [x + rng.choice([0, 0, 0.5, -1]), y + rng.choice([0, 0, 0.25])]


def _some(names: str, rng: Random, most: int) -> list[str]:
    return [rng.choice(names) for _ in range(rng.randrange(most + 1))]


ANSWERS = {
    "single": lambda _c, _k, _r, rng: rng.choice("ABCDE"),
    "true_false": lambda _c, _k, _r, rng: rng.choice("ABC"),
    "multiple": lambda _c, _k, _r, rng: _some("ABCDE", rng, 4),
    "numeric": _number_near,
    "text_entry": _words_near,
    "matching": lambda _c, _k, _r, rng: [
        [each, rng.choice("xyz")] for each in rng.sample("abc", rng.randrange(4))
    ],
    "ordering": lambda _c, _k, _r, rng: rng.sample("ABCD", rng.randrange(5)),
    "hotspot": _place_near,
    "short_answer": lambda _c, _k, _r, rng: rng.choice(["The fuse.", "  ", "x"]),
    "essay": lambda _c, _k, _r, rng: rng.choice(["保险丝。", "", "x"]),
}
