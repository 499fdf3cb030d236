"""The item table to take away."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from exam_server.analysis.wording import flag_advice
from exam_server.wording import flag_words, type_words


def headings() -> list[str]:
    """Return the headings."""
    return [
        gettext("Item"),
        gettext("Version"),
        gettext("Type"),
        gettext("Form"),
        gettext("Number"),
        gettext("Mark"),
        gettext("Candidates"),
        gettext("p (share of the mark)"),
        gettext("r (corrected)"),
        gettext("alpha without it"),
        gettext("Left out, share"),
        gettext("Not reached, share"),
        gettext("Findings"),
        gettext("Advice"),
        gettext("Options: key*, share, r"),
    ]


def rows(figures: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """Return a row for each item of each form."""
    return [
        (
            item["code"],
            item["version"],
            type_words(item["type"]),
            form["form"],
            item["position"],
            item["max_mark"],
            item["n"],
            _short(item["p"]),
            _short(item["r"]),
            _short(item["alpha_without"]),
            _short(item["omitted"]),
            _short(item["not_reached"]),
            "; ".join(flag_words(flag["code"]) for flag in item["flags"]),
            " ".join(flag_advice(flag, item) for flag in item["flags"]),
            "; ".join(_option(question, each) for question, each in _options(item)),
        )
        for form in figures["forms"]
        for item in form["items"]
    ]


def _options(item: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return [(question, each) for question in item["questions"] for each in question["options"]]


def _option(question: Mapping[str, Any], option: Mapping[str, Any]) -> str:
    part = f"{question['part']}." if question["part"] else ""
    r = "–" if option["r"] is None else f"{option['r']:.2f}"
    return f"{part}{option['id']}{'*' if option['is_key'] else ''} {option['share']:.2f} {r}"


def _short(value: float | None) -> float | None:
    digits = 4
    return None if value is None else round(value, digits)
