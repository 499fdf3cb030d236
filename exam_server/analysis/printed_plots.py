"""The charts of the page as plots for the printed report, in the page's words."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from flask_babel import gettext

from exam_server.analysis.chart_data import chart_words
from exam_server.wording import flag_kind
from scoring.item_flags import FEWEST

Facts = Mapping[str, Any]
Plot = dict[str, Any]

END: Final = 4
MOST_STEPS: Final = 5
ABILITIES: Final = {"low": -END, "high": END, "step": 2}
KINDS: Final = ("", "neutral", "attention", "danger")
KIND_WORDS: Final = ("no_flag", "flag_neutral", "flag_attention", "flag_danger")


def overview_plots(figures: Facts) -> list[Plot]:
    """Return candidates by mark, and items by difficulty and discrimination."""
    if not figures["n"]:
        return []
    words = chart_words()
    steady = [form for form in figures["forms"] if form["n"] >= FEWEST]
    return [_marks(figures, words), *([_items(steady, words)] if steady else [])]


def model_plots(deep: Facts) -> list[Plot]:
    """Return persons and items on one scale, and what each form tells at each ability."""
    model = deep["model"]
    if "items" not in model:
        return []
    words = chart_words()
    return [_scale(model, deep["information"], words), _information(model, deep, words)]


def _marks(figures: Facts, words: Facts) -> Plot:
    edges, counts = figures["bins"]["edges"], figures["bins"]["counts"]
    bases = [0] * (len(edges) - 1)
    series = []
    for form in figures["forms"]:
        own = counts.get(form["form"], [])
        points = []
        for place, count in enumerate(own):
            points.append([edges[place], bases[place], bases[place] + count])
            bases[place] += count
        series.append(
            {
                "name": _form_name(words, form["form"]),
                "kind": "bars",
                "points": points,
                "width": edges[1] - edges[0],
            }
        )
    return {
        "title": gettext("How the marks are spread"),
        "x": {"name": words["theory"], "low": 0, "high": 100, "step": 20},
        "y": {"name": words["candidates"], **_counting(max(bases, default=1)), "digits": 0},
        "cut": {"at": figures["cut"], "name": words["cut"]},
        "series": series,
    }


def _items(forms: Sequence[Facts], words: Facts) -> Plot:
    by_kind: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for form in forms:
        for item in form["items"]:
            if item["p"] is not None and item["r"] is not None:
                by_kind[_kind(item)].append([item["p"], item["r"]])
    lowest = min((r for points in by_kind.values() for _, r in points), default=0.0)
    return {
        "title": gettext("Difficulty and discrimination"),
        "x": {"name": words["p"], "low": 0, "high": 1, "step": 0.2},
        "y": {
            "name": words["r"],
            "low": -0.2 if lowest >= -0.2 else -1,  # noqa: PLR2004 - most papers need no more
            "high": 1,
            "step": 0.2,
            "digits": 1,
        },
        "cut": None,
        "series": [
            {"name": words[name], "kind": "points", "points": by_kind[kind]}
            for kind, name in zip(KINDS, KIND_WORDS, strict=True)
        ],
    }


def _scale(model: Facts, information: Sequence[Facts], words: Facts) -> Plot:
    """Candidates stand above the line, items hang below it, each by its own greatest bin."""
    edges, counts = model["persons"]["edges"], model["persons"]["counts"]
    width = edges[1] - edges[0]
    items = [0] * len(counts)
    for each in model["items"]:
        if each["difficulty"] is not None:
            place = int((each["difficulty"] - edges[0]) // width)
            items[min(max(place, 0), len(items) - 1)] += 1
    cuts = [each["cut"] for each in information if each["cut"] is not None]
    both = (("persons", counts, 1), ("items", items, -1))
    return {
        "title": gettext("Candidates and items on one scale"),
        "x": {"name": words["ability"], **ABILITIES},
        "y": {"name": "", "low": -1, "high": 1, "step": 1, "digits": None},
        "cut": {"at": _within(cuts[0]), "name": words["cut"]} if cuts else None,
        "series": [
            {
                "name": words[name],
                "kind": "bars",
                "points": [
                    [edges[place], 0, way * count / max(*found, 1)]
                    for place, count in enumerate(found)
                ],
                "width": width,
            }
            for name, found, way in both
        ],
    }


def _information(model: Facts, deep: Facts, words: Facts) -> Plot:
    forms = deep["information"]
    highest = max((value for form in forms for value in form["information"]), default=1.0)
    cuts = [form["cut"] for form in forms if form["cut"] is not None]
    return {
        "title": gettext("What the paper tells at each ability"),
        "x": {"name": words["ability"], **ABILITIES},
        "y": {"name": words["information"], **_counting(ceil(highest)), "digits": 1},
        "cut": {"at": _within(cuts[0]), "name": words["cut"]} if cuts else None,
        "series": [
            {
                "name": words["all"] if form["form"] == "all" else _form_name(words, form["form"]),
                "kind": "line",
                "points": [
                    [ability, value]
                    for ability, value in zip(model["grid"], form["information"], strict=True)
                    if abs(ability) <= END
                ],
            }
            for form in forms
        ],
    }


def _counting(most: int) -> dict[str, float]:
    """Return an axis from nought to a round number not below ``most``, in five steps at most."""
    rounds = (base * 10**power for power in range(9) for base in (1, 2, 5))
    step = next(step for step in rounds if step * MOST_STEPS >= most)
    return {"low": 0, "high": step * ceil(max(most, 1) / step), "step": step}


def _within(ability: float) -> float:
    return min(max(ability, -END), END)


def _kind(item: Facts) -> str:
    kinds = [flag_kind(flag["code"]) for flag in item["flags"]]
    return kinds[0] if kinds and kinds[0] in KINDS else ""


def _form_name(words: Facts, form: str) -> str:
    return str(words["form"]).replace("{form}", form)
