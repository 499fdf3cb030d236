"""Every type's form for its key: what it shows comes back, and what is typed becomes the key."""

from random import Random
from typing import Any

import pytest

from itembank.drawing import other_key_problems
from itembank.items.canonical import same_item
from itembank.items.key_forms import Typed
from itembank.items.registry import key_form, retyped
from tests.answered import MAKERS
from tests.items import RIGHT
from tests.key_forms import posted_key

WITHOUT = {"short_answer", "essay"}  # persons mark these: another rubric is no other key
Said = dict[str, list[str]]


def typed(kind: str, content: Any, key: Any, changed: Said) -> dict[str, Any]:
    posted = posted_key(kind, content, key) | {f"k1.{name}": each for name, each in changed.items()}
    return retyped(kind, content, key, Typed(posted, "k1."))


def test_every_type_with_a_key_has_a_form_for_it() -> None:
    without = {
        kind for kind, (content, key, _) in RIGHT.items() if not key_form(kind, content, key)
    }
    assert without == WITHOUT


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - WITHOUT))
def test_a_key_that_nobody_touches_stays_the_same(kind: str) -> None:
    rng = Random(7)  # noqa: S311 - the same keys in every run
    for content, key in [MAKERS[kind](rng) for _ in range(30)]:
        again = typed(kind, content, key, {})
        assert same_item((kind, content, again), (kind, content, key)), (key, again)


@pytest.mark.parametrize(
    ("kind", "changed", "expected"),
    [
        ("single", {"correct": ["D"]}, {"correct": ["D"]}),
        ("multiple", {"correct": ["D", "A"]}, {"correct": ["A", "D"]}),
        ("matching", {"pair.a": ["z"]}, {"pairs": [["a", "z"], ["b", "x"]]}),
        ("ordering", {"place.1": ["A"], "place.3": ["C"]}, {"order": ["A", "B", "C"]}),
        (
            "hotspot",
            {"areas.shape": ["rect", "circle"], "areas.coords": ["1 2 30, 40.5", " "]},
            {"areas": [{"shape": "rect", "coords": [1, 2, 30, 40.5]}]},
        ),
        (
            "numeric",
            {"tolerance_mode": ["range"], "least": ["3"], "most": ["5"], "open": ["most"]},
            {"tolerance_mode": "range", "least": "3", "most": "5", "open": "most"},
        ),
        ("text_entry", {"blanks.1": ["PLC\r\n\r\n 可编 "]}, {"blanks": {"1": ["PLC", "可编"]}}),
        (
            "calculation",
            {"formula": ["R / U"], "tolerance": ["0.1"], "units": ["mA = 1/1000"]},
            {
                **RIGHT["calculation"][1],
                "formula": "R / U",
                "tolerance": "0.1",
                "tolerance_mode": "absolute",
                "units": [{"unit": "mA", "factor": "1/1000"}],
            },
        ),
    ],
)
def test_what_is_typed_becomes_the_key(kind: str, changed: Said, expected: dict[str, Any]) -> None:
    content, key, _ = RIGHT[kind]
    new = typed(kind, content, key, changed)
    assert new == expected
    forms = [{"": {"U": "12", "R": "4"}}] if kind == "calculation" else []
    assert other_key_problems(kind, content, new, forms) == []


def test_one_part_of_a_material_is_put_right_and_the_others_stay() -> None:
    content, key, _ = RIGHT["item_set"]
    new = typed("item_set", content, key, {"1.correct": ["D"]})
    assert new["parts"]["1"] == {"correct": ["D"]}
    assert new["parts"]["9"] == key["parts"]["9"]  # a rubric
    assert other_key_problems("item_set", content, new, []) == []
    wrong = typed("item_set", content, key, {"6.pair.a": [""]})
    (problem,) = other_key_problems("item_set", content, wrong, [])
    assert (problem.where, problem.code) == ("parts.6.left.a", "pair_missing")


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("single", {"correct": []}, "key_missing"),
        ("multiple", {"correct": ["X"]}, "key_without_option"),
        ("matching", {"pair.a": ["x"]}, "pair_right_twice"),
        ("ordering", {"place.1": ["A"]}, "order_not_all"),
        ("hotspot", {"areas.coords": ["900 60 20", "", ""]}, "area_outside"),
        ("hotspot", {"areas.coords": ["nine 60 20", "", ""]}, "area_coords"),
        ("numeric", {"value": ["twelve"]}, "key_not_a_number"),
        ("numeric", {"tolerance_mode": ["range"]}, "range_without_end"),
        ("text_entry", {"blanks.1": [""]}, "blank_without_key"),
        ("calculation", {"formula": ["U / I"]}, "model_name_unknown"),
        ("calculation", {"formula": ["import os"]}, "model_expression"),
        ("calculation", {"formula": ["U / (R - 4)"]}, "draws_without_answer"),
    ],
)
def test_a_key_that_cannot_be_is_told_what_is_wrong(kind: str, changed: Said, code: str) -> None:
    content, key, _ = RIGHT[kind]
    new = typed(kind, content, key, changed)
    found = other_key_problems(kind, content, new, [{"": {"U": "12", "R": "4"}}])
    assert code in [each.code for each in found]


def test_conditions_of_the_draw_do_not_bind_a_formula_that_is_put_right() -> None:
    content, key, _ = RIGHT["calculation"]
    bound = {**key, "conditions": ["answer < 10"], "most": "10", "exact_decimals": 0}
    forms = [{"": {"U": "12", "R": "4"}}]
    new = typed("calculation", content, bound, {"formula": ["U * R / 5"]})
    assert other_key_problems("calculation", content, new, forms) == []
