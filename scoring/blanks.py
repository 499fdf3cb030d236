"""Which of the texts given in blanks are right, where the order of some blanks is free."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from scoring.marks import NOTHING, share_of


def folded(text: str, *, is_case_sensitive: bool = False) -> str:
    """Return a text in one spelling: half width, single spaces, none outside."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain if is_case_sensitive else plain.casefold()


def n_right(
    given: Mapping[str, str],
    accepted: Mapping[str, Collection[str]],
    groups: Sequence[Sequence[str]] = (),
    *,
    is_case_sensitive: bool = False,
) -> int:
    """Return how many blanks are filled with an accepted text.

    The blanks of a group share their texts: each may be filled with what another accepts, but
    what one accepts counts once. The count is the largest that any assignment gives.

    Examples
    --------
    >>> n_right({"1": "Cu", "2": "Ag"}, {"1": ["Ag", "silver"], "2": ["Cu"]}, [["1", "2"]])
    2
    >>> n_right({"1": "Ag", "2": "silver"}, {"1": ["Ag", "silver"], "2": ["Cu"]}, [["1", "2"]])
    1
    """

    def fold(text: str) -> str:
        return folded(text, is_case_sensitive=is_case_sensitive)

    typed = {blank: fold(given.get(blank, "")) for blank in accepted}
    right = {blank: {fold(text) for text in texts} - {""} for blank, texts in accepted.items()}
    grouped = [[blank for blank in group if blank in accepted] for group in groups]
    alone = accepted.keys() - {blank for group in grouped for blank in group}
    count = sum(typed[blank] in right[blank] for blank in alone)
    return count + sum(_matched(group, typed, right) for group in grouped)


def _matched(
    group: Sequence[str], typed: Mapping[str, str], right: Mapping[str, Collection[str]]
) -> int:
    """Return the size of the largest matching of what was typed with what is accepted."""
    filled: dict[str, str] = {}  # whose accepted text -> the blank it was typed in

    def place(blank: str, seen: set[str]) -> bool:
        for other in group:
            if other in seen or typed[blank] not in right[other]:
                continue
            seen.add(other)
            if other not in filled or place(filled[other], seen):
                filled[other] = blank
                return True
        return False

    return sum(place(blank, set()) for blank in group)


def match_texts(
    answer: Mapping[str, str],
    accepted: Mapping[str, Collection[str]],
    max_mark: Decimal,
    groups: Sequence[Sequence[str]] = (),
    *,
    is_case_sensitive: bool = False,
    is_whole: bool = False,
) -> Decimal:
    """Return the share of blanks filled with an accepted text, of the full mark.

    Full and half width are the same (NFKC), outer spaces do not count; an empty text fills no
    blank. The share is exact to four decimals, rounded down; ``is_whole``: all or nothing.

    Examples
    --------
    >>> match_texts({"1": " ＯＨＭ "}, {"1": ["ohm", "Ω"], "2": ["volt"]}, Decimal(1))
    Decimal('0.5000')
    """
    right = n_right(answer, accepted, groups, is_case_sensitive=is_case_sensitive)
    if is_whole and right < len(accepted):
        return NOTHING
    return share_of(max_mark, right, len(accepted))
