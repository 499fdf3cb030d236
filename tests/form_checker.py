"""Forms of an assembly case judged from its files alone, with nothing of the solver's code."""

import csv
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

TOLERANCE = 1e-6
Item = dict[str, str]


def chance(item: Item, theta: float) -> float:
    a, b, c = (float(item[name]) for name in "abc")
    return c + (1 - c) / (1 + math.exp(-a * (theta - b)))


def information(item: Item, theta: float) -> float:
    a, c, p = float(item["a"]), float(item["c"]), chance(item, theta)
    return a * a * (p - c) ** 2 / (1 - c) ** 2 * (1 - p) / p


def expected_chance(item: Item) -> float:
    """Integrate over N(0, 1) by trapezoids from -8 to 8."""
    thetas = [-8 + step / 20 for step in range(321)]
    heights = [chance(item, t) * math.exp(-t * t / 2) / math.sqrt(2 * math.pi) for t in thetas]
    return sum((left + right) / 2 / 20 for left, right in pairwise(heights))


@dataclass(frozen=True)
class Case:
    """A case with its bank and enemy sets."""

    case: dict[str, Any]
    bank: list[Item]
    enemies: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> "Case":
        case = json.loads(path.read_text(encoding="utf-8"))
        with (path.parent / case["bank"]).open(encoding="utf-8", newline="") as lines:
            bank = list(csv.DictReader(lines))
        return cls(case, bank, json.loads((path.parent / case["enemies_file"]).read_text("utf-8")))

    def write(self, path: Path) -> None:
        named = {**self.case, "bank": "bank.csv", "enemies_file": "enemies.json"}
        path.write_text(json.dumps(named), encoding="utf-8")
        (path.parent / "enemies.json").write_text(json.dumps(self.enemies), encoding="utf-8")
        with (path.parent / "bank.csv").open("w", encoding="utf-8", newline="") as lines:
            rows = csv.DictWriter(lines, list(self.bank[0]))
            rows.writeheader()
            rows.writerows(self.bank)


def judged(path: Path, forms: Sequence[Sequence[str]]) -> tuple[list[str], float]:
    return judge(Case.read(path), forms)


def judge(given: Case, forms: Sequence[Sequence[str]]) -> tuple[list[str], float]:
    """Return everything the forms break, and the objective they reach."""
    case, bank = given.case, {item["id"]: item for item in given.bank}
    broken = [] if len(forms) == case["forms"] else [f"{len(forms)} forms"]
    uses = Counter(each for form in forms for each in form)
    broken += [f"{i} used {n} times" for i, n in uses.items() if n > case["max_use_per_item"]]
    broken += [f"{i} is worn" for i in uses if int(bank[i]["times_used"]) >= case["max_times_used"]]
    for number, form in enumerate(forms):
        items = [bank[each] for each in form]
        broken += [f"form {number}: {each}" for each in broken_by(case, items, given.enemies)]
    return broken, reached(case, [[bank[each] for each in form] for form in forms])


def broken_by(
    case: dict[str, Any], items: Sequence[Item], enemies: Sequence[Sequence[str]]
) -> list[str]:
    ids = {item["id"] for item in items}
    broken = [] if len(items) == len(ids) == case["length"] else [f"{len(ids)} items"]
    broken += [f"enemies {foes}" for foes in enemies if len(ids.intersection(foes)) > 1]
    for each in case["constraints"]:
        value = value_of(each, items)
        if not each["min"] - TOLERANCE <= value <= each["max"] + TOLERANCE:
            broken.append(f"{each} is {value}")
    return broken


def value_of(constraint: dict[str, Any], items: Sequence[Item]) -> float:
    name = constraint["attr"]
    if constraint["kind"] == "count":
        return sum(item[name] == str(constraint["value"]) for item in items)
    if name == "p_expected":
        total = sum(map(expected_chance, items))
    else:
        total = sum(float(item[name]) for item in items)
    return total / len(items) if constraint["kind"] == "mean" else total


def reached(case: dict[str, Any], forms: Sequence[Sequence[Item]]) -> float:
    sums = [[sum(information(i, t) for i in form) for t in case["theta"]] for form in forms]
    if case["objective"] == "maximin":
        return min(min(each) for each in sums)
    return max(abs(s - t) for each in sums for s, t in zip(each, case["target"], strict=True))
