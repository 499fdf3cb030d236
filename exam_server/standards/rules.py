"""What a panel may be asked, what a rating may be, and when a sheet is complete."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final, Literal

from pydantic import Field

from exam_server.inputs import In

Method = Literal[
    "angoff",
    "yes_no",
    "bookmark",
    "hofstee",
    "borderline_group",
    "contrasting_groups",
    "borderline_regression",
]
BY_ITEM: Final = frozenset({"angoff", "yes_no"})
BY_GROUPS: Final = frozenset({"borderline_group", "contrasting_groups", "borderline_regression"})
OF_ITEMS: Final = BY_ITEM | {"bookmark"}
STEP: Final = 5  # of a probability in per cent
WHOLE: Final = 100
BOOKMARK: Final = 0  # its place
# Places of the four questions: least and greatest acceptable cut, least and greatest failures.
QUESTIONS: Final = (-1, -2, -3, -4)
FEWEST_MEMBERS: Final = 5
FEWEST_CANDIDATES: Final = 30


class PanelIn(In):
    """A panel as an officer writes it down."""

    title: str = Field(min_length=1, max_length=120)
    method: Method
    source: str = ""
    exam_session: str = ""
    definition: str = Field(min_length=1, max_length=4000)
    training: str = Field(default="", max_length=8000)
    response_chance: int = Field(default=67, ge=50, le=90)
    shows_difficulty: bool = False
    asks_hofstee: bool = False
    members: list[str] = Field(default_factory=list, max_length=60)


class RatingIn(In):
    """A member's rating at a place."""

    place: int
    value: Decimal | None = Field(default=None, ge=0, le=1000, decimal_places=1)
    note: str = Field(default="", max_length=1000)


class RatingsIn(In):
    """Ratings as a page sends them."""

    ratings: list[RatingIn] = Field(min_length=1, max_length=300)


def places_of(method: str, n_items: int, *, asks_hofstee: bool) -> list[int]:
    """Return the places a member has to fill.

    Examples
    --------
    >>> places_of("angoff", 2, asks_hofstee=True)
    [1, 2, -1, -2, -3, -4]
    >>> places_of("bookmark", 2, asks_hofstee=False)
    [0]
    """
    places = list(range(1, n_items + 1)) if method in BY_ITEM else []
    places += [BOOKMARK] if method == "bookmark" else []
    return places + (list(QUESTIONS) if asks_hofstee or method == "hofstee" else [])


def rating_problem(method: str, n_items: int, place: int, value: Decimal) -> str | None:
    """Return why a value cannot be taken at a place: a code, or nothing.

    Examples
    --------
    >>> rating_problem("angoff", 9, 1, Decimal(62))
    'rating_not_in_steps'
    >>> rating_problem("yes_no", 9, 1, Decimal(50))
    'rating_not_yes_or_no'
    >>> rating_problem("bookmark", 9, 0, Decimal(11))
    'bookmark_not_in_booklet'
    >>> rating_problem("angoff", 9, 9, Decimal(65)) is None
    True
    """
    if place == BOOKMARK:
        is_page = value == int(value) and 1 <= value <= n_items + 1
        return None if is_page else "bookmark_not_in_booklet"
    if value > WHOLE:
        return "rating_over_100"
    if place in QUESTIONS:
        return None
    if method == "yes_no":
        return None if value in {0, WHOLE} else "rating_not_yes_or_no"
    return None if value % STEP == 0 else "rating_not_in_steps"


def missing_places(places: Collection[int], rated: Collection[int]) -> list[int]:
    """Return the places that still have no rating, in their order."""
    return [place for place in places if place not in rated]


def questions_problem(answers: dict[int, Decimal]) -> str | None:
    """Return why the four answers say nothing together: a code, or nothing.

    Examples
    --------
    >>> questions_problem({-1: Decimal(70), -2: Decimal(60), -3: Decimal(5), -4: Decimal(40)})
    'questions_not_rising'
    """
    low, high, least, most = (answers.get(place) for place in QUESTIONS)
    if low is None or high is None or least is None or most is None:
        return None
    return None if low < high and least < most else "questions_not_rising"
