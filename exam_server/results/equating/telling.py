"""What an equating says, section by section: for the printed report."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from exam_server.results.equating import wording as w
from exam_server.results.equating.models import Equating
from exam_server.results.equating.picture import letter, picture
from exam_server.results.equating.rows import conversion_rows, made_rows
from exam_server.results.equating.warning_words import warning_words
from exam_server.wording import figure

Facts = Mapping[str, Any]


def report_of(equating: Equating, figures: Facts, *, language: str, title: str) -> dict[str, Any]:
    """Return the words and the picture of a report."""
    return {
        "language": "zh" if language.startswith("zh") else "en",
        "title": title,
        "paper": f"{equating.exam_session.name} {equating.form.code} → {equating.reference_name}",
        "picture": picture(figures),
        "axis": gettext(
            "Across: theory mark of 100 on the form. Up: marks gained by equating. Shaded: one "
            "standard error of the first line that has one; dashed upright: the pass line."
        ),
        "lines": [
            f"{letter(at)} {w.method_words(row['method'])}"
            for at, row in enumerate(made_rows(figures))
        ],
        "sections": [_short(equating, figures), _at_line(figures), _table(figures)],
    }


def _short(equating: Equating, figures: Facts) -> dict[str, Any]:
    told = [text for _, text in w.lead(equating, figures)]
    told += [warning_words(each) for each in figures["warnings"]]
    return {"title": gettext("In short"), "told": told, "headings": [], "rows": []}


def _at_line(figures: Facts) -> dict[str, Any]:
    return {
        "title": gettext("At the pass line"),
        "told": [],
        "headings": [
            gettext("Method"),
            gettext("Worth more or less, of 100"),
            gettext("Standard error"),
            gettext("Reach the line, raw"),
            gettext("Reach the line, equated"),
        ],
        "rows": [
            [
                w.method_words(row["method"]),
                figure(row["at_line"]["difference"]),
                w.error_words(row["at_line"]["error"]),
                str(row["passing"]["now"]),
                str(row["passing"]["equated"]),
            ]
            for row in made_rows(figures)
        ],
    }


def _table(figures: Facts) -> dict[str, Any]:
    names = [w.method_words(row["method"]) for row in made_rows(figures)]
    return {
        "title": gettext("The whole table"),
        "told": [],
        "headings": [gettext("Raw mark"), gettext("Theory mark of 100, raw"), *names],
        "rows": [
            [f"{row['raw']:f}", f"{row['theory']:f}", *(f"{each:f}" for each in row["worth"])]
            for row in conversion_rows(figures)
        ],
    }
