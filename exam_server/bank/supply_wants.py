"""How many active items papers want of each range, point and type: a paper's counts shared out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from exam_server.bank.supply import Branch, Stock
from itembank.demands import Demand, is_in_area_path, tops

Wants = dict[str, dict[str, int]]  # by the code of a range or point, then by type


def paper_wants(tree: Sequence[Branch], demand: Demand, *, papers: int, most_uses: int) -> Wants:
    """Return how many items so many papers want of every range, point and type.

    Ranges that the demand names get their counts, what lies in them by weight, points evenly;
    types in every range as in the whole paper. An item serves ``most_uses`` papers. The type ""
    is all types, the code "" the whole bank. What is no count of the demand but a share of one is
    rounded to the nearest.
    """
    shares: dict[str, Fraction] = {}
    _share(tree, Fraction(demand.n_items), demand, shares)
    times = Fraction(papers, min(most_uses, max(papers, 1)))
    wants: Wants = {"": {name: ceil(n * times) for name, n in demand.types.items()}}
    wants[""][""] = ceil(demand.n_items * times)
    for code, share in shares.items():
        wants[code] = {"": (ceil if code in demand.areas else _nearest)(share * times)}
        for name, number in demand.types.items():
            asked = demand.cells.get((code, name))
            part = share * number / demand.n_items
            wants[code][name] = _nearest(part * times) if asked is None else ceil(asked * times)
    return wants


def goal_wants(tree: Sequence[Branch]) -> Wants:
    """Return how many items the bank's own goal wants of every range, point and type."""
    whole = Stock()
    for branch in tree:
        whole.add(branch.stock)
    return {"": _with_all(whole), **_goals_in(tree)}


def _goals_in(tree: Sequence[Branch]) -> Wants:
    wants: Wants = {}
    for branch in tree:
        wants[branch.area.path] = _with_all(branch.stock)
        wants |= {leaf.code: _with_all(leaf.stock) for leaf in branch.points}
        wants |= _goals_in(branch.below)
    return wants


def _with_all(stock: Stock) -> dict[str, int]:
    return {**stock.wanted, "": stock.n_wanted}


def _nearest(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def _share(
    branches: Sequence[Branch], whole: Fraction, demand: Demand, shares: dict[str, Fraction]
) -> None:
    named = {each.area.path: demand.areas.get(each.area.path) for each in branches}
    fixed = {path: Fraction(n) for path, n in named.items() if n is not None}
    free = [each for each in branches if each.area.path not in fixed]
    least = {each.area.path: Fraction(_tops_in(each, demand.areas)) for each in free}
    rest = max(Fraction(0), whole - sum(fixed.values()) - sum(least.values()))
    weights = _weights(free)
    for branch in branches:
        path = branch.area.path
        part = fixed.get(path)
        shares[path] = least[path] + rest * weights[path] if part is None else part
        if branch.below:
            _share(branch.below, shares[path], demand, shares)
        open_points = [leaf for leaf in branch.points if leaf.point.retired_reason is None]
        for leaf in branch.points:
            is_open = leaf in open_points and not branch.below
            shares[leaf.code] = shares[path] / len(open_points) if is_open else Fraction(0)


def _tops_in(branch: Branch, areas: Mapping[str, int]) -> int:
    inside = {path: n for path, n in areas.items() if is_in_area_path(path, branch.area.path)}
    return tops(inside)


def _weights(branches: Sequence[Branch]) -> dict[str, Fraction]:
    """Return the shares of ranges in what is not named: by weight, else by numbers of points."""
    given = {each.area.path: each.area.weight for each in branches}
    if None in given.values() or not any(given.values()):
        given = {each.area.path: Decimal(max(1, _n_points(each))) for each in branches}
    total = sum((Fraction(each or 0) for each in given.values()), Fraction(0))
    return {path: Fraction(each or 0) / total for path, each in given.items()} if total else {}


def _n_points(branch: Branch) -> int:
    return len(branch.points) + sum(map(_n_points, branch.below))
