"""The three sentences of the page: is the paper sound, how sure is a pass, what to look at."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from exam_server.analysis.service import GRAVE
from exam_server.analysis.wording import (
    GOOD,
    Told,
    flagged,
    names,
    others_listed,
    reliability_words,
)
from exam_server.wording import figure
from scoring.item_flags import FEWEST

Figures = Mapping[str, Any]
HUNDRED = 100


def lead(figures: Figures, deep: Mapping[str, Any] | None) -> list[Told]:
    """Return the three sentences."""
    if figures["n"] == 0:
        return [
            Told("attention", gettext("Nobody's paper has been marked: there is nothing to say."))
        ]
    return [_sound(figures, deep), _sure(figures), _look(figures, deep)]


def reliability_of(figures: Figures, deep: Mapping[str, Any] | None) -> float | None:
    """Return the lowest reliability of the forms; that of the model where each had an own form."""
    known = [form["alpha"] for form in figures["forms"] if form["alpha"] is not None]
    if known and len(known) == len(figures["forms"]):
        return float(min(known))
    found: float | None = deep["model"].get("reliability") if deep else None
    return found


def _sound(figures: Figures, deep: Mapping[str, Any] | None) -> Told:
    suspects, alpha = flagged(figures, *GRAVE), reliability_of(figures, deep)
    if suspects:
        text = ngettext(
            "%(num)s item looks wrongly keyed: %(names)s. Check it before marks are published.",
            "%(num)s items look wrongly keyed: %(names)s. Check them before marks are published.",
            len(suspects),
            names=names(suspects),
        )
        return Told("danger", text)
    fewest = _fewest(figures)
    if fewest < FEWEST:
        text = gettext(
            "Whether the paper is sound cannot be told by %(n)s candidates (from %(least)s); no "
            "item is so odd that counting alone shows it.",
            n=fewest,
            least=FEWEST,
        )
        return Told("neutral", text)
    if alpha is None:
        return Told("ok", gettext("No item looks wrongly keyed."))
    text = gettext(
        "No item looks wrongly keyed, and the paper's reliability is %(alpha)s: %(words)s.",
        alpha=figure(alpha),
        words=reliability_words(alpha),
    )
    return Told("ok" if alpha >= GOOD else "attention", text)


def _sure(figures: Figures) -> Told:
    told = [(form["n"], form["decision"]) for form in figures["forms"]]
    if any("refused" in decision for _, decision in told):
        text = gettext(
            "How sure a pass by this paper is cannot be told: that asks at least %(least)s "
            "candidates on a form and marks that differ. The marks themselves are exact.",
            least=FEWEST,
        )
        return Told("neutral", text)
    n = sum(each for each, _ in told)
    right, again = (
        round(HUNDRED * sum(each * decision[name] for each, decision in told) / n)
        for name in ("accuracy", "consistency")
    )
    text = gettext(
        "Of 100 candidates about %(right)s are on the right side of %(cut)s, and about %(again)s "
        "would be on the same side by another such paper.",
        right=right,
        again=again,
        cut=f"{figures['cut']:g}",
    )
    if not all(decision["is_steady"] for _, decision in told):
        text += " " + gettext("With so few candidates take this as rough.")
    return Told("ok" if right >= SURE else "attention", text)


SURE = 90  # right decisions of 100


def _look(figures: Figures, deep: Mapping[str, Any] | None) -> Told:
    comma: str = gettext(", ")
    found = [each for each in (others_listed(figures), *_deeper(deep)) if each]
    if any(form["speed"].get("is_speeded") for form in figures["forms"]):
        found.append(gettext("time ran out for many"))
    if found:
        text = gettext("Worth a look: %(list)s.", list=comma.join(found))
        return Told("attention", text)
    if _fewest(figures) < FEWEST:
        return Told("neutral", gettext("What else needs a look cannot be told by so few."))
    return Told("ok", gettext("Nothing else stands out."))


def _deeper(deep: Mapping[str, Any] | None) -> list[str]:
    if not deep:
        return []
    moved = sum(item["has_moved"] for item in deep["drift"].get("items", []))
    unequal = {
        (each["form"], item["position"])
        for told in deep["fairness"].values()
        for each in told
        for item in each.get("items", [])
        if item["class"] == "C"
    }
    pairs = deep["alike"].get("n_found", 0)
    return [
        ngettext("%(num)s item that moved", "%(num)s items that moved", moved) if moved else "",
        ngettext(
            "%(num)s item unequal for a group", "%(num)s items unequal for a group", len(unequal)
        )
        if unequal
        else "",
        ngettext("%(num)s pair with much alike", "%(num)s pairs with much alike", pairs)
        if pairs
        else "",
    ]


def _fewest(figures: Figures) -> int:
    return min(int(form["n"]) for form in figures["forms"])
