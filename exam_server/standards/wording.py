"""A round in words: the sentence first, then what it rests on, for page, workbook and print."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext, pgettext

from exam_server.standards.cuts import Found
from exam_server.standards.models import StandardPanel
from exam_server.standards.reporting import Report
from exam_server.standards.rules import BY_GROUPS, BY_ITEM, FEWEST_CANDIDATES, FEWEST_MEMBERS
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
            "headings": self.headings,
            "rows": [[shown(cell) for cell in row] for row in self.rows],
        }


def shown(cell: object) -> str:
    """Return a cell as text: figures with one decimal, a dash where there is nothing."""
    if isinstance(cell, float):
        return figure(cell, 1)
    return "—" if cell is None else str(cell)


def method_words(method: str) -> str:
    """Return the name of a method."""
    words: dict[str, str] = {
        "angoff": gettext("Angoff: probability per item"),
        "yes_no": gettext("Yes/no Angoff"),
        "bookmark": gettext("Bookmark"),
        "hofstee": gettext("Hofstee compromise"),
        "borderline_group": gettext("Borderline group"),
        "contrasting_groups": gettext("Contrasting groups"),
        "borderline_regression": gettext("Borderline regression"),
    }
    return words[method]


def source_words(source: dict[str, Any]) -> str:
    """Return what is judged."""
    if not source:
        return str(gettext("no items: candidates or the whole are judged"))
    if source["kind"] == "form":
        return str(gettext("%(title)s, form %(code)s", title=source["title"], code=source["code"]))
    return str(gettext("%(title)s, range %(code)s %(name)s", name=source["area"], **_named(source)))


def _named(source: dict[str, Any]) -> dict[str, str]:
    return {"title": source["title"], "code": source["code"]}


def lead(report: Report) -> str:
    """Return the sentence that comes first."""
    found = report.found
    if found.cut is None:
        return refused_words(found)
    facts = {"cut": figure(found.cut, 1), "error": figure(found.error, 1)}
    if report.round.panel.method in BY_GROUPS:
        first = ngettext(
            "The experts' judgements of %(num)s candidate point to %(cut)s of 100",
            "The experts' judgements of %(num)s candidates point to %(cut)s of 100",
            report.n_judged,
            **facts,
        )
    else:
        first = ngettext(
            "The panel of %(num)s recommends %(cut)s of 100",
            "The panel of %(num)s recommends %(cut)s of 100",
            report.n_raters,
            **facts,
        )
    known = gettext(", ± %(error)s", **facts) if found.error is not None else ""
    return f"{first}{known}{_would_pass(report)}"


def _would_pass(report: Report) -> str:
    passing = next((each for each in report.impact if each.code == "recommended"), None)
    exam_session = report.round.panel.exam_session
    if passing is None or exam_session is None:
        return str(gettext("."))
    share = figure(passing.share * 100, 0)
    return str(
        gettext(
            "; %(share)s %% of %(name)s would pass theory.", share=share, name=exam_session.name
        )
    )


def refused_words(found: Found) -> str:
    """Return why a round comes to no cut."""
    return str(pgettext("cut", found.refused or "too_few_judges"))


def doubts(report: Report) -> list[str]:
    """Return what makes the cut weak: few members, few candidates, members not finished."""
    told = []
    if report.round.panel.method not in BY_GROUPS and report.is_thin:
        told.append(
            gettext(
                "Fewer than %(few)s members have finished: one more or one fewer could move the "
                "cut a good deal. Take it as a first look.",
                few=FEWEST_MEMBERS,
            )
        )
    if report.round.panel.method in BY_GROUPS and report.is_thin:
        told.append(
            gettext(
                "Fewer than %(few)s candidates have been judged: the cut may be far off.",
                few=FEWEST_CANDIDATES,
            )
        )
    if report.is_impact_thin:
        told.append(
            gettext(
                "Fewer than %(few)s candidates were marked: the shares who would pass say little.",
                few=FEWEST_CANDIDATES,
            )
        )
    if report.ratings.unfinished and report.round.panel.method not in BY_GROUPS:
        names = gettext(", ").join(each.name for each in report.ratings.unfinished)
        told.append(gettext("Not finished, so not counted: %(names)s.", names=names))
    if report.n_unmarked:
        told.append(
            ngettext(
                "%(num)s judged candidate has no theory mark and does not count.",
                "%(num)s judged candidates have no theory mark and do not count.",
                report.n_unmarked,
            )
        )
    return told


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


def more_words(name: str) -> str:
    """Return the name of a figure that only one method has."""
    words: dict[str, str] = {
        "ability": gettext("Ability at the bookmark, logits"),
        "mean": gettext("Mean mark of the borderline candidates"),
        "n_borderline": gettext("Borderline candidates"),
        "even": gettext("Mark at which competent and not are equally likely"),
        "fewest": gettext("Mark that puts the fewest on the wrong side"),
        "n_competent": gettext("Candidates judged competent"),
        "n_not": gettext("Candidates judged not competent"),
        "slope": gettext("Marks per step of the judgement"),
        "r_squared": gettext("Share of the marks' variance explained"),
        "low": gettext("Least acceptable cut, mean"),
        "high": gettext("Greatest acceptable cut, mean"),
        "least": gettext("Least acceptable failures in per cent, mean"),
        "most": gettext("Greatest acceptable failures in per cent, mean"),
    }
    return words[name]


def impact_words(code: str) -> str:
    """Return which cut a line of the impact table is about."""
    words: dict[str, str] = {
        "regulation": gettext("Regulation (60)"),
        "in_force": gettext("In force at that exam session"),
        "round_before": gettext("The round before"),
        "recommended": gettext("Recommended"),
        "minus_two": gettext("Recommended − 2 standard errors"),
        "minus_one": gettext("Recommended − 1 standard error"),
        "plus_one": gettext("Recommended + 1 standard error"),
        "plus_two": gettext("Recommended + 2 standard errors"),
    }
    return words[code]


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
    headings = [gettext("Member"), gettext("Cut"), gettext("Change since the round before")]
    if by_item:
        headings += [
            gettext("Spread over items (SD)"),
            gettext("Correlation with the others"),
            gettext("Correlation with candidates' results"),
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
        far = gettext("far from the others: talk it over, it may be right")
        rows.append([*cells, far if row.figures.is_far else ""])
    told = gettext(
        "Far means: five marks or more, and two standard deviations, from the mean of the others. "
        "It is a fact, no fault."
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
    headings = [gettext("Question"), gettext("Value")]
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


def suggested(report: Report) -> str:
    """Return the cut that is offered to be put forward, with one decimal."""
    cut = report.found.cut
    return "" if cut is None else str(Decimal(cut).quantize(Decimal("0.1")))


def round_name(panel: StandardPanel, number: int) -> str:
    """Return the name of a round, for titles and files."""
    return str(gettext("%(title)s, round %(number)s", title=panel.title, number=number))


def as_sheets(sections: Sequence[Section]) -> list[tuple[str, list[str], list[list[object]]]]:
    """Return the sections as sheets of a workbook."""
    return [(each.title, each.headings, each.rows) for each in sections]
