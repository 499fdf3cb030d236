"""The proof of bands and reuse: what each form has of them, counted anew from what it holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import Any, Final

from exam_server.forms.bands import ends_text, is_between
from itembank.demands import is_in_area_path
from itembank.figures import Parameters, expected_shares, information_of

HUNDREDTH = Decimal("0.01")
ABILITY_GRID: Final = tuple(step / 4 for step in range(-12, 13))
NOT_ASKED = "–"
FEWEST_KNOWN = Decimal("0.8")  # of a form's items, for curves that speak for it


@dataclass(frozen=True)
class Seen:
    """An item of a form as the proof counts it."""

    code: str
    area: str
    importance: str | None
    mark: Decimal
    words: int
    p_value: float | None
    parameters: Parameters | None = None  # as calibrated


Form = Sequence[Seen]
Value = Callable[[Form, str], Decimal]


def _information(form: Form, name: str) -> Decimal:
    values = [each.p_value for each in form if each.p_value is not None]
    found = information_of(values, [float(name)], _parameters(form))
    return Decimal(str(float(found.sum()))) if values else Decimal(0)


def _parameters(form: Form) -> list[Parameters | None]:
    return [each.parameters for each in form if each.p_value is not None]


def _p_value(form: Form, _: str) -> Decimal:
    values = [Decimal(str(each.p_value)) for each in form if each.p_value is not None]
    return sum(values, Decimal(0)) / (len(values) or 1)


# What a form has for a band of each kind.
VALUES: Final[Mapping[str, Value]] = MappingProxyType(
    {
        "area_marks": lambda form, name: sum(
            (each.mark for each in form if is_in_area_path(each.area, name)), Decimal(0)
        ),
        "area": lambda form, name: Decimal(sum(is_in_area_path(each.area, name) for each in form)),
        "importance": lambda form, name: Decimal(sum(each.importance == name for each in form)),
        "words": lambda form, _: Decimal(sum(each.words for each in form)),
        "p_value": _p_value,
        "information": _information,
    }
)


@dataclass(frozen=True)
class ProofRow:
    """A demand: what was asked, what each form has, whether each form meets it."""

    kind: str
    name: str
    asked: str
    got: tuple[str, ...]
    is_met: tuple[bool, ...]

    @property
    def is_asked(self) -> bool:
        """Say whether anything was asked: some rows only tell."""
        return self.asked != NOT_ASKED

    @property
    def is_of_pilots(self) -> bool:
        """Say whether it is about the pilot items of a form, which no other row counts."""
        return self.kind.startswith("pilot")

    @property
    def is_kept(self) -> bool:
        """Say whether every form meets it."""
        return all(self.is_met)


def band_rows(
    stored: Mapping[str, Any], forms: Sequence[Form], pilots: Sequence[Form]
) -> Iterator[ProofRow]:
    """Check every band against the scored items of forms; words are of their pilot items too."""
    whole = [[*form, *tried] for form, tried in zip(forms, pilots, strict=True)]
    for band in stored.get("bands", []):
        of = whole if band["kind"] == "words" else forms
        values = [VALUES[band["kind"]](form, band["name"]) for form in of]
        shown = [each.quantize(HUNDREDTH, ROUND_HALF_EVEN).normalize() for each in values]
        yield ProofRow(
            f"band_{band['kind']}",
            band["name"],
            ends_text(band),
            tuple(f"{each:f}" for each in shown),
            tuple(is_between(value, band) for value in values),
        )


def overlap(forms: Sequence[Form]) -> list[list[int]]:
    """Return how many items each form has in common with each; its own length on the diagonal.

    Examples
    --------
    >>> one, two = (Seen(c, "A", None, Decimal(1), 0, None) for c in "xy")
    >>> overlap([[one], [one, two]])
    [[1, 1], [1, 2]]
    """
    sets = [{each.code for each in form} for form in forms]
    return [[len(left & right) for right in sets] for left in sets]


def reuse_rows(
    reuse: Mapping[str, int],
    forms: Sequence[Form],
    papers: Sequence[frozenset[str]],
    others: Sequence[Form] | None = None,
) -> Iterator[ProofRow]:
    """Check the limits on reuse; ``papers`` are those released before, the newest first.

    Forms share items with each other, versions of one form with its ``others``.
    """
    codes = [{each.code for each in form} for form in forms]
    if "last_papers" in reuse:
        barred = frozenset[str]().union(*papers[: reuse["last_papers"]])
        again = [len(each & barred) for each in codes]
        name = str(reuse["last_papers"])
        yield _limit("last_papers", name, 0, again)
    if "most_times_used" in reuse:
        most = [max((sum(c in p for p in papers) for c in each), default=0) + 1 for each in codes]
        yield _limit("most_times_used", "", reuse["most_times_used"], most)
    if "most_shared" in reuse:
        shared = [_most_shared(place, codes, others) for place in range(len(forms))]
        yield _limit("most_shared", "", reuse["most_shared"], shared)


def _most_shared(place: int, codes: Sequence[set[str]], others: Sequence[Form] | None) -> int:
    beside = [each for at, each in enumerate(codes) if at != place]
    if others is not None:
        beside = [{each.code for each in form} for form in others]
    return max((len(codes[place] & each) for each in beside), default=0)


def _limit(kind: str, name: str, most: int, got: Sequence[int]) -> ProofRow:
    asked = f"≤ {most}" if most else "0"
    return ProofRow(kind, name, asked, tuple(map(str, got)), tuple(each <= most for each in got))


def curves_of(codes: Sequence[str], forms: Sequence[Form]) -> dict[str, Any]:
    """Return information and expected share of the marks of each form over abilities.

    ``known`` is how many items of each form have a p-value: without most of them there are no
    curves, for they would not speak for the form.
    """
    known = [[each for each in form if each.p_value is not None] for form in forms]
    counts = [
        {"form": code, "known": len(some), "items": len(form)}
        for code, some, form in zip(codes, known, forms, strict=True)
    ]
    if not forms or any(len(k) < FEWEST_KNOWN * len(f) for k, f in zip(known, forms, strict=True)):
        return {"known": counts, "curves": []}
    return {
        "known": counts,
        "abilities": list(ABILITY_GRID),
        "curves": [_curve(code, form) for code, form in zip(codes, known, strict=True)],
    }


def _curve(code: str, form: Form) -> dict[str, Any]:
    values = [each.p_value for each in form if each.p_value is not None]
    marks = [float(each.mark) for each in form]
    own = _parameters(form)
    return {
        "form": code,
        "information": information_of(values, ABILITY_GRID, own).sum(axis=1).round(4).tolist(),
        "expected": expected_shares(values, marks, ABILITY_GRID, own).round(4).tolist(),
    }
