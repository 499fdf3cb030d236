"""A calculation as Moodle's calculated question: its formula, and the values that may be drawn."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from itembank.drawn_values import Draw
from itembank.expressions import read_expression
from itembank.interchange.export_losses import MOST_SETS
from itembank.interchange.moodle.formulas import moodle_formula
from itembank.interchange.moodle.question_writing import UNWRITABLE, Writing
from itembank.interchange.moodle.units import write_units
from itembank.item_models import PLACE, plain, written_values
from itembank.items.calculation import USUAL_DECIMALS, possible_draws

USUAL_PI: Final = "3.14"
PI: Final = "pi"
RELATIVE, NOMINAL = "1", "2"
IN_DECIMALS: Final = "1"


def spread(draws: Sequence[Draw], most: int = MOST_SETS) -> list[Draw]:
    """Return draws that stand evenly among all of them.

    Examples
    --------
    >>> spread([Draw({}, Decimal(n)) for n in range(10)], 2)
    [Draw(values={}, answer=Decimal('0')), Draw(values={}, answer=Decimal('5'))]
    """
    if len(draws) <= most:
        return list(draws)
    return [draws[place * len(draws) // most] for place in range(most)]


def moodle_places(html: str, names: Sequence[str]) -> str:
    r"""Return a stem in which only values stand in braces: Moodle minds no LaTeX.

    Examples
    --------
    >>> moodle_places(r'<span data-latex="{U}/\frac{U}{2}"></span>', ["U"])
    '<span data-latex="{U}/\\frac{U }{2}"></span>'
    """
    held = written_values(html, names, lambda name, _: f"\0{name}\0")
    apart = PLACE.sub(lambda found: f"{{{found[1]} }}" if found[1] in names else found[0], held)
    pieces = apart.split("\0")
    return "".join(f"{{{each}}}" if n % 2 else each for n, each in enumerate(pieces))


def names_of(key: Any) -> list[str]:
    """Return what a stem may name in braces: the parameters and pi."""
    return [*key.get("parameters", {}), PI]


def calculation(writing: Writing) -> None:
    """Write the formula, its tolerance and unit, and the values."""
    content, key = writing.item.content, writing.item.key
    said = content.get("decimals")
    decimals = USUAL_DECIMALS if said is None else int(said)
    answer = SubElement(writing.element, "answer", {"fraction": "100"})
    is_relative = key.get("tolerance_mode") == "relative"
    for name, text in (
        ("text", moodle_formula(str(key["formula"]), decimals)),
        ("tolerance", str(key.get("tolerance") or "0")),
        ("tolerancetype", RELATIVE if is_relative else NOMINAL),
        ("correctanswerformat", IN_DECIMALS),
        ("correctanswerlength", str(decimals)),
    ):
        SubElement(answer, name).text = text
    if content.get("unit"):
        unit = UNWRITABLE.sub("", str(content["unit"]))
        write_units(writing.element, unit, key.get("units") or [])
    draws = spread(possible_draws(content, key))
    # values that conditions have chosen belong together: nobody may draw each by itself
    how = "loguniform" if key.get("conditions") or "exact_decimals" in key else "uniform"
    holder = SubElement(writing.element, "dataset_definitions")
    for name in key["parameters"]:
        _dataset(holder, name, [each.values[name] for each in draws], how)
    pi = Decimal(str(key.get("pi") or USUAL_PI))
    if f"{{{PI}}}" in str(content["stem"]) or PI in _names(str(key["formula"])):
        _dataset(holder, PI, [pi] * len(draws), how)
    whole = {"decimals": said, "unit": content.get("unit"), "key": dict(key)}
    writing.tags.append(f"calculation:{json.dumps(whole, ensure_ascii=False)}")


def _names(formula: str) -> frozenset[str]:
    return read_expression(formula).names


def _dataset(holder: Element, name: str, values: Sequence[Decimal], how: str) -> None:
    made = SubElement(holder, "dataset_definition")
    decimals = max(0, *(-int(each.as_tuple().exponent) for each in values))
    for field, text in (
        ("status", "private"),
        ("name", name),
        ("distribution", how),
        ("minimum", plain(min(values))),
        ("maximum", plain(max(values))),
        ("decimals", str(decimals)),
    ):
        SubElement(SubElement(made, field), "text").text = text
    SubElement(made, "type").text = "calculated"
    SubElement(made, "itemcount").text = str(len(values))
    items = SubElement(made, "dataset_items")
    for number, value in enumerate(values, start=1):
        one = SubElement(items, "dataset_item")
        SubElement(one, "number").text = str(number)
        SubElement(one, "value").text = plain(value)
    SubElement(made, "number_of_items").text = str(len(values))
