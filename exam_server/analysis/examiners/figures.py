"""How examiners mark, computed from marks alone; plain values, ready to be stored."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from exam_server.analysis.columns import known
from exam_server.analysis.examiners.agreeing import agreement_figures
from exam_server.analysis.examiners.numbers import number_figures
from exam_server.analysis.examiners.ratings import WHOLE, Lot, Rating
from scoring.facets import Facets, fit_facets
from scoring.moments import FloatArray
from scoring.rater_effects import RaterEffects, rater_effects, rating_categories
from scoring.refusals import UnfitDataError

STEPS_OF_A_LOT: Final = 4
FEWEST_SURE: Final = 30  # candidates: below, the page says that its figures are rough
FEWEST_SHARED: Final = 10  # marks beside another's: below, no severity of an examiner is told
CLOSE: Final = 5.0  # of 100
Z_95: Final = 1.959964
MOST_CHANGED: Final = 200
Progress = Callable[[], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Columns:
    """The marks of a lot as columns."""

    persons: Sequence[int]
    tasks: Sequence[str]
    examiners: Sequence[str]
    shares: FloatArray


def lot_figures(lot: Lot, step: Progress) -> dict[str, Any]:
    """Return what is told of one component; ``step`` is called before each of the four parts."""
    ratings = lot.ratings
    columns = Columns(
        [each.person for each in ratings],
        [each.task for each in ratings],
        [each.examiner for each in ratings],
        np.array([each.share for each in ratings], dtype=np.float64),
    )
    works = works_of(ratings)
    told: dict[str, Any] = {
        "component": lot.component,
        "n_marks": len(ratings),
        "n_persons": len(set(columns.persons)),
        "n_works": len(works),
        "n_shared": sum(len(each) > 1 for each in works.values()),
        "tasks": sorted(set(columns.tasks)),
        "line": lot.line,
        "n_standing": len(lot.standing),
        "fewest_sure": FEWEST_SURE,
    }
    step()
    effects, refused = _tried(_effects_of, columns)
    told["severity_refused"] = refused
    step()
    facets, why = _tried(_facets_of, columns)
    told["facets"] = {"refused": why} if facets is None else _facets_told(facets)
    told["examiners"] = _examiners(ratings, works, effects, facets)
    told["groups"] = _groups(effects)
    told["changed"], told["n_changed"] = _changed(lot, effects)
    step()
    told["agreement"] = agreement_figures(works)
    step()
    told["numbers"] = number_figures(
        columns.persons, columns.examiners, columns.shares, columns.tasks
    )
    return told


def works_of(ratings: Sequence[Rating]) -> dict[tuple[int, str], dict[str, float]]:
    """Return the marks of each piece of work by examiner."""
    works: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for each in ratings:
        works[each.person, each.task][each.examiner] = each.share
    return dict(works)


def _tried(fit: Callable[[Columns], T], columns: Columns) -> tuple[T | None, list[str]]:
    if not len(columns.shares):
        return None, ["no_marks"]
    try:
        return fit(columns), []
    except UnfitDataError as refused:
        return None, [refused.code]


def _effects_of(columns: Columns) -> RaterEffects:
    return rater_effects(columns.persons, columns.examiners, columns.shares, columns.tasks)


def _facets_of(columns: Columns) -> Facets:
    categories = rating_categories(columns.shares / WHOLE)
    return fit_facets(columns.persons, columns.examiners, categories, columns.tasks)


def _facets_told(facets: Facets) -> dict[str, Any]:
    return {
        "converged": bool(facets.converged),
        "reliability": known(facets.reliability),
        "is_connected": bool(facets.is_connected),
        "n_categories": len(facets.steps) + 1,
        "tasks": [
            {"task": str(task), "difficulty": known(at), "error": known(error)}
            for task, at, error in zip(
                facets.tasks, facets.difficulties, facets.difficulty_errors, strict=True
            )
        ],
    }


def _examiners(
    ratings: Sequence[Rating],
    works: Mapping[tuple[int, str], Mapping[str, float]],
    effects: RaterEffects | None,
    facets: Facets | None,
) -> list[dict[str, Any]]:
    own: dict[str, list[Rating]] = defaultdict(list)
    for each in ratings:
        own[each.examiner].append(each)
    return [
        {
            "name": name,
            "n": len(given),
            "mean": known(np.mean([each.share for each in given])),
            **_beside(given, works),
            **_severity(name, effects),
            **_logits(name, facets),
        }
        for name, given in sorted(own.items())
    ]


def _beside(
    given: Sequence[Rating], works: Mapping[tuple[int, str], Mapping[str, float]]
) -> dict[str, Any]:
    """Return how often own marks lie close to the mean of the others for the same work."""
    apart = []
    for each in given:
        others = [
            share for name, share in works[each.person, each.task].items() if name != each.examiner
        ]
        if others:
            apart.append(abs(each.share - float(np.mean(others))))
    close = known(np.mean(np.array(apart) <= CLOSE)) if apart else None
    return {"n_shared": len(apart), "close": close}


def _severity(name: str, effects: RaterEffects | None) -> dict[str, Any]:
    nothing = {"severity": None, "low": None, "high": None, "group": None}
    if effects is None or name not in effects.raters:
        return nothing
    at = effects.raters.index(name)
    group = int(effects.subsets[at])
    if effects.n_shared[at] < FEWEST_SHARED or np.isnan(effects.severities[at]):
        return {**nothing, "group": group}
    from scipy.special import stdtrit  # noqa: PLC0415 - pages import no scipy

    reach = float(stdtrit(effects.degrees, 0.975)) * float(effects.errors[at])
    middle = float(effects.severities[at])
    return {
        "severity": known(middle),
        "low": known(middle - reach),
        "high": known(middle + reach),
        "group": group,
    }


def _logits(name: str, facets: Facets | None) -> dict[str, Any]:
    if facets is None:
        return dict.fromkeys(("logit", "logit_low", "logit_high", "infit", "outfit"))
    at = facets.raters.index(name)
    middle, reach = float(facets.severities[at]), Z_95 * float(facets.severity_errors[at])
    return {
        "logit": known(middle),
        "logit_low": known(middle - reach),
        "logit_high": known(middle + reach),
        "infit": known(facets.infit[at]),
        "outfit": known(facets.outfit[at]),
    }


def _groups(effects: RaterEffects | None) -> list[list[str]]:
    """Return the groups of examiners whom common candidates link."""
    if effects is None:
        return []
    return [
        [
            str(name)
            for name, own in zip(effects.raters, effects.subsets, strict=True)
            if own == each
        ]
        for each in range(int(effects.subsets.max()) + 1)
    ]


def _changed(lot: Lot, effects: RaterEffects | None) -> tuple[list[dict[str, Any]], int]:
    """Return who would cross the line were each mark corrected for its examiner's severity."""
    if effects is None:
        return [], 0
    corrections = {
        name: float(effects.corrections[at])
        for at, name in enumerate(effects.raters)
        if effects.n_shared[at] >= FEWEST_SHARED
    }
    shifts: dict[int, float] = defaultdict(float)
    counted: dict[tuple[int, str], list[Rating]] = defaultdict(list)
    for each in lot.ratings:
        if each.counts:
            counted[each.person, each.task].append(each)
    for (person, _), given in counted.items():
        mean = float(np.mean([corrections.get(each.examiner, 0.0) for each in given]))
        shifts[person] += mean * given[0].weight / WHOLE
    found = []
    for person, shift in shifts.items():
        if (mark := lot.standing.get(person)) is None:
            continue
        after = round(mark + shift, 2)
        if (mark >= lot.line) != (after >= lot.line):
            found.append({"registration": person, "mark": mark, "corrected": after})
    found.sort(key=lambda each: abs(each["mark"] - lot.line))
    return found[:MOST_CHANGED], len(found)
