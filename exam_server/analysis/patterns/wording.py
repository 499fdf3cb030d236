"""Unusual patterns in sentences: how many, how many of them honest, and what they do not say."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, ngettext

from exam_server.analysis.wording import Told
from exam_server.wording import figure

Facts = Mapping[str, Any]
LEAST_P: Final = 0.0001


def lead(figures: Facts) -> list[Told]:
    """Return the sentences of the page."""
    if "refused" in figures:
        return [Told("neutral", refused_words(figures))]
    return [_shown(figures), _false_alarms(figures), _known(figures["known"]), _pairs(figures)]


def refused_words(figures: Facts) -> str:
    """Return why nothing can be said."""
    if figures["refused"] == "too_few_persons":
        thin: str = gettext(
            "%(n)s candidates are too few: what is unusual is told by a model of all answers, and "
            "that takes %(fewest)s.",
            n=figures["n"],
            fewest=figures["fewest"],
        )
        return thin
    words: str = gettext("These answers fit no model, so nothing can be called unusual by it.")
    return words


def _shown(figures: Facts) -> Told:
    n = len(figures["persons"])
    if not n:
        text = gettext("None of %(n)s candidates shows an unusual pattern.", n=figures["n"])
        return Told("ok", text)
    text = ngettext(
        "%(num)s of %(n)s candidates shows an unusual pattern. That is a fact about answers, not "
        "about conduct: a person looks at the timeline, the room's record and the paper.",
        "%(num)s of %(n)s candidates show an unusual pattern. That is a fact about answers, not "
        "about conduct: a person looks at the timeline, the room's record and the paper.",
        n,
        n=figures["n"],
    )
    return Told("attention", text)


def _false_alarms(figures: Facts) -> Told:
    text = gettext(
        "Of %(n)s honest candidates about %(count)s would be shown here as well. “Stands over all” "
        "is stricter: it allows for everybody having been looked at, and at most one in twenty of "
        "those is a false alarm, on average.",
        n=figures["n"],
        count=f"{figures['false_alarms']:g}",
    )
    return Told("neutral", text)


def _known(known: Facts) -> Told:
    if "refused" in known:
        text = gettext(
            "Whether items were known beforehand was not looked for: %(suspected)s suspected items "
            "and %(others)s others are in the model, and it takes %(fewest)s of each. Name the "
            "suspected ones below.",
            suspected=known["n_suspected"],
            others=known["n_others"],
            fewest=known["fewest"],
        )
        return Told("neutral", text)
    facts = {"suspected": known["n_suspected"], "others": known["n_others"]}
    text = (
        gettext(
            "%(suspected)s suspected items were compared with the %(others)s others: answers "
            "better than the others let expect, and faster.",
            **facts,
        )
        if known["has_times"]
        else gettext(
            "%(suspected)s suspected items were compared with the %(others)s others by answers "
            "alone: how long each item was looked at is not known for enough of them.",
            **facts,
        )
    )
    return Told("neutral", text)


def _pairs(figures: Facts) -> Told:
    pairs = figures["pairs"]
    if "refused" in pairs:
        text = gettext("Pairs were not compared: too few items of one choice, or too many people.")
        return Told("neutral", text)
    if not pairs["n_found"]:
        text = gettext(
            "Of %(pairs)s pairs none shares more rare wrong answers than chance explains.",
            pairs=pairs["n_pairs"],
        )
        return Told("ok", text)
    text = ngettext(
        "Of %(pairs)s pairs %(num)s shares more right and wrong answers than chance explains, all "
        "pairs allowed for: at most one in a hundred shown is a false alarm, on average.",
        "Of %(pairs)s pairs %(num)s share more right and wrong answers than chance explains, all "
        "pairs allowed for: at most one in a hundred shown is a false alarm, on average.",
        pairs["n_found"],
        pairs=pairs["n_pairs"],
    )
    return Told("attention", text)


def chance(p: float | None) -> str:
    """Return a probability as it is read."""
    if p is None:
        return "—"
    return "< 0.0001" if p < LEAST_P else f"{p:.4f}"


def fit_words(fit: Facts) -> str:
    """Return between which values honest candidates lie."""
    words: str = gettext(
        "Of simulated honest candidates of the same abilities 95 in 100 lie between %(low)s and "
        "%(high)s.",
        low=figure(fit["low"]),
        high=figure(fit["high"]),
    )
    return words
