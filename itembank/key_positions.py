"""Where right options stand: whether a candidate gains by always choosing one letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

SURE: Final = 3.0  # standard errors from an even share: chance hardly explains it
WORTH: Final = 0.05  # of all items: a smaller gain is worth nothing to a guesser
LETTERS: Final = "ABCDEFGH"


@dataclass(frozen=True)
class Position:
    """A letter: in how many items it is right, how many one would expect, whether it stands out."""

    letter: str
    count: int
    expected: float
    stands_out: bool


def positions_in(counts: Mapping[tuple[int, str], int]) -> list[Position]:
    """Return how right options are spread over the letters, for items of any number of options.

    Parameters
    ----------
    counts : mapping
        Number of items by number of options and right letter.

    Returns
    -------
    list of Position
        In the order of the letters; a letter stands out when its count lies three standard errors
        and a twentieth of the items from the even share.

    Examples
    --------
    >>> [each.stands_out for each in positions_in({(4, "A"): 80, (4, "B"): 40, (4, "C"): 40})]
    [True, False, False, True]
    >>> [round(each.expected, 1) for each in positions_in({(2, "A"): 10, (4, "B"): 4})]
    [6.0, 6.0, 1.0, 1.0]
    """
    sizes: dict[int, int] = {}
    for (n_options, _), count in counts.items():
        sizes[n_options] = sizes.get(n_options, 0) + count
    total = sum(sizes.values())
    found = []
    for place in range(max(sizes, default=0)):
        letter = LETTERS[place]
        chances = [(count, 1 / size) for size, count in sizes.items() if size > place]
        expected = sum(count * chance for count, chance in chances)
        error = sqrt(sum(count * chance * (1 - chance) for count, chance in chances))
        count = sum(number for (_, right), number in counts.items() if right == letter)
        off = abs(count - expected)
        found.append(Position(letter, count, expected, off > SURE * error and off > WORTH * total))
    return found
