"""The figures of an adaptive exam session; plain values, ready to be stored."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from exam_server.analysis.adaptive.reading import (
    BAR_LOGITS,
    ERROR_BAR_LOGITS,
    STOPPED,
    AdaptiveTests,
    TakenTest,
)
from exam_server.analysis.columns import known
from itembank.adaptive.marks import same_again
from itembank.adaptive.pool import AdaptivePool
from scoring.adaptive_session import (
    AdaptiveItems,
    Answers,
    Curves,
    adaptive_items,
    marginal_reliability,
    overlap,
)
from scoring.item_flags import FEWEST

FARTHEST: Final = 4.0
TOLD_RULES: Final = ("least", "most", "stop", "standard_error", "exposure", "estimate")


def adaptive_figures(found: AdaptiveTests, cut: float, cut_kind: str) -> dict[str, Any]:
    """Return the figures of an adaptive exam session; there is no form, and so none of a form."""
    theory = np.array([each.theory for each in found.tests])
    n = theory.size
    return {
        "cut": cut,
        "cut_kind": cut_kind,
        "n": n,
        "mean": known(theory.mean()) if n else None,
        "sd": known(theory.std(ddof=1)) if n > 1 else None,
        "median": known(np.median(theory)) if n else None,
        "least": known(theory.min()) if n else None,
        "most": known(theory.max()) if n else None,
        "passed": int((theory >= cut).sum()),
        "sem": None,  # each candidate has an error of his own
        "forms": [],
        "adaptive": _adaptive(found) if n else None,
    }


def _adaptive(found: AdaptiveTests) -> dict[str, Any]:
    tests, pool = found.tests, found.pool
    lengths = [sum(step.is_done for step in each.steps) for each in tests]
    return {
        "rules": {name: found.rules[name] for name in TOLD_RULES if name in found.rules},
        "in_pool": len(pool.items),
        "length": {
            "mean": known(np.mean(lengths)),
            "counts": [[length, times] for length, times in sorted(Counter(lengths).items())],
        },
        "ended": dict(Counter(each.ended or STOPPED for each in tests)),
        "relaxed": dict(Counter(what for each in tests for what in each.relaxed)),
        "kept": float(np.mean([pool.keeps_blueprint(_done(each)) for each in tests])),
        **_measured(found),
        **_exposed(tests, pool),
        "ranges": _ranges(found),
        "fit": _fit(found),
    }


def _measured(found: AdaptiveTests) -> dict[str, Any]:
    """Return how abilities lie, and how surely they are known."""
    abilities = np.array([each.ability for each in found.tests])
    errors = np.array([each.standard_error for each in found.tests])
    again = [same_again(a, e, found.cut) for a, e in zip(abilities, errors, strict=True)]
    is_shrunken = found.rules.get("estimate", "eap") == "eap"
    return {
        "ability": {
            "cut": found.cut,
            "mean": known(abilities.mean()),
            "sd": known(abilities.std(ddof=1)) if abilities.size > 1 else None,
            "counts": _bars(abilities, BAR_LOGITS, -FARTHEST, FARTHEST),
            "near": int((np.abs(abilities - found.cut) <= errors).sum()),
        },
        "error": {
            "mean": known(errors.mean()),
            "median": known(np.median(errors)),
            "most": known(errors.max()),
            "counts": _bars(errors, ERROR_BAR_LOGITS, 0.0, 1.0),
            "within": known((errors <= found.rules["standard_error"] + 1e-9).mean()),
        },
        "again": known(np.mean(again)),
        "reliability": known(marginal_reliability(abilities, errors, is_shrunken=is_shrunken)),
    }


def _bars(values: Any, step: float, low: float, high: float) -> list[list[float]]:
    """Return where each bar begins and how many lie in it; the ends hold what lies beyond."""
    edges = np.round(np.arange(low, high + step / 2, step), 6)
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(places, minlength=len(edges) - 1)
    return [[float(edge), int(count)] for edge, count in zip(edges[:-1], counts, strict=True)]


def _exposed(tests: Sequence[TakenTest], pool: AdaptivePool) -> dict[str, Any]:
    """Return how often items came, whatever became of them, and what tests have in common."""
    given = [(person, step.place) for person, each in enumerate(tests) for step in each.steps]
    persons, places = np.array(given, np.int64).reshape(-1, 2).T
    times = np.bincount(places, minlength=len(pool.items))
    mean, greatest = overlap(persons, places, len(tests), len(pool.items))
    return {
        "exposure": {
            "highest": known(times.max() / len(tests)),
            "used": int((times > 0).sum()),
            "shares": [round(float(each), 4) for each in np.sort(times / len(tests))[::-1]],
        },
        "overlap": {"mean": known(mean), "greatest": known(greatest)},
    }


def _ranges(found: AdaptiveTests) -> list[dict[str, Any]]:
    """Return each top range: asked by the blueprint, given, and what of the pool was used."""
    pool = found.pool
    tops = [item.area.partition("-")[0] for item in pool.items]
    asked = Counter(tops[place] for place in pool.whole[0])
    given = Counter(tops[place] for each in found.tests for place in _done(each))
    used = {step.place for each in found.tests for step in each.steps}
    return [
        {
            "code": top,
            "name": found.ranges.get(top, ""),
            "asked": asked[top] / max(asked.total(), 1),
            "given": given[top] / max(given.total(), 1),
            "in_pool": in_pool,
            "used": sum(tops[place] == top for place in used),
        }
        for top, in_pool in sorted(Counter(tops).items())
    ]


def _fit(found: AdaptiveTests) -> dict[str, Any]:
    """Return each item that came against its parameters."""
    slopes, difficulties, guessings = found.pool.parameters
    told = [
        (person, step.place, step.is_right)
        for person, each in enumerate(found.tests)
        for step in each.steps
        if step.tells
    ]
    persons, places, rights = np.array(told, np.int64).reshape(-1, 3).T
    answers = Answers(persons, places, rights.astype(bool))
    against = adaptive_items(answers, Curves(slopes, difficulties, guessings))
    came = Counter(step.place for each in found.tests for step in each.steps)
    return {
        "fewest": FEWEST,
        "judged": int((against.n >= FEWEST).sum()),
        "moved": int(against.has_moved.sum()),
        "mean": known(against.mean),
        "sd": known(against.sd),
        "items": sorted(
            (_item(found, against, place, times) for place, times in came.items()),
            key=lambda each: (each["found"] is None, -each["times"], each["code"]),
        ),
    }


def _item(found: AdaptiveTests, against: AdaptiveItems, place: int, times: int) -> dict[str, Any]:
    item, (uid, version) = found.pool.items[place], found.items[place]
    has_moved = bool(against.has_moved[place])
    return {
        "uid": uid,
        "version": version,
        "code": item.id,
        "type": item.type,
        "area": item.area,
        "times": times,
        "exposure": times / len(found.tests),
        "n": int(against.n[place]),
        "observed": int(against.observed[place]),
        "expected": known(against.expected[place]),
        "shift": known(against.shifts[place]),
        "error": known(against.standard_errors[place]),
        "found": ("easier" if against.shifts[place] > 0 else "harder") if has_moved else None,
    }


def _done(test: TakenTest) -> list[int]:
    return [step.place for step in test.steps if step.is_done]
