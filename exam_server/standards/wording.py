"""A round in words: the sentence first, then what makes it weak; names of methods."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext, pgettext

from exam_server.standards.cuts import Found
from exam_server.standards.models import StandardPanel
from exam_server.standards.reporting import Report
from exam_server.standards.rules import BY_GROUPS, FEWEST_CANDIDATES, FEWEST_MEMBERS
from exam_server.wording import figure


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
        "low": gettext("Least acceptable cut"),
        "high": gettext("Greatest acceptable cut"),
        "least": gettext("Least acceptable failures in per cent"),
        "most": gettext("Greatest acceptable failures in per cent"),
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


def suggested(report: Report) -> str:
    """Return the cut that is offered to be put forward, with one decimal."""
    cut = report.found.cut
    return "" if cut is None else str(Decimal(cut).quantize(Decimal("0.1")))


def round_name(panel: StandardPanel, number: int) -> str:
    """Return the name of a round, for titles and files."""
    return str(gettext("%(title)s, round %(number)s", title=panel.title, number=number))


def place_words(place: int) -> object:
    """Return what stands at a place: an item's number, the bookmark, one of the four questions."""
    names = {0: gettext("Bookmark"), -1: "low", -2: "high", -3: "least", -4: "most"}
    words = names.get(place, place)
    return more_words(words) if isinstance(words, str) and place < 0 else words
