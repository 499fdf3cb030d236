"""What the charts of the pages are drawn from, words included."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext

from exam_server.seating.models import ExamSession
from exam_server.wording import flag_kind, flag_words, type_words

Facts = Mapping[str, Any]


def chart_data(exam_session: ExamSession, figures: Facts, deep: Facts | None) -> dict[str, Any]:
    """Return what the charts of the page are drawn from."""
    return {
        "cut": figures["cut"],
        "sem": figures["sem"],
        "bins": figures["bins"],
        "forms": [
            {"form": form["form"], "items": [_point(form["form"], each) for each in form["items"]]}
            for form in figures["forms"]
        ],
        "address": url_for("analysis.analysis_page", uid=exam_session.uid) + "/items/",
        "model": model_data(deep) if deep else None,
        "words": chart_words(),
    }


def model_data(deep: Facts) -> dict[str, Any] | None:
    """Return the map of persons and items, and what each form tells at each ability."""
    model = deep["model"]
    if "items" not in model:
        return None
    return {
        "grid": model["grid"],
        "persons": model["persons"],
        "items": [
            {"code": each["code"], "difficulty": each["difficulty"], "fits": each["fits"]}
            for each in model["items"]
            if each["difficulty"] is not None
        ],
        "forms": [
            {name: each[name] for name in ("form", "information", "cut")}
            for each in deep["information"]
        ],
    }


def curve_of(item: Facts, deep: Facts | None) -> dict[str, Any] | None:
    """Return an item's calibrated curve with what groups of equals earned."""
    model = deep["model"] if deep else {}
    key = item["uid"], item["version"]
    for each in model.get("items", []):
        if (each["uid"], each["version"]) == key:
            return {**each, "grid": model["grid"], "model": model["model"]}
    return None


def _point(form: str, item: Facts) -> dict[str, Any]:
    kinds = [flag_kind(flag["code"]) for flag in item["flags"]]
    return {
        "id": f"{form}/{item['position']}",
        "code": item["code"],
        "type": type_words(item["type"]),
        "p": item["p"],
        "r": item["r"],
        "kind": kinds[0] if kinds else "",
        "flags": [flag_words(flag["code"]) for flag in item["flags"]],
    }


def item_chart(form: Facts, item: Facts, curve: Facts | None) -> dict[str, Any]:
    """Return the curves of an item: each option, or each kind of mark, over the score groups."""
    groups = [
        gettext("%(low)s to %(high)s", low=f"{each['low']:g}", high=f"{each['high']:g}")
        if each["n"]
        else gettext("nobody")
        for each in form["groups"]
    ]
    return {
        "groups": groups,
        "plots": curves_of(item),
        "curve": curve,
        "words": chart_words(),
    }


def curves_of(item: Facts) -> list[dict[str, Any]]:
    """Return the plots of an item; one for each question answered by choosing."""
    levels = item["levels"]
    blank = {"name": gettext("no answer"), "is_key": False, "values": levels["blank"]["by_group"]}
    plots = [
        {
            "part": question["part"],
            "curves": [
                {"name": each["id"], "is_key": each["is_key"], "values": each["by_group"]}
                for each in question["options"]
            ]
            + ([blank] if levels["blank"]["count"] else []),
        }
        for question in item["questions"]
    ]
    if plots:
        return plots
    names = {"full": gettext("whole mark"), "part": gettext("part"), "none": gettext("no mark")}
    curves = [
        {"name": words, "is_key": name == "full", "values": levels[name]["by_group"]}
        for name, words in names.items()
        if levels[name]["count"] or name != "part"
    ]
    return [{"part": "", "curves": [*curves, *([blank] if levels["blank"]["count"] else [])]}]


def chart_words() -> dict[str, str]:
    """Return the words on the charts, in the page's language."""
    return {
        "all": gettext("All forms"),
        "form": gettext("Form %(code)s", code="{form}"),
        "theory": gettext("Theory mark of 100"),
        "candidates": gettext("Number of candidates"),
        "cut": gettext("pass mark"),
        "sem": gettext("±1 standard error"),
        "p": gettext("p: share earned"),
        "r": gettext("r: discrimination (up is good)"),
        "hard": gettext("hard"),
        "easy": gettext("easy"),
        "good": gettext("discriminates well"),
        "usable": gettext("usable"),
        "weak": gettext("weak"),
        "negative": gettext("negative"),
        "share": gettext("Share of the group, %"),
        "group": gettext("Score group by theory mark, weakest left"),
        "key": gettext("key"),
        "no_flag": gettext("no finding"),
        "flag_attention": gettext("worth a look"),
        "flag_danger": gettext("check the key"),
        "flag_neutral": gettext("note"),
        "ability": gettext("Ability (mean 0, standard deviation 1)"),
        "persons": gettext("Candidates"),
        "items": gettext("Items"),
        "information": gettext("Information"),
        "expected": gettext("Expected share of the mark, %"),
        "curve": gettext("model"),
        "earned": gettext("earned by groups of equal ability"),
        "misfit": gettext("does not follow the model"),
        "failed": gettext("The item could not be fetched. Close the sheet and try again."),
    }
