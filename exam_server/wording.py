"""Words for codes that pages show: item types, states, levels, outcomes."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, url_for
from flask_babel import get_locale, gettext, pgettext
from markupsafe import Markup

from exam_server.accounts.words import role_hint, role_words
from exam_server.bank.bank_languages import language_name
from exam_server.bank.rules import clean
from exam_server.languages import at_text, chosen_language
from exam_server.programmes.models import Occupation
from exam_server.todo import Todo, local_day
from exam_server.web import sentence
from itembank.items.registry import TYPES, item_type
from itembank.lifecycle import STAGES, next_state
from itembank.markup import explained
from itembank.plain_texts import EXCERPT, plain_stem
from scoring.item_flags import SEVERITIES

PICTURE = re.compile(r'src="media:([0-9a-f]{64})"')


def type_words(name: str) -> str:
    """Return the name of an item type."""
    if name not in TYPES:
        return name
    words = TYPES[name].ABOUT.words
    return words.get(chosen_language()) or words["en"]


def key_in_words(name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return the key of an item in words, by the letters of its rows as they are stored."""
    return item_type(name).key_words(content, key)


def occupation_words(occupation: Occupation) -> str:
    """Return the name of an occupation in the reader's language."""
    return occupation.name_en if chosen_language() == "en" else occupation.name


def shortage_words(short: Mapping[str, object]) -> str:
    """Return the sentence for a demand that a bank cannot meet; types and lists are named."""
    kind, name = str(short["kind"]), str(short["name"])
    lists: dict[str, str] = {
        "areas": gettext("Items per range"),
        "importance": gettext("Items per importance"),
    }
    if kind == "total":
        name = lists.get(name, name)
    elif kind in {"type", "cell", "joint_cell", "pilot"}:
        path, _, last = name.rpartition(" ")
        name = f"{path} {type_words(last)}".strip()
    amounts = {each: _plain_number(short[each]) for each in ("need", "have")}
    return sentence(f"short_{kind}", {**short, "name": name, **amounts})


def _plain_number(value: object) -> object:
    """Return a number without idle decimals: stored counts may be floats."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def state_words(name: str) -> str:
    """Return the name of an item's, exam session's or sitting's state."""
    words: dict[str, str] = {
        "draft": gettext("draft"),
        "stored": gettext("stored"),
        "pilot": gettext("in the pilot"),
        "active": gettext("active"),
        "suspended": gettext("suspended"),
        "retired": gettext("retired"),
        "planned": gettext("planned"),
        "released": gettext("papers released"),
        "closed": gettext("closed"),
        "assigned": gettext("not here yet"),
        "checked_in": gettext("checking in"),
        "ready": gettext("ready"),
        "running": gettext("working"),
        "paused": gettext("paused"),
        "held": gettext("held"),
        "handed_in": gettext("handed in"),
        "void": gettext("void"),
    }
    return words.get(name, name)


def stage_words(stage: str) -> str:
    """Return the name of a review."""
    words: dict[str, str] = {
        "first": gettext("first review"),
        "second": gettext("second review"),
        "final": gettext("final review"),
    }
    return words[stage]


def step_words(step: str) -> str:
    """Return the name of a review, or of a state that an item comes to after them."""
    return stage_words(step) if step in STAGES else state_words(step)


def level_words(level: int) -> str:
    """Return the name of a national level; 5 is the lowest."""
    words: dict[int, str] = {
        5: gettext("level 5, junior"),
        4: gettext("level 4, intermediate"),
        3: gettext("level 3, senior"),
        2: gettext("level 2, technician"),
        1: gettext("level 1, senior technician"),
    }
    return words[level]


def rounding_words(name: str) -> str:
    """Return the name of a rounding."""
    words: dict[str, str] = {
        "half_up": gettext("half up"),
        "half_even": gettext("half to even"),
        "down": gettext("down"),
    }
    return words.get(name, name)


def component_words(name: str) -> str:
    """Return the name of what is assessed."""
    words: dict[str, str] = {
        "theory": gettext("Theory"),
        "practical": gettext("Practical"),
        "performance": gettext("Performance"),
    }
    return words.get(name, name)


def outcome_words(name: str) -> str:
    """Return the name of an outcome."""
    words: dict[str, str] = {
        "pass": gettext("pass"),
        "fail": gettext("fail"),
        "absent": gettext("absent"),
        "void": gettext("void"),
        "incomplete": gettext("incomplete"),
    }
    return words.get(name, name)


def category_words(name: str) -> str:
    """Return the name of an incident's category."""
    words: dict[str, str] = {
        "machine": gettext("machine fault"),
        "power": gettext("power cut"),
        "network": gettext("network fault"),
        "health": gettext("health"),
        "paper": gettext("fault in the paper"),
        "other": gettext("other"),
        "warning": gettext("warning"),
        "after_end": gettext("worked after the end"),
        "subject_void": gettext("banned item, seat left"),
        "cheating": gettext("cheating"),
        "device": gettext("phone or transmitter"),
        "impersonation": gettext("impersonation"),
        "disorder": gettext("disorder in the room"),
        "note": gettext("note"),
    }
    return words.get(name, name)


def reason_words(code: str) -> str:
    """Return the short name of a reason why a row was refused or came along with a loss."""
    words = str(pgettext("reason", code))
    return code if words == "" else words


def format_words(code: str) -> str:
    """Return the name of a format that imports read."""
    words = str(pgettext("format", code))
    return code if words == "" else words


def todo_words(todo: Todo) -> str:
    """Return what is to be done, in a sentence."""
    return str(pgettext("todo", todo.code) % dict(todo.detail))


def day_words(moment: date | datetime, now: datetime) -> str:
    """Return a day, or the time of a moment of today, as people say it."""
    days = (local_day(moment) - local_day(now)).days
    if days == 0 and isinstance(moment, datetime):
        return str(gettext("today %(time)s", time=at_text(moment, "HH:mm")))
    words: dict[int, str] = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    return words.get(days) or local_day(moment).isoformat()


def id_type_words(name: str) -> str:
    """Return the name of a kind of identity document; what a list said itself stays."""
    words: dict[str, str] = {
        "resident": gettext("resident ID card"),
        "passport": gettext("passport"),
        "hmt_permit": gettext("permit of Hong Kong, Macau or Taiwan"),
        "officer": gettext("military officer's card"),
        "foreign_permanent": gettext("permanent resident card"),
    }
    return words.get(name, name)


def pictured(text: str) -> Markup:
    """Return item HTML for staff pages: clean, pictures by their address."""

    def address(found: re.Match[str]) -> str:
        return f'src="{url_for("bank.picture", sha256=found[1])}"'

    return Markup(PICTURE.sub(address, clean(text)))  # noqa: S704 - cleaned one line above


def flag_words(code: str) -> str:
    """Return the name of a finding."""
    words: dict[str, str] = {
        "wrong_key": gettext("likely wrong key"),
        "preferred": gettext("most chose another option"),
        "negative": gettext("negative discrimination"),
        "draws_strong": gettext("distractor draws the strong"),
        "weak": gettext("weak discrimination"),
        "too_hard": gettext("too hard"),
        "omitted": gettext("often left out"),
        "not_reached": gettext("often not reached"),
        "too_easy": gettext("too easy"),
        "unused": gettext("distractor nobody chose"),
    }
    return words[code]


def flag_kind(code: str) -> str:
    """Return how grave a finding is shown: ``danger``, ``attention`` or ``neutral``."""
    severity = SEVERITIES[code]
    return "neutral" if severity == "note" else severity


def figure(value: float | None, digits: int = 2) -> str:
    """Return a figure with a true minus sign; a dash where it is undefined.

    Examples
    --------
    >>> figure(-0.126), figure(None), figure(-0.001)
    ('−0.13', '—', '0.00')
    """
    if value is None:
        return "—"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def language_words(tag: str) -> str:
    """Return the name of a language items are written in."""
    return language_name(tag, str(get_locale()))


def stem_words(content: Mapping[str, Any], longest: int = EXCERPT) -> str:
    """Return an item's stem as a short plain line in the page's language, for lists and tables."""
    return plain_stem(content, str(get_locale()), picture=gettext("[picture]"), longest=longest)


def install_wording(app: Flask) -> None:
    """Give every template these words."""
    functions: dict[str, Callable[..., object]] = {
        "_type": type_words,
        "_key_in_words": key_in_words,
        "_language": language_words,
        "_state": state_words,
        "_stage": stage_words,
        "_level": level_words,
        "_occupation": occupation_words,
        "_batch": lambda batch: batch.named(chosen_language()),
        "_rounding": rounding_words,
        "_shortage": shortage_words,
        "_component": component_words,
        "_outcome": outcome_words,
        "_category": category_words,
        "_reason": reason_words,
        "_format": format_words,
        "_role": role_words,
        "_role_hint": role_hint,
        "_todo": todo_words,
        "_day": day_words,
        "_id_type": id_type_words,
        "_flag": flag_words,
        "_flag_kind": flag_kind,
        "_figure": figure,
    }
    app.jinja_env.globals.update(functions)
    app.jinja_env.filters["pictured"] = pictured
    app.jinja_env.filters["stages"] = lambda stages: " → ".join(map(step_words, stages))
    app.jinja_env.filters["plain_stem"] = stem_words
    app.jinja_env.filters["explained"] = lambda text: Markup(explained(text))  # noqa: S704 - escaped
    app.jinja_env.filters["can"] = lambda state, action: next_state(state, action) is not None
