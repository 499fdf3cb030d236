"""Forms for keys: what each type asks for, when its key is to be put right after an exam.

A type says the fields of its key in ``key_form``, filled with the key that is there, and makes
the new key of what was typed in ``retyped``. Whoever shows a form knows the kinds of fields only:

- ``text``, ``lines`` (one entry to a line),
- ``one`` and ``some`` (of the options, all shown), ``pick`` (one of the options, in a list),
- ``areas`` (of the item's picture: a shape and its coordinates, one row to an area).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from itembank.items.shapes import lettered, rows, text

Words = Mapping[str, str]
SPARE_AREAS: Final = 2
SHAPES: Final = ("circle", "rect", "poly")


class Option(NamedTuple):
    """What may be chosen: its value, its letter, and HTML or words by language."""

    value: str
    letter: str = ""
    html: str = ""
    words: Words | None = None


class Area(NamedTuple):
    """An area as it is typed."""

    shape: str = ""
    coords: str = ""


@dataclass(frozen=True)
class KeyField:
    """One field of a key's form; ``html`` stands in its label, beside ``words`` by language.

    ``only`` and ``never``: while a list of the form stands on this value. ``part``: of a material.
    """

    name: str
    kind: str
    words: Words
    value: Sequence[str] = ()
    options: Sequence[Option] = ()
    html: str = ""
    help: Words = field(default_factory=dict)
    only: str = ""
    never: str = ""
    part: str = ""
    picture: Mapping[str, Any] = field(default_factory=dict)

    def inside(self, part: str) -> "KeyField":
        """Return the same field of a part."""
        return replace(self, name=f"{part}.{self.name}", part=part)


class Typed:
    """What was typed in a form, by the names of its fields."""

    def __init__(self, fields: Mapping[str, Sequence[str]], inside: str = "") -> None:
        self._fields, self._inside = fields, inside

    def all(self, name: str) -> list[str]:
        """Return everything that was chosen or typed under a name, without what is empty."""
        said = self._fields.get(f"{self._inside}{name}", [])
        return [each.strip() for each in said if each.strip()]

    def one(self, name: str) -> str:
        """Return what was typed in a field."""
        return next(iter(self.all(name)), "")

    def lines(self, name: str) -> list[str]:
        """Return the lines that were typed, without empty ones."""
        return [each.strip() for each in self.one(name).splitlines() if each.strip()]

    def areas(self, name: str) -> list[dict[str, Any]]:
        """Return areas; what is no number stays a text, for the type to refuse."""
        shapes = self._fields.get(f"{self._inside}{name}.shape", [])
        typed = self._fields.get(f"{self._inside}{name}.coords", [])
        return [
            {"shape": shape, "coords": _numbers(coords)}
            for shape, coords in zip(shapes, typed, strict=False)
            if coords.strip()
        ]

    def inside(self, part: str) -> "Typed":
        """Return what was typed for a part."""
        return Typed(self._fields, f"{self._inside}{part}.")


def _numbers(typed: str) -> list[Any]:
    return [_number(each) for each in typed.replace(",", " ").replace("，", " ").split()]


def _number(typed: str) -> Any:
    try:
        return int(typed)
    except ValueError:
        pass
    try:
        return float(typed)
    except ValueError:
        return typed


def areas_field(key: Mapping[str, Any], content: Mapping[str, Any], words: Words) -> KeyField:
    """Return the field for the areas of a picture, with some rows to spare."""
    typed = [
        f"{area.get('shape', '')} {' '.join(map(str, area.get('coords', [])))}"
        for area in rows(key, "areas")
    ]
    facts = ("picture", "alt", "width", "height")
    picture = {name: content[name] for name in facts if name in content}
    return KeyField("areas", "areas", words, [*typed, *[""] * SPARE_AREAS], picture=picture)


def letters_of(content: Mapping[str, Any], name: str) -> list[Option]:
    """Return the rows of a list as options, by the letters they are shown under."""
    letters = lettered(content, name)
    return [
        Option(str(row.get("id")), letters[str(row.get("id"))], text(row, "content"))
        for row in rows(content, name)
        if str(row.get("id")) in letters
    ]


def unit_lines(key: Mapping[str, Any]) -> list[str]:
    """Return units as lines: ``kV = 1000``.

    Examples
    --------
    >>> read_units(unit_lines({"units": [{"unit": "kV", "factor": "1000"}]}))
    [{'unit': 'kV', 'factor': '1000'}]
    """
    return [f"{text(each, 'unit')} = {text(each, 'factor')}" for each in rows(key, "units")]


def read_units(lines: Sequence[str]) -> list[dict[str, str]]:
    """Return units that lines say; a line without a sign has no worth, which is refused later."""
    parted = [line.replace("＝", "=").partition("=") for line in lines]
    return [{"unit": unit.strip(), "factor": factor.strip()} for unit, _, factor in parted]


def said(new: Mapping[str, Any], old: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    """Return a key in which fields that now say nothing are gone, if they need not be there."""
    whole = {**old, **new}
    return {name: value for name, value in whole.items() if value or name not in optional}


FORMULA: Final[Words] = {"zh_Hans_CN": "公式", "en": "Formula"}
FORMULA_HELP: Final[Words] = {
    "zh_Hans_CN": "用题中参数、pi、sqrt 和 + - * / **；按每份试卷已抽定的数值重新计算答案",
    "en": "Of the item’s parameters, pi, sqrt and + - * / **; each form’s answer is worked out "
    "again from the values it was asked with",
}
TOLERANCE: Final[Words] = {"zh_Hans_CN": "允许误差", "en": "Tolerance"}
MODE: Final[Words] = {"zh_Hans_CN": "判分方式", "en": "What is right"}
MODES: Final[Mapping[str, Words]] = {
    "absolute": {"zh_Hans_CN": "值 ± 误差", "en": "value ± tolerance"},
    "relative": {"zh_Hans_CN": "值 ±（误差 × 值）", "en": "value ± (tolerance × value)"},
    "range": {"zh_Hans_CN": "取值范围", "en": "a range"},
}
UNITS: Final[Words] = {"zh_Hans_CN": "可用的其他单位", "en": "Other units taken"}
UNITS_HELP: Final[Words] = {
    "zh_Hans_CN": "每行一个，等号后写 1 个该单位折合题目单位的数值，如 kV = 1000",
    "en": "One to a line with its worth in the item’s own unit, such as kV = 1000",
}


def tolerance_fields(
    key: Mapping[str, Any], modes: Sequence[str], default: str = "absolute"
) -> list[KeyField]:
    """Return the fields for what is near enough to a value, and for units."""
    chosen = str(key.get("tolerance_mode") or default)
    options = [Option(each, words=MODES[each]) for each in modes]
    return [
        KeyField("tolerance_mode", "pick", MODE, [chosen], options),
        KeyField("tolerance", "text", TOLERANCE, [str(key.get("tolerance") or "0")], never="range"),
        KeyField("units", "lines", UNITS, unit_lines(key), help=UNITS_HELP),
    ]


def formula_field(key: Mapping[str, Any]) -> KeyField:
    """Return the field for the formula of a calculation."""
    return KeyField("formula", "text", FORMULA, [text(key, "formula")], help=FORMULA_HELP)
