r"""Item models: calculations with drawn values, each a numeric item with its exact answer.

A template says ``{U}`` where a value belongs. Inside a formula (``$…$``) braces right after a
command, ``_``, ``^`` or ``}`` are LaTeX's own: ``$U = {U}\,\mathrm{V}$`` takes the value,
``\frac{U}{R}`` stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import prod
from typing import Any, Final

import numpy as np

from itembank.expressions import Condition, Expression, NoValueError, rounded_half_up
from itembank.markup import marked_up, parts

LISTED: Final = 200_000  # combinations up to which all are tried
TRIES: Final = 400  # combinations drawn for each item wanted, where there are more
PLACE: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,15})\}")
LATEX: Final = re.compile(r'(data-latex="[^"]*")')
PLACE_IN_FORMULA: Final = re.compile(r"(?<![A-Za-z}_^\\])" + PLACE.pattern)


@dataclass(frozen=True)
class Domain:
    """The values a parameter may take: a list, or from ``low`` by ``step`` up to ``high``."""

    values: tuple[Decimal, ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    step: Decimal = Decimal(1)

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.values) or int((self.high - self.low) / self.step) + 1

    def at(self, place: int) -> Decimal:
        """Return one value."""
        return self.values[place] if self.values else self.low + self.step * place


@dataclass(frozen=True)
class ItemModel:
    """A calculation with drawn values.

    ``stem`` and ``explanation`` are templates, with translations by language; ``answer`` is an
    expression of the parameters, ``pi`` (as many digits as the stem states) and ``sqrt``;
    every one of ``conditions`` must hold, they may use ``answer``, the exact one before
    rounding. ``exact_decimals`` asks that the exact answer end after that many decimals.
    """

    stem: str
    parameters: Mapping[str, Domain]
    answer: Expression
    unit: str | None = None
    decimals: int = 2
    tolerance: Decimal = Decimal(0)
    tolerance_mode: str = "absolute"
    pi: Decimal = Decimal("3.14")
    conditions: tuple[Condition, ...] = ()
    exact_decimals: int | None = None
    explanation: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelItem:
    """A numeric item made of a model."""

    values: Mapping[str, Decimal]
    content: dict[str, Any]
    key: dict[str, Any]
    explanation: str


def expand(model: ItemModel, rng: np.random.Generator, n: int) -> list[ModelItem]:
    """Return ``n`` items of different values; fewer when no more values meet the conditions.

    The same model and seed give the same items.

    Examples
    --------
    >>> from itembank.expressions import read_expression
    >>> volts = Domain(values=(Decimal(12), Decimal(24)))
    >>> model = ItemModel("{U} V, 4 A: R?", {"U": volts}, read_expression("U / 4"), decimals=0)
    >>> sorted(item.key["value"] for item in expand(model, np.random.default_rng(1), 5))
    ['3', '6']
    """
    found = (item for place in _places(model, rng, n) if (item := _item(model, place)) is not None)
    return list(islice(found, n))


def _places(model: ItemModel, rng: np.random.Generator, n: int) -> Iterator[tuple[int, ...]]:
    """Give combinations of values by their places, each once, in random order."""
    sizes = [len(domain) for domain in model.parameters.values()]
    if prod(sizes) <= LISTED:
        for number in rng.permutation(prod(sizes)):
            yield tuple(int(place) for place in np.unravel_index(number, sizes)) if sizes else ()
        return
    seen: set[tuple[int, ...]] = set()
    for _ in range(n * TRIES):
        place = tuple(int(rng.integers(size)) for size in sizes)
        if place not in seen:
            seen.add(place)
            yield place


def _item(model: ItemModel, places: Sequence[int]) -> ModelItem | None:
    """Return the item of some values, or ``None`` where they give none that is wanted."""
    drawn = zip(model.parameters.items(), places, strict=True)
    values = {name: domain.at(place) for (name, domain), place in drawn}
    exact = {name: Fraction(value) for name, value in values.items()} | {"pi": Fraction(model.pi)}
    try:
        answer = model.answer.value(exact)
        told = rounded_half_up(answer, model.decimals)
        known = {**exact, "answer": answer.number}
        if not all(condition.holds(known) for condition in model.conditions):
            return None
    except NoValueError:
        return None
    if model.exact_decimals is not None:
        scaled = answer.number * 10**model.exact_decimals
        if not answer.is_exact or scaled.denominator != 1:
            return None
    return _made(model, values, told)


def _made(model: ItemModel, values: Mapping[str, Decimal], answer: Decimal) -> ModelItem:
    shown = {name: plain(value) for name, value in values.items()}
    shown |= {"pi": plain(model.pi), "answer": f"{answer:f}"}
    translations = {
        language: {
            name: _html(text, shown) if name == "stem" else text
            for name, text in texts.items()
            if name in {"stem", "unit"}
        }
        for language, texts in model.translations.items()
    }
    content: dict[str, Any] = {
        "stem": _html(model.stem, shown),
        "options": [],
        "blanks": [],
        "unit": model.unit,
    }
    if translations:
        content["translations"] = translations
    key = {
        "value": f"{answer:f}",
        "tolerance": f"{model.tolerance:f}",
        "tolerance_mode": model.tolerance_mode,
    }
    return ModelItem(dict(values), content, key, _filled(model.explanation, shown))


def _html(template: str, shown: Mapping[str, str]) -> str:
    return f"<p>{marked_up(_filled(template, shown))}</p>"


def _filled(template: str, shown: Mapping[str, str]) -> str:
    """Return a template with its values; a name that is no parameter stays."""

    def value(found: re.Match[str]) -> str:
        return shown.get(found[1], found[0])

    return "".join(
        f"${PLACE_IN_FORMULA.sub(value, part)}$" if is_formula else PLACE.sub(value, part)
        for part, is_formula in parts(template)
    )


def written_values(html: str, names: Iterable[str], how: Callable[[str, bool], str]) -> str:
    """Return HTML with the place of each value written anew; ``how`` is told of formulas.

    Examples
    --------
    >>> written_values("{U} V of {x}", ["U"], lambda name, _: f"[{name}]")
    '[U] V of {x}'
    """
    known = frozenset(names)

    def changed(piece: str) -> str:
        is_formula = LATEX.fullmatch(piece) is not None
        return (PLACE_IN_FORMULA if is_formula else PLACE).sub(
            lambda found: how(found[1], is_formula) if found[1] in known else found[0], piece
        )

    return "".join(map(changed, LATEX.split(html)))


def plain(value: Decimal) -> str:
    """Return a number as people write it.

    Examples
    --------
    >>> plain(Decimal("1.50")), plain(Decimal("4E+2"))
    ('1.5', '400')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
