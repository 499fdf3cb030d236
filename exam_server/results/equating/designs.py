"""Which designs two forms allow, and why not the others; what of their items they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from exam_server.results.equating.methods import (
    ANCHOR_ITEMS,
    ANCHOR_SHARE,
    COMMON,
    FEWEST,
    FEWEST_ANCHORS,
    IRT,
    RANDOM,
)

Key = tuple[str, int]  # an item's uid, the number of its version


@dataclass(frozen=True)
class SideItem:
    """An item of a form: what it asked, its mark, how it was marked, where it belongs.

    ``way``: none, or as a change of scoring names it.
    """

    uid: str
    version: int
    code: str
    mark: Decimal
    asked: Mapping[str, Any]
    area: str
    way: str = ""
    version_id: int = 0

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.uid, self.version


@dataclass(frozen=True)
class Side:
    """A form as one exam session sat it: its items that count, and how many papers are marked."""

    exam_session: str
    form: str
    session_uid: str
    form_uid: str
    n_papers: int
    items: Sequence[SideItem]
    parameters: Mapping[Key, tuple[float, float, str]] = field(default_factory=dict)

    @property
    def most(self) -> Decimal:
        """The most marks of the form."""
        return sum((each.mark for each in self.items), Decimal(0))


@dataclass(frozen=True)
class Design:
    """A design, why it is not possible (none: it is), and facts for its sentence."""

    name: str
    refused: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Anchor:
    """The items two forms share: usable ones by key, and why others of both are not."""

    keys: Sequence[Key]
    left_out: Sequence[tuple[str, str]]  # code, reason


def designs_of(new: Side, reference: Side) -> list[Design]:
    """Return every design with why it cannot be used, if it cannot."""
    fewest = min(new.n_papers, reference.n_papers)
    if fewest < FEWEST:
        facts = {"n": fewest, "least": FEWEST}
        return [Design(name, "too_few_papers", facts) for name in (RANDOM, COMMON, IRT)]
    return [_random(new, reference), _common(new, reference), _irt(new, reference)]


def anchor_of(new: Side, reference: Side) -> Anchor:
    """Return the items both forms asked alike, and why others that both held do not serve."""
    others = {each.uid: each for each in reference.items}
    keys, left_out = [], []
    for item in new.items:
        other = others.get(item.uid)
        if other is None:
            continue
        reason = _difference(item, other)
        if reason:
            left_out.append((item.code, reason))
        else:
            keys.append(item.key)
    return Anchor(keys, left_out)


def coverage(side: Side, keys: Sequence[Key]) -> list[dict[str, Any]]:
    """Return for each range of the blueprint its share of the form's and of the anchor's marks."""
    wanted, found = set(keys), dict[str, list[Decimal]]()
    for item in side.items:
        own = found.setdefault(item.area, [Decimal(0), Decimal(0)])
        own[0] += item.mark
        if item.key in wanted:
            own[1] += item.mark
    anchor = sum((own[1] for own in found.values()), Decimal(0))
    return [
        {
            "area": area,
            "form": float(own[0] / side.most) if side.most else 0.0,
            "anchor": float(own[1] / anchor) if anchor else 0.0,
        }
        for area, own in sorted(found.items())
    ]


def is_short(n_anchors: int, n_items: int) -> bool:
    """Say whether an anchor is shorter than is advised: 20 % of a test, at most 20 items.

    Examples
    --------
    >>> is_short(7, 40), is_short(8, 40), is_short(20, 200), is_short(19, 200)
    (True, False, False, True)
    """
    return n_anchors < min(ANCHOR_SHARE * n_items, ANCHOR_ITEMS)


def _random(new: Side, reference: Side) -> Design:
    if new.session_uid != reference.session_uid:
        return Design(RANDOM, "other_exam_session")
    return Design(RANDOM, None, {"new": new.n_papers, "reference": reference.n_papers})


def _common(new: Side, reference: Side) -> Design:
    anchor = anchor_of(new, reference)
    facts = {"n": len(anchor.keys), "least": FEWEST_ANCHORS, "items": len(new.items)}
    if len(anchor.keys) < FEWEST_ANCHORS:
        return Design(COMMON, "too_few_common_items", facts)
    if len(anchor.keys) == len(new.items) == len(reference.items):
        return Design(COMMON, "same_items", facts)
    return Design(COMMON, None, facts)


def _irt(new: Side, reference: Side) -> Design:
    lacking = [
        each.code
        for side in (new, reference)
        for each in side.items
        if each.key not in side.parameters
    ]
    n_items = len(new.items) + len(reference.items)
    if lacking:
        return Design(IRT, "parameters_lacking", {"n": len(lacking), "items": n_items})
    if any(each.way for side in (new, reference) for each in side.items):
        return Design(IRT, "scored_otherwise")
    scales = {side.parameters[each.key][2] for side in (new, reference) for each in side.items}
    if len(scales) > 1:
        return Design(IRT, "several_scales", {"n": len(scales)})
    if any(len({each.mark for each in side.items}) > 1 for side in (new, reference)):
        return Design(IRT, "marks_differ")
    return Design(IRT, None, {"items": n_items})


def _difference(item: SideItem, other: SideItem) -> str:
    if item.version != other.version or item.asked != other.asked:
        return "other_version"
    if item.way != other.way or item.way == "full_marks":
        return "scored_otherwise"
    return "" if item.mark == other.mark else "other_mark"
