"""How examiners mark, in sentences: how reliable a mark is, who is severe, what is too thin."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext, ngettext

from exam_server.analysis.examiners.ratings import PRACTICAL
from exam_server.analysis.wording import Told
from exam_server.wording import figure

Facts = Mapping[str, Any]
GOOD: Final = 0.8
FAIR: Final = 0.7
ERRATIC: Final = 1.5  # infit or outfit: below, an examiner is as even as a scale of marks lets be
EVEN: Final = 0.5
MATTERS: Final = 2.0  # points of 100: a smaller difference is told in the table alone
FAR: Final = 50  # times a component: an upper limit beyond says nothing
MOST_NAMED: Final = 5


def component_words(component: str) -> str:
    """Return what a component is called."""
    words: str = gettext("Practical part") if component == PRACTICAL else gettext("Written answers")
    return words


def lead(told: Facts) -> list[Told]:
    """Return the sentences of a component, the most telling first."""
    if not told["n_marks"]:
        return [Told("neutral", _nothing(told))]
    found = [_reliable(told), *_severe(told), _linked(told), _changed(told), _thin(told)]
    return [each for each in found if each]


def _nothing(told: Facts) -> str:
    words: str = (
        gettext(
            "No sheet of examiners' single marks has been sent yet: the marks entered for a "
            "candidate say nothing about the examiners behind them."
        )
        if told["component"] == PRACTICAL
        else gettext("Nobody has marked written answers here.")
    )
    return words


def _reliable(told: Facts) -> Told:
    numbers = told["numbers"]
    if "refused" in numbers or numbers["now"] is None:
        return Told("attention", _not_reliable(told))
    now, row = numbers["now"], _row(numbers)
    text = ngettext(
        "With %(num)s examiner (%(tasks)s) a mark is reliable to %(now)s (95 %% interval "
        "%(low)s to %(high)s).",
        "With %(num)s examiners (%(tasks)s) a mark is reliable to %(now)s (95 %% interval "
        "%(low)s to %(high)s).",
        numbers["n_examiners"],
        tasks=tasks_words(numbers["n_tasks"]),
        now=figure(now),
        low=figure(numbers["low"]),
        high=figure(numbers["high"]),
    )
    more = numbers["n_examiners"] + 1
    if row is not None and more <= len(row["dependability"]):
        text += " " + gettext(
            "With %(n)s it would be %(then)s.",
            n=more,
            then=figure(row["dependability"][more - 1]),
        )
    return Told("ok" if now >= GOOD else "attention" if now < FAIR else "neutral", text)


def _row(numbers: Facts) -> Facts | None:
    return next((each for each in numbers["curve"] if each["tasks"] == numbers["n_tasks"]), None)


def tasks_words(n: int) -> str:
    """Return a number of tasks."""
    words: str = ngettext("%(num)s task", "%(num)s tasks", n)
    return words


def _not_reliable(told: Facts) -> str:
    if not told["n_shared"]:
        words: str = gettext(
            "No piece of work was marked by two examiners, so it cannot be told how reliable a "
            "mark is or who is severe. Let two examiners mark some candidates."
        )
        return words
    return refused_words(told["numbers"].get("refused", []))


def refused_words(codes: Sequence[str]) -> str:
    """Return why a figure cannot be had."""
    words = {
        "too_few_persons": gettext(
            "Fewer than ten candidates were marked by several examiners: too thin to say anything."
        ),
        "too_few_raters": gettext("Only one examiner marked: there is nobody to compare with."),
        "not_told_apart": gettext(
            "These marks do not tell candidates, examiners and tasks apart: too few pieces of work "
            "were marked by several examiners."
        ),
        "extreme_rater": gettext(
            "An examiner or a task has only the lowest or only the highest marks: no place on the "
            "scale follows from that."
        ),
        "empty_category": gettext("All marks are the same: there is nothing to compare."),
    }
    other: str = gettext("These marks do not say it.")
    return str(next((words[code] for code in codes if code in words), other))


def stand_out(told: Facts) -> list[Facts]:
    """Return the examiners who surely and markedly differ in severity, the farthest first."""
    sure = [
        each
        for each in told["examiners"]
        if each["severity"] is not None
        and abs(each["severity"]) >= MATTERS
        and (each["low"] > 0 or each["high"] < 0)
    ]
    return sorted(sure, key=lambda each: -abs(each["severity"]))


def _severe(told: Facts) -> list[Told]:
    if told["severity_refused"]:
        return (
            [Told("neutral", refused_words(told["severity_refused"]))] if told["n_shared"] else []
        )
    pairs = {at for at, own in enumerate(told["groups"]) if len(own) == 2}  # noqa: PLR2004
    sure = [  # of two who differ from each other, one sentence says it
        each for each in stand_out(told) if each["severity"] > 0 or each["group"] not in pairs
    ]
    found = [Told("attention", _severity_told(each)) for each in sure[:MOST_NAMED]]
    rest = len(sure) - MOST_NAMED
    if rest > 0:
        text = ngettext(
            "%(num)s more stands out: see the table.",
            "%(num)s more stand out: see the table.",
            rest,
        )
        found.append(Told("neutral", text))
    if not found and any(each["severity"] is not None for each in told["examiners"]):
        text = gettext(
            "No examiner is surely more severe or more lenient than the others by 2 points of 100 "
            "or more."
        )
        found.append(Told("ok", text))
    return found


def _severity_told(each: Facts) -> str:
    facts = {
        "name": each["name"],
        "points": figure(abs(each["severity"]), 1),
        "reach": figure((each["high"] - each["low"]) / 2, 1),
    }
    words: str = (
        gettext(
            "%(name)s marks %(points)s points of 100 more severely than the others on the same "
            "work, ± %(reach)s.",
            **facts,
        )
        if each["severity"] > 0
        else gettext(
            "%(name)s marks %(points)s points of 100 more leniently than the others on the same "
            "work, ± %(reach)s.",
            **facts,
        )
    )
    return words


def _linked(told: Facts) -> Told | None:
    groups = told["groups"]
    if len(groups) < 2:  # noqa: PLR2004 - one group is linked
        return None
    comma, between = gettext(", "), gettext("; ")
    text = gettext(
        "The examiners fall into %(n)s groups that no common candidate links: %(groups)s. Severity "
        "compares within a group only. To link them, let one of each group mark some candidates of "
        "another.",
        n=len(groups),
        groups=between.join(f"{at}) {comma.join(own)}" for at, own in enumerate(groups, start=1)),
    )
    return Told("attention", text)


def _changed(told: Facts) -> Told | None:
    if told["severity_refused"]:
        return None
    facts = {"line": f"{told['line']:g}"}
    if not told["n_standing"]:
        text = gettext("No mark of this component stands yet that could cross a line.")
        return Told("neutral", text)
    if not told["n_changed"]:
        text = gettext(
            "Nobody would cross the line of %(line)s were every mark corrected for its examiner's "
            "severity.",
            **facts,
        )
        return Told("ok", text)
    text = ngettext(
        "%(num)s candidate would stand on the other side of %(line)s were every mark corrected for "
        "its examiner's severity. No mark is changed by this page.",
        "%(num)s candidates would stand on the other side of %(line)s were every mark corrected "
        "for its examiner's severity. No mark is changed by this page.",
        told["n_changed"],
        **facts,
    )
    return Told("attention", text)


def _thin(told: Facts) -> Told | None:
    if told["n_persons"] >= told["fewest_sure"]:
        return None
    text = gettext(
        "%(n)s candidates are few (from %(fewest)s): take every figure here as rough.",
        n=told["n_persons"],
        fewest=told["fewest_sure"],
    )
    return Told("attention", text)


def fit_words(each: Facts) -> str:
    """Return what infit and outfit say of an examiner; nothing where all is as expected."""
    worst = max(each["infit"] or 1.0, each["outfit"] or 1.0)
    if worst > ERRATIC:
        words: str = gettext("uneven: marks that do not fit the rest")
        return words
    if each["infit"] is not None and each["infit"] < EVEN:
        even: str = gettext("too even: few differences between candidates")
        return even
    return ""


def limits(component: Facts) -> str:
    """Return the limits of a variance component; only the lower where few conditions say more."""
    low, high = component["low"], component["high"]
    if low is None or high is None:
        return "—"
    if high > FAR * component["variance"]:
        return f"≥ {figure(low)}"
    return f"{figure(low)} – {figure(high)}"


def effect_words(effect: str) -> str:
    """Return what a variance component stands for."""
    words = {
        "p": gettext("candidates: what the mark is for"),
        "t": gettext("tasks: some are harder for all"),
        "r": gettext("examiners: some are severe with all"),
        "r:t": gettext("examiners within their task"),
        "pt": gettext("candidate and task: who is good at what"),
        "pr": gettext("candidate and examiner, and chance"),
        "tr": gettext("task and examiner"),
        "ptr": gettext("what is left, and chance"),
        "pr:t": gettext("what is left, and chance"),
    }
    return str(words[effect])


def effect_words_in(numbers: Facts, effect: str) -> str:
    """Return what a component stands for in its design: chance is in the largest effect."""
    if effect == "pr" and numbers["has_tasks"]:
        words: str = gettext("candidate and examiner: who suits whom")
        return words
    return effect_words(effect)


def agreement_words(agreement: Facts) -> str:
    """Return how far examiners agree, or why it cannot be told."""
    if "refused" in agreement:
        text: str = gettext(
            "%(n)s pieces of work were marked by several examiners: that takes %(fewest)s.",
            n=agreement["n"],
            fewest=agreement["fewest"],
        )
        return text
    told: str = gettext(
        "%(n)s pieces of work were marked by several examiners; two marks of the same work lie "
        "%(apart)s points of 100 apart on average. Krippendorff's alpha %(alpha)s, intraclass "
        "correlation of single marks %(icc)s.",
        n=agreement["n"],
        apart=figure(agreement["apart"], 1),
        alpha=figure(agreement["alpha"]),
        icc=figure(agreement["icc_oneway"]),
    )
    return told
