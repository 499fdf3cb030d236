"""What is conspicuous about an item, as codes; pages put them into words with advice.

Every flag has a reason that survives chance: figures of fewer than ``FEWEST`` persons raise none
but ``preferred``, which rests on counts alone, and a flag by a correlation asks its 95 % limit,
not the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Final

FEWEST: Final = 30  # persons: below, no flag by difficulty or discrimination
FEWEST_TO_COUNT: Final = 10  # persons: below, not even a flag by counting choices
SURE_LEAD: Final = 2.0  # standard deviations by which one option leads another
SOUND_FROM: Final = 100  # persons: from here on the figures are steady
SOUND_R: Final = 0.20  # an item-rest correlation that nobody objects to
EASY_P: Final = 0.95
HARD_P: Final = 0.20
ABOVE_CHANCE: Final = 0.05  # of the way from guessing to certainty
MANY: Final = 0.10  # of the persons
CHANCE: Final = 0.05  # what is less likely than this is no chance
ONE_SIDED_95: Final = 1.6448536269514722

SEVERITIES: Final = {
    "wrong_key": "danger",
    "preferred": "danger",
    "negative": "danger",
    "draws_strong": "attention",
    "weak": "attention",
    "too_hard": "attention",
    "omitted": "attention",
    "not_reached": "attention",
    "too_easy": "note",
    "unused": "note",
}


@dataclass(frozen=True)
class OptionFacts:
    """An option: how many chose it, and the point-biserial of choosing it (``None``: undefined).

    ``part`` names the question of an item set the option belongs to.
    """

    id: str
    is_key: bool
    count: int
    r: float | None
    part: str = ""


@dataclass(frozen=True)
class ItemFacts:
    """What flags are raised from; shares lie in [0, 1], ``None`` is undefined.

    ``chance`` is the share of the mark that blind guessing earns; ``options`` is empty for items
    that are not chosen from options.
    """

    n: int
    p: float | None
    r: float | None
    chance: float = 0.0
    omitted: float = 0.0
    not_reached: float = 0.0
    options: tuple[OptionFacts, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A finding: its code (see ``SEVERITIES``) and the options it is about."""

    code: str
    options: tuple[OptionFacts, ...] = ()


def flags_of(item: ItemFacts) -> tuple[Flag, ...]:
    """Return what is conspicuous about an item, the gravest first.

    ``wrong_key``
        An option that is no key surely draws the strong, and surely more than a key does; or
        more than a key that surely repels them.
    ``preferred``
        More than half chose one option that is no key, surely more than chose the key.
    ``negative``, ``weak``
        The item-rest correlation is surely below 0, or surely below 0.20.
    ``draws_strong``
        An option that is no key surely has a positive correlation.
    ``too_hard``
        The share of the mark is below 0.20, or hardly above blind guessing.
    ``too_easy``
        The share of the mark is 0.95 or more.
    ``omitted``, ``not_reached``
        More than a tenth of the persons left it out, or never came to it.
    ``unused``
        Nobody chose an option that is no key, although so many went wrong that somebody should.

    Examples
    --------
    >>> key, other = OptionFacts("A", True, 20, -0.3), OptionFacts("B", False, 40, 0.4)
    >>> [flag.code for flag in flags_of(ItemFacts(60, 0.33, -0.3, 0.25, options=(key, other)))]
    ['wrong_key']
    >>> flags_of(ItemFacts(29, 0.33, -0.3))
    ()
    """
    if item.n < FEWEST_TO_COUNT or item.p is None:
        return ()
    preferred = _preferred(item)
    if item.n < FEWEST:
        return (Flag("preferred", preferred),) if preferred else ()
    swapped = _wrongly_unkeyed(item)
    found = [Flag("wrong_key", swapped)] if swapped else _by_discrimination(item)
    if preferred and not swapped:
        found.append(Flag("preferred", preferred))
    if item.p >= EASY_P:
        found.append(Flag("too_easy"))
    elif item.p < max(HARD_P, item.chance + ABOVE_CHANCE * (1 - item.chance)):
        found.append(Flag("too_hard"))
    found += [
        Flag(code)
        for code, share in (("omitted", item.omitted), ("not_reached", item.not_reached))
        if share > MANY
    ]
    unused = _unused(item)
    if unused and item.p < EASY_P:
        found.append(Flag("unused", unused))
    order = list(SEVERITIES)
    return tuple(sorted(found, key=lambda flag: order.index(flag.code)))


def limits_of_r(r: float, n: int) -> tuple[float, float]:
    """Return the lower and upper one-sided 95 % limits of a correlation of ``n`` persons.

    By Fisher's transformation; (-1, 1) when there are too few persons.

    References
    ----------
    .. [1] Fisher (1921), "On the 'probable error' of a coefficient of correlation deduced from a
       small sample", Metron 1, 3-32.

    Examples
    --------
    >>> [round(limit, 2) for limit in limits_of_r(0.3, 60)]
    [0.09, 0.48]
    """
    too_few = 3
    if n <= too_few or abs(r) >= 1:
        return (r, r) if abs(r) >= 1 else (-1.0, 1.0)
    reach = ONE_SIDED_95 / sqrt(n - too_few)
    return tanh(atanh(r) - reach), tanh(atanh(r) + reach)


def _wrongly_unkeyed(item: ItemFacts) -> tuple[OptionFacts, ...]:
    """Return the options that draw the strong more than a key of the same question does."""
    return tuple(
        option
        for option in item.options
        if not option.is_key and any(_beats(option, key, item.n) for key in _keys(item, option))
    )


def _preferred(item: ItemFacts) -> tuple[OptionFacts, ...]:
    """Return the option that most chose although it is no key."""
    return tuple(
        option
        for option in item.options
        if not option.is_key
        and 2 * option.count > item.n
        and all(_leads(option.count, key.count) for key in _keys(item, option))
    )


def _leads(count: int, other: int) -> bool:
    return count - other > SURE_LEAD * sqrt(count + other)


def _keys(item: ItemFacts, option: OptionFacts) -> Sequence[OptionFacts]:
    return [each for each in item.options if each.is_key and each.part == option.part]


def _beats(option: OptionFacts, key: OptionFacts, n: int) -> bool:
    if option.r is None or option.r <= 0:
        return False
    if key.r is None:  # a key that nobody, or everybody, chose
        return key.count == 0 and limits_of_r(option.r, n)[0] > 0
    if option.r <= key.r:
        return False
    if limits_of_r(key.r, n)[1] < 0:
        return True
    return limits_of_r(option.r, n)[0] > 0 and _surely_above(option, key, n)


def _surely_above(option: OptionFacts, key: OptionFacts, n: int) -> bool:
    """Say whether one option's correlation exceeds another's by more than chance, one-sided 95 %.

    Of two correlations with one total; that an option excludes the other ties them together.

    References
    ----------
    .. [1] Steiger (1980), "Tests for comparing elements of a correlation matrix", Psychological
       Bulletin 87, 245-251, with the correlation of the two choices for that of the estimates.
    """
    high, low = option.r or 0.0, key.r or 0.0
    if high >= 1 or low <= -1:
        return True
    odds = (option.count * key.count) / max((n - option.count) * (n - key.count), 1)
    error = sqrt((2 + 2 * sqrt(odds)) / max(n - 3, 1))
    return atanh(high) - atanh(low) > ONE_SIDED_95 * error


def _unused(item: ItemFacts) -> tuple[OptionFacts, ...]:
    """Return options nobody chose, unless chance explains it where all draw alike."""
    found = []
    for option in item.options:
        if option.is_key or option.count:
            continue
        wrong = [each for each in item.options if not each.is_key and each.part == option.part]
        chosen = sum(each.count for each in wrong)
        if (1 - 1 / len(wrong)) ** chosen < CHANCE:
            found.append(option)
    return tuple(found)


def _by_discrimination(item: ItemFacts) -> list[Flag]:
    found = []
    upper = 1.0 if item.r is None else limits_of_r(item.r, item.n)[1]
    if upper < 0:
        found.append(Flag("negative"))
    elif upper < SOUND_R and item.p is not None and item.p < EASY_P:
        found.append(Flag("weak"))
    strong = tuple(
        each
        for each in item.options
        if not each.is_key and each.r is not None and limits_of_r(each.r, item.n)[0] > 0
    )
    if strong:
        found.append(Flag("draws_strong", strong))
    return found
