"""Units of Moodle's numerical questions: a multiplier says how many of a unit make the first one.

Ours say the other way round what one of a unit is worth: 1 kV is 1000 V there as 0.001 kV to the
volt. A worth whose inverse no short decimal says (60 s are a minute) stands in a tag as well.
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from scoring.marks import read_number
from scoring.quantities import folded_unit, read_factor

TAG: Final = "units"
DIGITS: Final = 15
LONGEST: Final = 40
MOST: Final = 12
# A unit may be typed behind the number, and none is missed: Moodle's own numbers for that.
OPTIONAL: Final = {"unitgradingtype": "0", "showunits": "0", "unitsleft": "0"}

Worths = Sequence[Mapping[str, Any]]


def write_units(question: Element, own: str, others: Worths) -> None:
    """Write an item's unit and the others that may be typed."""
    holder = SubElement(question, "units")
    for name, multiplier in [(own, "1"), *((str(e["unit"]), _multiplier(e)) for e in others)]:
        one = SubElement(holder, "unit")
        SubElement(one, "multiplier").text = multiplier
        SubElement(one, "unit_name").text = name
    for name, said in OPTIONAL.items() if others else ():
        SubElement(question, name).text = said


def units_tag(others: Worths) -> str:
    """Return the tag that keeps worths to the letter; none where there are no other units."""
    pairs = [[str(each["unit"]), str(each["factor"])] for each in others]
    return f"{TAG}:{json.dumps(pairs, ensure_ascii=False)}" if pairs else ""


def _multiplier(unit: Mapping[str, Any]) -> str:
    """Return how many of a unit make one of the item's own, in digits.

    Examples
    --------
    >>> _multiplier({"unit": "kV", "factor": "1000"}), _multiplier({"unit": "s", "factor": "1/60"})
    ('0.001', '60')
    """
    factor = read_factor(str(unit["factor"]))
    inverse = 1 / factor if factor else Fraction(1)
    said = f"{float(inverse):.{DIGITS}f}"
    return said.rstrip("0").rstrip(".")


def read_units(
    own: str, listed: Sequence[tuple[str, str]], tag: str | None
) -> tuple[list[dict[str, str]], list[str]]:
    """Return the other units with their worth, and the names of those that are not kept.

    Examples
    --------
    >>> read_units("V", [("kV", "0.001"), ("x", "no")], None)
    ([{'unit': 'kV', 'factor': '1000'}], ['x'])
    """
    exact = _tagged(tag)
    kept: list[dict[str, str]] = []
    lost: list[str] = []
    seen = {folded_unit(own)}
    for name, multiplier in listed:
        worth = exact.get(name) or _worth(multiplier)
        folded = folded_unit(name)
        is_name = 0 < len(folded) <= LONGEST and not folded[0].isdigit() and folded not in seen
        if worth is None or read_factor(worth) is None or not is_name or len(kept) >= MOST:
            lost.append(name)
            continue
        seen.add(folded)
        kept.append({"unit": name, "factor": worth})
    return kept, lost


def _worth(multiplier: str) -> str | None:
    number = read_number(multiplier)
    if number is None or number <= 0:
        return None
    worth = 1 / Fraction(number)
    return str(worth)


def _tagged(tag: str | None) -> dict[str, str]:
    try:
        found = json.loads(tag or "[]")
        return {str(name): str(worth) for name, worth in found}
    except (ValueError, TypeError):
        return {}
