"""The filters of a bank's list in words."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext, ngettext

from exam_server.bank.exposure import MOST, NEVER
from exam_server.bank.list_order import BY_CODE, LEAST_USED, MOST_USED
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint
from exam_server.wording import language_words, stage_words, state_words, type_words
from itembank.lifecycle import STAGES


def chips_of(blueprint: Blueprint, wanted: ItemFilter) -> list[tuple[str, ItemFilter]]:
    """Return what is filtered in words, each with the filter without it."""
    groups: list[tuple[str, Mapping[str, str]]] = [
        ("types", {each: type_words(each) for each in wanted.types}),
        ("states", {each: state_words(each) for each in wanted.states}),
        ("difficulties", {each: difficulty_words(each) for each in wanted.difficulties}),
        ("figures", {each: figure_words(each) for each in wanted.figures}),
    ]
    chips = [
        (words, wanted.without(kind, value))
        for kind, named in groups
        for value, words in named.items()
    ]
    if wanted.text:
        chips.insert(0, (f"“{wanted.text}”", wanted.without("text")))
    if wanted.at:
        chips.append((place_words(blueprint, wanted.at), wanted.without("at")))
    if wanted.gap:
        gap = gettext("not in %(language)s", language=language_words(wanted.gap))
        chips.append((gap, wanted.without("gap")))
    if wanted.writer:
        writer = gettext("written by %(name)s", name=wanted.writer)
        chips.append((writer, wanted.without("writer")))
    if wanted.review:
        steps: dict[str, str] = {
            "waiting": gettext("waiting for review"),
            "sent_back": gettext("sent back"),
            **{stage: stage_words(stage) for stage in STAGES},
        }
        chips.append((steps[wanted.review], wanted.without("review")))
    if wanted.reviewer:
        reviewer = gettext("for the reviewer %(name)s", name=wanted.reviewer)
        chips.append((reviewer, wanted.without("reviewer")))
    return [*chips, *_exposure_chips(wanted)]


def _exposure_chips(wanted: ItemFilter) -> list[tuple[str, ItemFilter]]:
    chips = []
    if wanted.used:
        chips.append((used_words(wanted.used), wanted.without("used")))
    if wanted.sort:
        chips.append((sort_words(wanted.sort), wanted.without("sort")))
    return chips


def used_choices(wanted: ItemFilter) -> list[str]:
    """Return the filters by use that are offered; another number of an address among them."""
    usual = ["1", "2", "3", "5", "10"]
    numbers = {*usual, wanted.used} if wanted.used.isdecimal() else {*usual}
    return [NEVER, MOST, *sorted(numbers, key=int)]


def used_words(used: str) -> str:
    """Return how often items were used, in words."""
    if used == NEVER:
        return str(gettext("never used"))
    if used == MOST:
        return str(gettext("used most: the top tenth"))
    n = int(used)
    return str(ngettext("used in %(num)s paper or more", "used in %(num)s papers or more", n))


def sort_words(sort: str) -> str:
    """Return in which order the list stands, in words."""
    words: dict[str, str] = {
        MOST_USED: gettext("most used first"),
        LEAST_USED: gettext("least used first"),
    }
    return words[sort]


def next_sort(wanted: ItemFilter) -> tuple[ItemFilter, str]:
    """Return how the list stands when the heading is asked once more: most, least, by code."""
    following = {BY_CODE: MOST_USED, MOST_USED: LEAST_USED}.get(wanted.sort, BY_CODE)
    words = sort_words(following) if following else str(gettext("by code"))
    return replace(wanted, sort=following), str(gettext("Sort: %(order)s", order=words))


def difficulty_words(number: str | int) -> str:
    """Return a difficulty in words: 1 very easy … 5 very hard."""
    words: dict[str, str] = {
        "1": gettext("very easy"),
        "2": gettext("easy"),
        "3": gettext("medium"),
        "4": gettext("hard"),
        "5": gettext("very hard"),
    }
    return f"{number} {words.get(str(number), '')}".strip()


def figure_words(name: str) -> str:
    """Return what the figures of the newest analysis say of items, in words."""
    words: dict[str, str] = {
        "none": gettext("not analysed yet"),
        "few": gettext("analysed, fewer than 30 candidates"),
        "easy": gettext("too easy: at least 90 of 100 right"),
        "hard": gettext("too hard: at most 30 of 100 right"),
        "weak": gettext("separates badly: below 0.20"),
        "flagged": gettext("flagged by the analysis"),
    }
    return words[name]


def place_words(blueprint: Blueprint, at: str) -> str:
    """Return code and name of a range or point; the code alone when there is none of it."""
    names = {area.path: area.name for area in blueprint.areas} | {
        f"{area.path}-{point.code}": point.name for area in blueprint.areas for point in area.points
    }
    name = names.get(at, "")
    return f"{at} {name}" if name and name != at else at
