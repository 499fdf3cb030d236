"""Words for the places of an item: ``parts.2.options.A`` is “Part 2, option A”."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext

from exam_server.bank.bank_languages import language_name
from exam_server.errors import Problem
from exam_server.web import problem_sentence
from itembank.writing_style import advice


def said_words(problem: Problem) -> dict[str, str]:
    """Return a problem of an item in words: its place and its sentence."""
    return {
        "where": problem.where,
        "place": where_words(problem.where),
        "code": problem.code,
        "message": problem_sentence(problem),
    }


def advice_words(
    type_name: str, content: Mapping[str, Any], key: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Return in words what a guide for writers would say of an item."""
    found = advice(type_name, content, key)
    return [said_words(Problem(each.where, each.code, each.detail)) for each in found]


def where_words(where: str) -> str:
    """Return the words for a place of an item's content or key."""
    first, _, rest = where.partition(".")
    own, _, below = rest.partition(".")
    if first == "translations" and own:
        return _joined(language_name(own, str(get_locale())), below)
    if first == "parts" and own:
        return _joined(gettext("part %(part)s", part=own), below)
    if first == "key":
        return _key_words(rest)
    numbered: dict[str, str] = {
        "options": gettext("option %(id)s", id=own),
        "left": gettext("left %(id)s", id=own),
        "right": gettext("right %(id)s", id=own),
    }
    if own and first in numbered:
        return numbered[first]
    return _fact_words(where)


def _joined(outer: str, rest: str) -> str:
    return f"{outer} › {where_words(rest)}" if rest else outer


def _fact_words(name: str) -> str:
    words: dict[str, str] = {
        "item": gettext("whole item"),
        "stem": gettext("stem"),
        "options": gettext("options"),
        "left": gettext("left column"),
        "right": gettext("right column"),
        "blanks": gettext("blanks"),
        "parts": gettext("parts"),
        "picture": gettext("picture"),
        "alt": gettext("words for the picture"),
        "unit": gettext("unit"),
        "decimals": gettext("decimal places"),
        "fewest_characters": gettext("fewest characters"),
        "most_characters": gettext("most characters"),
        "lines": gettext("lines on paper"),
        "reuse": gettext("one right may be used twice"),
        "fixed": gettext("keeps its place"),
        "type": gettext("type"),
        "mark_share": gettext("share of the mark"),
        "difficulty": gettext("difficulty"),
        "explanation": gettext("explanation"),
        "point": gettext("point"),
        "code": gettext("code"),
    }
    return words.get(name, name)


def _key_words(rest: str) -> str:
    name, _, below = rest.partition(".")
    own, _, deeper = below.partition(".")
    if name == "parts" and own:
        return f"{gettext('part %(part)s', part=own)} › {_key_words(deeper)}"
    if name == "rubric" and own:
        return str(gettext("criterion %(criterion)s", criterion=own))
    if name == "blanks" and own:
        return str(gettext("accepted texts of blank %(blank)s", blank=own))
    words: dict[str, str] = {
        "": gettext("key"),
        "correct": gettext("key"),
        "value": gettext("right value"),
        "tolerance": gettext("tolerance"),
        "tolerance_mode": gettext("kind of tolerance"),
        "least": gettext("lower end"),
        "most": gettext("upper end"),
        "open": gettext("open ends"),
        "units": gettext("other units"),
        "formula": gettext("formula"),
        "parameters": gettext("drawn values"),
        "conditions": gettext("conditions"),
        "exact_decimals": gettext("exact decimals"),
        "pi": "pi",
        "groups": gettext("blanks in any order"),
        "case_sensitive": gettext("capitals count"),
        "pairs": gettext("pairs"),
        "order": gettext("right order"),
        "areas": gettext("right areas"),
        "policy": gettext("part marks"),
        "points": gettext("points by option"),
        "model_answer": gettext("model answer"),
        "rubric": gettext("rubric"),
    }
    return words.get(name, name)
