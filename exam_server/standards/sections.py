"""What stands below a round's sentence: tables for page, workbook and printed report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from exam_server.standards.reporting import Report
from exam_server.standards.rules import BY_ITEM
from exam_server.standards.wording import impact_words, more_words, place_words, refused_words
from exam_server.wording import figure


@dataclass(frozen=True)
class Section:
    """A heading, sentences and a table that may be empty; numbers stay numbers for a workbook."""

    key: str
    title: str
    told: list[str]
    headings: list[str]
    rows: list[list[object]]

    @property
    def printed(self) -> dict[str, Any]:
        """What page and printed report show: every cell as text."""
        return {
            "title": self.title,
            "told": self.told,
            "plots": [],
            "headings": self.headings,
            "rows": [[shown(cell) for cell in row] for row in self.rows],
        }


def shown(cell: object) -> str:
    """Return a cell as text: figures with one decimal, a dash where there is nothing."""
    if isinstance(cell, float):
        return figure(cell, 1)
    return "—" if cell is None else str(cell)


def sections_of(report: Report) -> list[Section]:
    """Return what stands below the picture."""
    made = [_cut(report), _impact(report), _members(report), _compromise(report), _items(report)]
    return [each for each in made if each is not None]


def _cut(report: Report) -> Section | None:
    found = report.found
    if found.cut is None:
        return None
    change = None if report.before is None or report.before.cut is None else report.before.cut
    rows: list[tuple[str, float | None]] = [
        (gettext("Recommended cut of 100"), found.cut),
        (gettext("Standard error over members"), found.error),
        (gettext("Standard error over members and items"), found.error_both),
        (gettext("Spread of the members' cuts (SD)"), found.sd),
        (gettext("Median of the members' cuts"), found.median),
        (gettext("Mean without the lowest and highest member"), found.trimmed),
        (gettext("Change since the round before"), None if change is None else found.cut - change),
    ]
    rows += [(more_words(name), value) for name, value in found.more.items()]
    told = []
    if found.agreement is not None:
        told.append(
            gettext(
                "Agreement: the panel's mean ratings would order the items alike with another "
                "such panel to %(share)s (1 is complete).",
                share=figure(found.agreement, 2),
            )
        )
    return Section(
        "cut",
        gettext("The cut"),
        told,
        [gettext("Figure"), gettext("Value")],
        [[words, value] for words, value in rows if value is not None],
    )


def _impact(report: Report) -> Section | None:
    exam_session = report.round.panel.exam_session
    if exam_session is None or not report.impact:
        return None
    told = gettext(
        "%(count)s candidates of %(name)s with their theory marks. Results that were decided stay "
        "as they are.",
        count=len(report.marks),
        name=exam_session.name,
    )
    headings = [
        gettext("Cut"),
        gettext("Cut of 100"),
        gettext("Would pass"),
        gettext("In per cent"),
    ]
    rows: list[list[object]] = [
        [impact_words(each.code), each.cut, each.n_pass, each.share * 100] for each in report.impact
    ]
    return Section("impact", gettext("What it would mean"), [told], headings, rows)


def _members(report: Report) -> Section | None:
    if not report.members:
        return None
    by_item = report.round.panel.method in BY_ITEM
    headings = [gettext("Member"), gettext("Cut"), gettext("Shift")]
    if by_item:
        headings += [
            gettext("SD over items"),
            gettext("r with the others"),
            gettext("r with candidates"),
        ]
    headings.append(gettext("Note"))
    rows: list[list[object]] = []
    for row in report.members:
        cells: list[object] = [row.person.name, row.figures.cut, row.change]
        if by_item:
            cells += [
                row.figures.sd,
                figure(row.figures.with_others),
                figure(row.figures.with_difficulty),
            ]
        far = gettext("far from the others")
        rows.append([*cells, far if row.figures.is_far else ""])
    told = gettext(
        "Shift is since the round before; r says how alike the items are ordered. Far means: "
        "five marks or more, and two standard deviations, from the mean of the others. "
        "It is a fact, no fault: talk it over, it may be right."
    )
    return Section("members", gettext("Members"), [told], headings, rows)


def _compromise(report: Report) -> Section | None:
    found = report.compromise
    if found is None:
        return None
    told = (
        refused_words(found)
        if found.cut is None
        else gettext(
            "The four questions come to %(cut)s of 100 on the marks of this exam session.",
            cut=figure(found.cut, 1),
        )
    )
    rows: list[list[object]] = [[more_words(name), value] for name, value in found.more.items()]
    headings = [gettext("Question"), gettext("Mean")]
    return Section("compromise", gettext("Hofstee compromise"), [told], headings, rows)


def _items(report: Report) -> Section | None:
    if not report.found.items:
        return None
    headings = [
        gettext("Item"),
        gettext("Mean in per cent"),
        gettext("Spread (SD)"),
        gettext("Lowest"),
        gettext("Highest"),
    ]
    rows: list[list[object]] = [
        [place, each.mean, each.sd, each.low, each.high]
        for place, each in enumerate(report.found.items, start=1)
    ]
    told = gettext("Talk first about the items with the greatest spread.")
    return Section("items", gettext("Item by item"), [told], headings, rows)


def as_sheets(sections: Sequence[Section]) -> list[tuple[str, list[str], list[list[object]]]]:
    """Return the sections as sheets of a workbook."""
    return [
        (each.title, each.headings, [list(map(_rounded, row)) for row in each.rows])
        for each in sections
    ]


def given_sheet(report: Report) -> list[tuple[str, list[str], list[list[object]]]]:
    """Return what every member gave at every place, as a sheet of a workbook."""
    people = report.ratings.people
    places = sorted({place for who in people for place in report.ratings.values[who.id]})
    if not places:
        return []
    rows: list[list[object]] = [
        [place_words(place), *(report.ratings.values[who.id].get(place) for who in people)]
        for place in places
    ]
    headings = [gettext("Item"), *(who.name for who in people)]
    return [(gettext("What members gave"), headings, rows)]


def _rounded(cell: object) -> object:
    return round(cell, 2) if isinstance(cell, float) else cell
