"""What an item or test declares: its variables, their defaults, keys, mappings and tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.values import (
    NUMBERS,
    Maybe,
    Value,
    exact,
    gathered,
    read,
    same,
    single,
)
from scoring.marks import match_area

KINDS: Final = {
    "responseDeclaration": "response",
    "outcomeDeclaration": "outcome",
    "templateDeclaration": "template",
}
TRUE: Final = ("true", "1")


@dataclass(frozen=True)
class Worths:
    """What each value is worth: ``entries`` of key, worth and whether its case counts."""

    entries: tuple[tuple[Any, Fraction, bool], ...]
    default: Fraction = Fraction(0)
    low: Fraction | None = None
    high: Fraction | None = None

    def worth(self, item: Any) -> Fraction:
        """Return what an item is worth: an entry that is exactly it goes first."""
        for key, worth, _ in self.entries:
            if same(key, item):
                return worth
        for key, worth, is_exact in self.entries:
            if not is_exact and folded(key) == folded(item):
                return worth
        return self.default

    def clamped(self, total: Fraction) -> Fraction:
        """Return a sum within the bounds."""
        if self.low is not None:
            total = max(total, self.low)
        return total if self.high is None else min(total, self.high)


@dataclass(frozen=True)
class AreaMapping:
    """What a place in a picture is worth: areas with their worth."""

    areas: tuple[tuple[Mapping[str, Any], Fraction], ...]
    bounds: Worths


@dataclass(frozen=True)
class Declaration:
    """A variable."""

    name: str
    kind: str  # response, outcome, template
    cardinality: str
    base: str
    default: Maybe = None
    correct: Maybe = None
    mapping: Worths | None = None
    area_mapping: AreaMapping | None = None
    element: Element | None = None

    def value(self, items: Sequence[Any]) -> Maybe:
        """Return a value of this variable."""
        return gathered(self.base, items, self.cardinality)


def folded(item: Any) -> Any:
    """Return an item as it is compared when case does not matter."""
    return item.casefold() if isinstance(item, str) else item


def declarations_of(element: Element) -> dict[str, Declaration]:
    """Return the variables an item or a test declares, by name."""
    found = [declaration(each) for each in element.elements() if each.name in KINDS]
    return {each.name: each for each in found}


def declaration(element: Element) -> Declaration:
    """Return one variable."""
    cardinality = element.get("cardinality", "single")
    base = element.get("baseType", "string" if cardinality != "record" else "")
    mapping, areas = element.first("mapping"), element.first("areaMapping")
    return Declaration(
        name=element.get("identifier"),
        kind=KINDS[element.name],
        cardinality=cardinality,
        base=base,
        default=_default(element, cardinality, base),
        correct=_values(element.first("correctResponse"), cardinality, base),
        mapping=None if mapping is None else mapping_of(mapping, base),
        area_mapping=None if areas is None else area_mapping_of(areas),
        element=element,
    )


def _default(element: Element, cardinality: str, base: str) -> Maybe:
    held = element.first("defaultValue")
    if held is not None:
        return _values(held, cardinality, base)
    said = element.attributes.get("defaultValue")
    if said is not None:
        item = read(base, said)
        return None if item in (None, "") else single(base, item)
    is_counted = element.name == "outcomeDeclaration" and base in NUMBERS[:2]
    return single(base, Fraction(0)) if is_counted and cardinality == "single" else None


def _values(held: Element | None, cardinality: str, base: str) -> Maybe:
    if held is None:
        return None
    if cardinality == "record":
        return _record(held)
    items = [read(base, said) for said in _texts(held)]
    return gathered(base, [each for each in items if each not in (None, "")], cardinality)


def _texts(held: Element) -> Iterator[str]:
    values = held.all("value")
    if not values and held.text():
        yield held.text()
    for each in values:
        yield each.text()


def _record(held: Element) -> Maybe:
    fields = []
    for each in held.all("value"):
        base = each.get("baseType", "string")
        item = read(base, each.text())
        if item is not None:
            fields.append((each.get("fieldIdentifier"), single(base, item)))
    return gathered("", fields, "record")


def mapping_of(element: Element, base: str) -> Worths:
    """Return a mapping; case counts unless it says otherwise."""
    usual = element.get("caseSensitive", "true")
    entries = [
        (
            read(base, each.get("mapKey")),
            exact(each.get("mappedValue")) or Fraction(0),
            each.get("caseSensitive", usual) in TRUE,
        )
        for each in element.all("mapEntry")
    ]
    return Worths(
        tuple(each for each in entries if each[0] is not None), *_bounds_and_default(element)
    )


def _bounds_and_default(element: Element) -> tuple[Fraction, Fraction | None, Fraction | None]:
    default = exact(element.get("defaultValue", "0")) or Fraction(0)
    return default, exact(element.get("lowerBound", "-")), exact(element.get("upperBound", "-"))


def area_mapping_of(element: Element) -> AreaMapping:
    """Return an area mapping; an entry of a shape that is not known maps nothing."""
    areas = []
    for each in element.all("areaMapEntry"):
        area = area_of(each)
        if area is not None:
            areas.append((area, exact(each.get("mappedValue")) or Fraction(0)))
    return AreaMapping(tuple(areas), Worths((), *_bounds_and_default(element)))


def area_of(element: Element) -> dict[str, Any] | None:
    """Return a shape and its exact coordinates; ``None`` where there is no such area.

    Examples
    --------
    >>> area_of(Element("areaMapEntry", {"shape": "circle", "coords": "10,20,5"}))["shape"]
    'circle'
    """
    shape = element.get("shape")
    coords = [exact(each.strip()) for each in element.get("coords").split(",")]
    n = len(coords)
    fits = {"circle": n == 3, "rect": n == 4, "poly": n >= 6 and not n % 2, "ellipse": n == 4}  # noqa: PLR2004
    if shape == "default":
        return {"shape": "default", "coords": []}
    if None in coords or not fits.get(shape, False):
        return None
    return {"shape": shape, "coords": coords}


def is_in_area(point: tuple[Fraction, Fraction], area: Mapping[str, Any]) -> bool:
    """Say whether a point lies in an area, borders included."""
    shape, coords = area["shape"], area["coords"]
    if shape == "default":
        return True
    if shape == "ellipse":
        x, y, across, along = coords
        if not across or not along:
            return False
        return bool((point[0] - x) ** 2 / across**2 + (point[1] - y) ** 2 / along**2 <= 1)
    if shape == "rect":
        x1, y1, x2, y2 = coords
        coords = [min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]
    return match_area(point, [{"shape": shape, "coords": coords}], Decimal(1)) > 0


def mapped(declared: Declaration, value: Maybe) -> Fraction:
    """Return what a response is worth by its mapping."""
    mapping = declared.mapping
    if mapping is None:
        return Fraction(0)
    if value is None:
        return mapping.clamped(Fraction(0)) if declared.cardinality != "single" else mapping.default
    items = value.items if value.cardinality == "single" else _each_once(value.items)
    return mapping.clamped(sum(map(mapping.worth, items), Fraction(0)))


def mapped_points(declared: Declaration, value: Maybe) -> Fraction:
    """Return what places are worth by the area mapping: each area counts once."""
    mapping = declared.area_mapping
    if mapping is None or value is None:
        return Fraction(0) if mapping is None else mapping.bounds.clamped(Fraction(0))
    total, left = Fraction(0), list(mapping.areas)
    for point in value.items:
        hit = [each for each in left if is_in_area(point, each[0])]
        total += sum((worth for _, worth in hit), Fraction(0)) if hit else mapping.bounds.default
        left = [each for each in left if each not in hit]
    return mapping.bounds.clamped(total)


def _each_once(items: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


def looked_up(table: Element, source: Fraction, base: str) -> Maybe:
    """Return what a match table or an interpolation table gives for a number."""
    entries = [
        (exact(each.get("sourceValue")) or Fraction(0), each)
        for each in table.all("matchTableEntry", "interpolationTableEntry")
    ]
    if table.name == "matchTable":
        found = next((each for at, each in entries if at == source), None)
    else:
        found = next((each for at, each in entries if _reaches(source, at, each)), None)
    said = found.get("targetValue") if found is not None else table.get("defaultValue")
    item = read(base, said) if said else None
    return None if item is None else single(base, item)


def _reaches(source: Fraction, at: Fraction, entry: Element) -> bool:
    is_included = entry.get("includeBoundary", "true") in TRUE
    return source >= at if is_included else source > at


def interpolated(table: Element, source: Fraction) -> Value | None:
    """Return a number between those of a table whose entries rise, its ends beyond them."""
    points = sorted(
        (exact(each.get("sourceValue")) or Fraction(0), exact(each.get("targetValue")))
        for each in table.all("interpolationTableEntry")
    )
    if not points or any(target is None for _, target in points):
        return None
    low = max((each for each in points if each[0] <= source), default=points[0])
    high = min((each for each in points if each[0] >= source), default=points[-1])
    if low[0] >= high[0]:
        return single("float", (low if source >= low[0] else high)[1])
    share = (source - low[0]) / (high[0] - low[0])
    return single("float", low[1] + share * (high[1] - low[1]))  # type: ignore[operator]
