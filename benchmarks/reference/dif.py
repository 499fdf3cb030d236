"""Differential item functioning beside difR, deltaPlotR and base R."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring.dif import mantel_haenszel
from scoring.dif_areas import FEWEST_AT_A_LEVEL, delta_distances, sibtest
from scoring.dif_levels import breslow_day, standardized_differences
from scoring.dif_models import KINDS, logistic_dif

SETS = {
    "verbal_gender": ("verbal_aggression_dif", "Gender"),
    "mathexam14w_group": ("mathexam14w", "group"),
}
CLOSE, LOGISTIC, SIB = 1e-6, 1e-5, 1e-4
PRINTED = 5.1e-5  # Breslow and Day's is printed with four decimals
EMPTY_LEVEL = (
    "next to a level used there is one without persons of a group; difR takes that level's mean "
    "for 0, we go to the next level with persons"
)


def _dif(name: str, sources: Sources) -> Iterator[Row]:
    file = f"dif_{name}"
    wanted = sources.expected(file)
    items, (source, column) = wanted["items"], SETS[name]
    names = [item["item"] for item in items]
    marks = sources.table(source, names)
    is_focal = sources.table(source, [column])[:, 0] == float(wanted["focal_group"])
    found = mantel_haenszel(marks, is_focal)
    plain = mantel_haenszel(marks, is_focal, correct=False)
    row = partial(Row, file, "dif.mantel_haenszel")
    for ours, theirs in (
        (found.chi_squares, "MH_chisq_cc"),
        (plain.chi_squares, "MH_chisq_nocc"),
        (found.odds_ratios, "alphaMH"),
        (found.deltas, "deltaMH_ETS"),
        (found.log_variances, "varLambda"),
    ):
        yield row(theirs, largest(ours, figures(items, theirs), relative=True), CLOSE)
    base = wanted["baseR_mantelhaen"]
    yield row(
        "chisq of base R", largest(found.chi_squares, figures(base, "chisq"), relative=True), CLOSE
    )
    yield row(
        "odds of base R", largest(1 / found.odds_ratios, figures(base, "or"), relative=True), CLOSE
    )
    cleaned, pure = mantel_haenszel(marks, is_focal, purify=True), wanted["purified_MH"]
    yield row("purified", largest(cleaned.chi_squares, pure["MH_chisq_cc"], relative=True), CLOSE)
    yield row("purified flags", _differing(cleaned.is_flagged, names, pure["flagged"]), 0)
    yield row("rounds", abs(cleaned.n_rounds - pure["iterations"]), 0)
    yield row("flags", _differing(found.is_flagged, names, wanted["flags"]["MH_cc_05"]), 0)
    levels = breslow_day(marks, is_focal)
    row = partial(Row, file, "dif_levels.breslow_day")
    yield row("chi-square", largest(levels.chi_squares, figures(items, "BD_chisq")), PRINTED)
    yield row("degrees", largest(levels.degrees, figures(items, "BD_df")), 0)
    gaps = standardized_differences(marks, is_focal)
    away = largest(gaps, figures(items, "std_pdif"), relative=True)
    yield Row(file, "dif_levels.standardized_differences", "std_pdif", away, CLOSE)
    yield from _models(file, wanted, marks, is_focal)
    yield from _areas(file, wanted, marks, is_focal)


def _models(
    file: str, wanted: dict[str, object], marks: FloatArray, is_focal: FloatArray
) -> Iterator[Row]:
    row = partial(Row, file, "dif_models.logistic_dif")
    items = wanted["items"]
    assert isinstance(items, list)
    names = [item["item"] for item in items]
    for kind in KINDS:
        found = logistic_dif(marks, is_focal, kind)
        theirs = figures(items, f"logistic_{kind}_LR")
        yield row(kind, largest(found.likelihood_ratios, theirs, relative=True), LOGISTIC)
        if kind == "both":
            theirs = figures(items, "logistic_both_deltaR2")
            away = largest(found.r2_differences, theirs, relative=True)
            yield row("difference of R²", away, LOGISTIC)
    pure = wanted["purified_logistic_both"]
    assert isinstance(pure, dict)
    cleaned = logistic_dif(marks, is_focal, purify=True)
    away = largest(cleaned.likelihood_ratios, pure["LR"], relative=True)
    yield row("purified", away, LOGISTIC)
    yield row("purified flags", _differing(cleaned.is_flagged, names, pure["flagged"]), 0)


def _areas(
    file: str, wanted: dict[str, object], marks: FloatArray, is_focal: FloatArray
) -> Iterator[Row]:
    theirs = wanted["sibtest"]
    assert isinstance(theirs, list)
    found = sibtest(marks, is_focal)
    betas, errors = figures(theirs, "beta"), figures(theirs, "se")
    row = partial(Row, file, "dif_areas.sibtest")
    touched = np.array([_has_empty_neighbour(marks, is_focal, n) for n in range(len(betas))])
    away = largest(found.betas[~touched], betas[~touched], relative=True)
    yield row(f"beta, {(~touched).sum()} items", away, SIB)
    if touched.any():
        away = largest(found.betas[touched], betas[touched], relative=True)
        yield row(f"beta, {touched.sum()} items", away, SIB, EMPTY_LEVEL)
    yield row("standard error", largest(found.standard_errors, errors, relative=True), SIB)
    plot = wanted.get("delta_plot")
    if isinstance(plot, list):
        away = largest(delta_distances(marks, is_focal), figures(plot, "dist"), relative=True)
        yield Row(file, "dif_areas.delta_distances", "distance", away, CLOSE)


def _has_empty_neighbour(marks: FloatArray, is_focal: FloatArray, item: int) -> bool:
    """Say whether a level that counts has a neighbour without persons of a group."""
    totals = np.delete(marks, item, axis=1).sum(axis=1)
    levels = np.unique(totals)
    sizes, spread = [], []
    for who in (is_focal, ~np.asarray(is_focal, dtype=bool)):
        of_group, studied = totals[who], marks[who, item]
        sizes.append(np.array([(of_group == level).sum() for level in levels]))
        spread.append(
            np.array(
                [
                    np.ptp(studied[of_group == level]) if (of_group == level).any() else 0
                    for level in levels
                ]
            )
        )
    counts = np.all(
        [(each >= FEWEST_AT_A_LEVEL) for each in sizes] + [each > 0 for each in spread], axis=0
    )
    counts[[0, -1]] = False
    is_empty = np.any([each == 0 for each in sizes], axis=0)
    at = np.flatnonzero(counts)
    return bool(is_empty[at - 1].any() or is_empty[at + 1].any())


def _differing(is_flagged: FloatArray, names: list[str], theirs: list[str]) -> int:
    return len({names[place] for place in np.flatnonzero(is_flagged)} ^ set(theirs))


CASES: dict[str, Case] = {f"dif_{name}": partial(_dif, name) for name in SETS}
