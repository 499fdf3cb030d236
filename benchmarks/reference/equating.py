"""Equating and linking beside equate and plink."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring.equating import anchors, item_scores
from scoring.equating.curves import Items
from scoring.equating.smoothing import smoothed
from scoring.equating.spreads import spread_of
from scoring.equating.tables import ConversionTable
from scoring.linking import equate, link

CLOSE, SMOOTH, MOMENTS, TRUE_SCORES = 1e-4, 1e-3, 1e-5, 0.02
CURVE_SLOPE, CURVE_INTERCEPT = 0.003, 0.005
D = 1.7
WAYS = {
    "Mean/Mean": ("mean_mean", MOMENTS, MOMENTS),
    "Mean/Sigma": ("mean_sigma", MOMENTS, MOMENTS),
    "Haebara": ("haebara", CURVE_SLOPE, CURVE_INTERCEPT),
    "Stocking-Lord": ("stocking_lord", CURVE_SLOPE, CURVE_INTERCEPT),
}


def _random_groups(sources: Sources) -> Iterator[Row]:
    file = "equating_actmath_random_groups"
    wanted = sources.expected(file)
    counts = sources.table("actmath_freq", ["scale", "xcount", "ycount"])
    scale = counts[:, 0]
    x, y = (np.repeat(scale, counts[:, place].astype(int)) for place in (1, 2))
    for method in ("identity", "mean", "linear", "equipercentile", "circle_arc"):
        found, theirs = equate(x, y, method), wanted[method]
        row = partial(Row, file, f"linking.equate, {method}")
        yield row("equivalents", largest(found.equivalents, figures(theirs, "yx")), CLOSE)
        errors = figures(theirs, "se")
        if not np.isnan(errors).any():
            yield row("standard errors", largest(found.standard_errors, errors), CLOSE)
    smooth = wanted["presmoothed_loglinear"]
    for scores, theirs in ((x, smooth["fx"]), (y, smooth["fy"])):
        spread = smoothed(spread_of(scores, int(scale[-1])), smooth["degree"][0])
        away = largest(spread.shares * spread.n_persons, figures(theirs, "count"))
        yield Row(file, "equating.smoothing.smoothed", "counts", away, SMOOTH)
    found, theirs = equate(x, y, "loglinear"), smooth["equipercentile"]
    row = partial(Row, file, "linking.equate, loglinear")
    yield row("equivalents", largest(found.equivalents, figures(theirs, "yx")), SMOOTH)
    yield row("standard errors", largest(found.standard_errors, figures(theirs, "se")), SMOOTH)


def _line(method: str, **options: Any) -> Callable[..., ConversionTable]:
    return lambda x, y: anchors.synthetic_linear(x, y, method, **options)


ANCHORED: dict[str, Callable[..., ConversionTable]] = {
    "linear_tucker": _line("tucker"),
    "mean_tucker": _line("tucker", only_means=True),
    "linear_nominal_weights": _line("nominal"),
    "mean_nominal_weights": _line("nominal", only_means=True),
    "linear_levine": _line("levine"),
    "mean_levine": _line("levine", only_means=True),
    "linear_tucker_ws1": _line("tucker", weight=1.0),
    "linear_levine_ws1": _line("levine", weight=1.0),
    "linear_levine_external": _line("levine", is_internal=False),
    "linear_levine_true_internal": anchors.levine_true,
    "linear_braun_holland": anchors.braun_holland,
    "mean_braun_holland": partial(anchors.braun_holland, only_means=True),
    "linear_chained": anchors.chained_linear,
    "mean_chained": partial(anchors.chained_linear, only_means=True),
    "equip_frequency_estimation": anchors.frequency_estimation,
    "equip_frequency_estimation_ws1": partial(anchors.frequency_estimation, weight=1.0),
    "equip_chained": anchors.chained_equipercentile,
}


def _anchored(sources: Sources) -> Iterator[Row]:
    file = "equating_kbneat"
    wanted = sources.expected(file)
    x, y = (
        anchors.taken(*sources.table(name, ["total", "anchor"]).T, 36, 12)
        for name in ("kbneat_x", "kbneat_y")
    )
    for name, method in ANCHORED.items():
        # Both mix groups half and half in lines, by their size in distributions.
        found, theirs = method(x, y), wanted[name]
        row = partial(Row, file, "equating.anchors")
        yield row(name, largest(found.equivalents, figures(theirs["table"], "yx")), CLOSE)
        line = theirs["coef"]
        if line:
            ours = [found.intercept, found.slope]
            away = largest(ours, [line["intercept"], line["slope"]])
            yield row(f"{name}, line", away, CLOSE)


def _items(sources: Sources, name: str) -> Items:
    a, b, c = sources.table(f"kb36_form{name}_3pl", ["a", "b", "c"]).T
    return Items(D * a, b, c)


def _part(items: Items, places: FloatArray) -> Items:
    return Items(items.slopes[places], items.difficulties[places], items.guessings[places])


def _linking(sources: Sources) -> Iterator[Row]:
    file = "linking_kb36"
    wanted = sources.expected(file)
    new, base = _items(sources, "x"), _items(sources, "y")
    common = np.arange(2, 36, 3)
    for symmetry in ("symmetric", "nonsymmetric"):
        for theirs in wanted[f"constants_{symmetry}"]:
            method, slope, intercept = WAYS[theirs["method"]]
            found = link(
                _part(base, common),
                _part(new, common),
                method,
                is_symmetric=symmetry == "symmetric",
            )
            row = partial(Row, file, f"linking.link, {method}")
            yield row(f"slope, {symmetry}", abs(found.slope - theirs["A"]), slope)
            yield row(f"intercept, {symmetry}", abs(found.intercept - theirs["B"]), intercept)
    # The tables stand on the constants of Stocking and Lord found on the base scale alone.
    moved = link(_part(base, common), _part(new, common), is_symmetric=False).move(new)
    true = item_scores.equate_true_scores(moved, base)
    theirs = figures(wanted["true_score_equating_base_is_group2"], "group2")
    row = partial(Row, file, "equating.item_scores")
    yield row("true scores", largest(true.equivalents, theirs), TRUE_SCORES)
    points = np.linspace(-4, 4, 40)
    heights = np.exp(-(points**2) / 2)
    population = item_scores.Population(points, heights / heights.sum())
    observed = item_scores.equate_observed_scores(moved, base, population)
    theirs = figures(wanted["observed_score"], "group2")
    # plink keeps equivalents on the scale: what lies below 0 is printed as 0.
    away = largest(np.maximum(observed.equivalents, 0), theirs)
    yield row("observed scores", away, TRUE_SCORES)


CASES: dict[str, Case] = {
    "equating_actmath_random_groups": _random_groups,
    "equating_kbneat": _anchored,
    "linking_kb36": _linking,
}
