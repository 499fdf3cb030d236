"""What the figures say, in sentences: the lead of the page, findings with advice, reliability."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, ngettext

from exam_server.analysis.service import GRAVE
from exam_server.wording import figure, flag_words
from scoring.item_flags import FEWEST, SEVERITIES, SOUND_FROM

Figures = Mapping[str, Any]

EXCELLENT: Final = 0.9
GOOD: Final = 0.8
FAIR: Final = 0.7
MOST_NAMED: Final = 6


@dataclass(frozen=True)
class Told:
    """A sentence and how it stands: ``ok``, ``attention``, ``danger`` or ``neutral``."""

    kind: str
    text: str


def details(figures: Figures) -> list[Told]:
    """Return the sentences behind the summary: how steady figures are, reliability, the border."""
    if figures["n"] == 0:
        return []
    forms = [_form_told(form) for form in figures["forms"]]
    told = [_thin_told(figures), *forms, _border_told(figures)]
    return [each for each in told if each]


def flag_advice(flag: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Return what a finding rests on and what to do about it."""
    options = ", ".join(_option_words(each) for each in flag["options"])
    keys = ", ".join(
        f"{_option_words(option, question['part'])} r = {figure(option['r'])}"
        for question in item["questions"]
        for option in question["options"]
        if option["is_key"]
    )
    with_r = ", ".join(f"{_option_words(each)} r = {figure(each['r'])}" for each in flag["options"])
    advice: dict[str, str] = {
        "wrong_key": gettext(
            "Stronger candidates chose %(options)s rather than the key (%(keys)s). Check the key "
            "first; if it is right, the wording misleads the strong.",
            options=with_r,
            keys=keys,
        ),
        "preferred": gettext(
            "More than half chose %(options)s, which is not the key. Check the key first; if it "
            "is right, see what misleads them.",
            options=options,
        ),
        "negative": gettext(
            "The weak earn more here than the strong. Check key and wording before the item is "
            "used again."
        ),
        "draws_strong": gettext(
            "%(options)s is chosen more by the strong. See whether it is also right, or right "
            "under a reading the item allows.",
            options=with_r,
        ),
        "weak": gettext(
            "It hardly tells the strong from the weak. See whether it asks what was taught, and "
            "whether it can be guessed."
        ),
        "too_hard": gettext(
            "Hardly more right answers than by guessing, or fewer than one in five. See whether "
            "it was taught, and whether the key is right."
        ),
        "omitted": gettext(
            "%(share)s left it out. See whether its task is clear.", share=per_cent(item["omitted"])
        ),
        "not_reached": gettext(
            "%(share)s never came to it. The paper may be too long for its time.",
            share=per_cent(item["not_reached"]),
        ),
        "too_easy": gettext(
            "Nearly everybody earns it: it tells nothing apart. Keep it only if the point must be "
            "covered."
        ),
        "unused": gettext(
            "Nobody chose %(options)s. A distractor that tempts nobody can be replaced.",
            options=options,
        ),
    }
    return advice[flag["code"]]


def reliability_words(alpha: float) -> str:
    """Return what a reliability is good for."""
    grades: list[tuple[float, str]] = [
        (EXCELLENT, gettext("very good: safe for decisions about single candidates")),
        (GOOD, gettext("good enough for a pass decision")),
        (FAIR, gettext("just enough: look again at candidates near the pass mark")),
    ]
    low: str = gettext("too low to decide by this paper alone")
    return next((words for least, words in grades if alpha >= least), low)


def per_cent(share: float | None) -> str:
    """Return a share as whole per cent.

    Examples
    --------
    >>> per_cent(0.125), per_cent(None)
    ('12 %', '—')
    """
    return "—" if share is None else f"{share * 100:.0f} %"


def flagged(figures: Figures, *codes: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return form and item of everything with one of the findings (any, with none named)."""
    return [
        (form["form"], item)
        for form in figures["forms"]
        for item in form["items"]
        if any(not codes or flag["code"] in codes for flag in item["flags"])
    ]


def _option_words(option: Mapping[str, Any], part: str = "") -> str:
    part = option.get("part", "") or part
    return f"{part}.{option['id']}" if part else str(option["id"])


def _thin_told(figures: Figures) -> Told | None:
    fewest = min(form["n"] for form in figures["forms"])
    if fewest < FEWEST:
        return Told(
            "attention",
            gettext(
                "Too few candidates for item figures: %(n)s on the smallest form. Below %(least)s "
                "neither p, r nor reliability should decide anything; an item is flagged only "
                "when most chose another option than its key. The marks themselves are exact.",
                n=fewest,
                least=FEWEST,
            ),
        )
    if fewest < SOUND_FROM:
        return Told(
            "neutral",
            gettext(
                "%(n)s candidates on the smallest form: figures may move by chance (r by about "
                "±%(reach)s). Only findings that chance hardly explains are flagged; from "
                "%(sound)s candidates on the figures are steady.",
                n=fewest,
                reach=f"{2 / (fewest - 3) ** 0.5:.2f}",
                sound=SOUND_FROM,
            ),
        )
    return None


def _form_told(form: Mapping[str, Any]) -> Told:
    if form["is_pooled"]:
        text = gettext(
            "Candidates had forms of their own, which are shown together: one reliability for all "
            "of them comes from the model of items below."
        )
        return Told("neutral", text)
    if form["alpha"] is None:
        text = gettext(
            "Form %(form)s: reliability is not defined by these data.", form=form["form"]
        )
        return Told("neutral", text)
    facts = {
        "form": form["form"],
        "alpha": figure(form["alpha"]),
        "low": figure(form["alpha_low"]),
        "high": figure(form["alpha_high"]),
    }
    if form["n"] < FEWEST:
        text = gettext(
            "Form %(form)s: no reliability is told, %(n)s candidates are too few (from %(least)s).",
            form=form["form"],
            n=form["n"],
            least=FEWEST,
        )
        return Told("neutral", text)
    text = gettext(
        "Form %(form)s: reliability %(alpha)s (95 %% interval %(low)s to %(high)s): %(words)s.",
        words=reliability_words(form["alpha"]),
        **facts,
    )
    return Told("ok" if form["alpha"] >= GOOD else "attention", text)


def _border_told(figures: Figures) -> Told | None:
    if figures["sem"] is None or min(form["n"] for form in figures["forms"]) < FEWEST:
        return None
    text = ngettext(
        "%(num)s candidate lies within one standard error (±%(sem)s) of %(cut)s: there the paper "
        "alone cannot tell pass from fail.",
        "%(num)s candidates lie within one standard error (±%(sem)s) of %(cut)s: there the paper "
        "alone cannot tell pass from fail.",
        figures["near"],
        sem=figure(figures["sem"], 1),
        cut=f"{figures['cut']:g}",
    )
    return Told("neutral", text)


def others_listed(figures: Figures) -> str:
    """Return the findings that no key explains with how many items have each; or nothing."""
    counts = Counter(
        flag["code"]
        for form in figures["forms"]
        for item in form["items"]
        for flag in item["flags"]
        if flag["code"] not in GRAVE and SEVERITIES[flag["code"]] != "note"
    )
    comma: str = gettext(", ")
    return comma.join(f"{flag_words(code)} {counts[code]}" for code in SEVERITIES if counts[code])


def names(items: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return where items stand and what they are called; of many the first."""
    named = [f"{form}-{item['position']} ({item['code']})" for form, item in items[:MOST_NAMED]]
    comma: str = gettext(", ")
    return comma.join([*named, *(["…"] if len(items) > MOST_NAMED else [])])
