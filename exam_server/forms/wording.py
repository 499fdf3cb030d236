"""Words for demands: as the structure, the proof and a conflict name them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from exam_server.wording import type_words

Names = Mapping[str, str]


def demand_words(kind: str, name: str, areas: Names) -> str:
    """Return what a demand is called; ``areas`` names the ranges by path."""
    kind = kind.removeprefix("band_")
    path, _, last = name.rpartition(" ")
    if kind == "type":
        return type_words(name)
    if kind in {"area", "cell"}:
        place = name if kind == "area" else path
        words = f"{place} {areas.get(place, '')}".strip()
        return words if kind == "area" else f"{words} · {type_words(last)}"
    facts = {"name": f"{name} {areas.get(name, '')}".strip(), "type": type_words(name)}
    return (_words(facts) | _pilot_words(facts)).get(kind, name)


def _words(facts: Mapping[str, str]) -> dict[str, str]:
    return {
        "area_marks": gettext("marks of range %(name)s", **facts),
        "type_marks": gettext("marks of %(type)s", **facts),
        "importance": gettext("importance %(name)s", **facts),
        "words": gettext("words to read"),
        "time_s": gettext("seconds to answer"),
        "p_value": gettext("mean p-value"),
        "information": gettext("information at ability %(name)s", **facts),
        "difficulty": gettext("mean difficulty (1–5)"),
        "repeats": gettext("items beyond one of a point"),
        "last_papers": gettext("items of the last %(name)s papers", **facts),
        "most_times_used": gettext("papers an item has stood in, this one included"),
        "most_shared": gettext("items in common with another form"),
        "total": gettext("items of a form"),
        "point": gettext("items of point %(name)s", **facts),
        "enemies": gettext("enemies %(name)s", **facts),
        "enemies_together": gettext("pairs of enemies in one form"),
        "section": gettext("items of section %(name)s", **facts),
    }


def _pilot_words(facts: Mapping[str, str]) -> dict[str, str]:
    return {
        "pilots": gettext("pilot items: %(type)s", **facts),
        "pilots_near": gettext("pilot items beside an enemy, or at a point of another item"),
        "pilots_items": gettext("items of the paper, pilot items included"),
        "pilots_words": gettext("words to read, pilot items included"),
        "pilots_marks": gettext("marks printed, pilot items included"),
    }


def bound_words(bound: Mapping[str, Any], areas: Names) -> str:
    """Return a bound of a conflict in words."""
    facts = {
        "what": demand_words(bound["kind"], bound["name"], areas),
        "limit": f"{bound['limit']:g}",
    }
    if bound["is_low"]:
        return str(gettext("%(what)s: at least %(limit)s", **facts))
    return str(gettext("%(what)s: at most %(limit)s", **facts))


def left_out_words(left_out: Mapping[str, int]) -> list[str]:
    """Return which items of the bank were not taken, and why."""
    words: dict[str, str] = {
        "last_papers": gettext("stood in one of the last papers"),
        "most_times_used": gettext("stood in as many papers as allowed"),
        "no_figures": gettext("too few persons have answered them yet"),
    }
    return [
        gettext("%(count)s items: %(reason)s", count=count, reason=words.get(reason, reason))
        for reason, count in left_out.items()
    ]
