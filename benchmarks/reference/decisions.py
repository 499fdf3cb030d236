"""Classification, standards, composites, raters beside betafunctions, cacIRT, irr, lme4, base R."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from scipy.special import betainc, betaincinv

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring import agreement
from scoring.classical import cronbach_alpha
from scoring.classification import TrueScores, classify_totals
from scoring.classification_irt import classify_abilities, classify_number_right
from scoring.composite_reliability import composite_reliability
from scoring.equating.curves import Items
from scoring.equating.item_scores import score_shares
from scoring.generalizability import d_study, g_study
from scoring.homogeneity import alpha
from scoring.krippendorff import krippendorff_alpha
from scoring.standards import angoff
from scoring.standards_by_groups import borderline_group, borderline_regression

CLASSIFIED, CLOSE, REML, ARITHMETIC = 0.005, 1e-6, 1e-5, 1e-8
WAYS = {
    "LivingstonLewis_4P": "livingston_lewis",
    "LivingstonLewis_2P": "livingston_lewis",
    "HansonBrennan": "hanson_brennan",
}
TWO_CUTS = (
    "where the cut on the effective length is rounded up, betafunctions gives the second "
    "administration the cut below; with two such cuts we find its figure"
)
TWO_METRICS = (
    "cacIRT takes slopes for D = 1.7 in the error distribution but for D = 1 in the expected "
    "score that says to which class a person belongs; so mixed we find its figure"
)
PAIRS = (
    "irr takes one off the number of ratings times (raters - 1), Krippendorff one off the number "
    "of ratings; with two raters both are the same, with more we find its figure its way"
)
D = 1.7


def _classified(name: str, sources: Sources) -> Iterator[Row]:
    file = f"classification_{name}"
    wanted = sources.expected(file)
    names = [item["item"] for item in sources.expected(f"ctt_{name}")["items"]]
    marks = sources.responses(name, names)
    totals, n = marks.sum(axis=1), marks.shape[1]
    own = alpha(np.cov(marks, rowvar=False))
    yield Row(file, "homogeneity.alpha", "reliability", abs(own - wanted["reliability"]), CLOSE)
    for cut, models in wanted["raw"].items():
        for model, method in WAYS.items():
            theirs = models.get(model) or {}
            if "classification.accuracy" not in theirs:
                continue
            found, true = classify_totals(totals, n, models["cut_raw"], own, method)
            row = partial(Row, file, f"classification.classify_totals, {method}")
            right = theirs["classification.accuracy"]["Accuracy"]
            yield row(f"accuracy, {cut}, {model}", abs(found.accuracy - right), CLASSIFIED)
            again = theirs["classification.consistency"]["p"]
            reason = ""
            if method == "livingston_lewis":
                whole = theirs["parameters"]["etl_rounded"]
                split = _with_two_cuts(true, models["cut_raw"] / n, whole)
                reason = TWO_CUTS if abs(split - again) < CLASSIFIED / 5 else ""
            yield row(
                f"consistency, {cut}, {model}", abs(found.consistency - again), CLASSIFIED, reason
            )
    yield from _by_ability(file, wanted["irt"], marks)


def _with_two_cuts(true: TrueScores, cut: float, n: int) -> float:
    """Consistency when one administration has the cut rounded, the other rounded down."""
    at = (np.arange(20000) + 0.5) / 20000
    shares = true.low + (true.high - true.low) * betaincinv(true.alpha, true.beta, at)
    one, other = (
        betainc(step, n - step + 1, shares) for step in (np.rint(cut * n), np.floor(cut * n))
    )
    return float((one * other + (1 - one) * (1 - other)).mean())


def _by_ability(file: str, wanted: dict[str, Any], marks: FloatArray) -> Iterator[Row]:
    a, b = (figures(wanted["item_params_2PL"], field) for field in ("a", "b"))
    items = Items(a, b, np.zeros(len(a)))
    # cacIRT takes slopes to be those of D = 1.7: its items are these.
    theirs_items = Items(D * a, b, np.zeros(len(a)))
    points = np.linspace(-4, 4, 81)
    weights = np.exp(-(points**2) / 2)
    chances = theirs_items.chances(points)
    errors = 1 / np.sqrt(((D * a) ** 2 * chances * (1 - chances)).sum(axis=1))
    cut, least = wanted["theta_cuts"], wanted["lee_raw_cut"]
    for name, found in (
        ("rudner_P_quadrature", classify_abilities(points, errors, cut, weights)),
        ("rudner_D_EAP", classify_abilities(*_eap(items, marks), cut)),
        ("lee_quadrature", classify_number_right(chances, least, weights)),
    ):
        theirs = wanted[name]["Marginal"][0]
        row = partial(Row, file, f"classification_irt, {name}")
        away = abs(found.accuracy - theirs["Accuracy"])
        reason = ""
        if name == "lee_quadrature":
            above = score_shares(chances)[:, least:].sum(axis=1)
            is_above = items.chances(points).sum(axis=1) >= least
            mixed = np.where(is_above, above, 1 - above) @ weights / weights.sum()
            reason = TWO_METRICS if abs(mixed - theirs["Accuracy"]) < CLASSIFIED / 5 else ""
        yield row("accuracy", away, CLASSIFIED, reason)
        yield row("consistency", abs(found.consistency - theirs["Consistency"]), CLASSIFIED)


def _eap(items: Items, marks: FloatArray) -> tuple[FloatArray, FloatArray]:
    points = np.linspace(-6, 6, 61)
    chances = items.chances(points)
    logs = marks @ np.log(chances).T + (1 - marks) @ np.log1p(-chances).T - points**2 / 2
    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    means = share @ points
    return means, np.sqrt(share @ points**2 - means**2)


def _generalizability(sources: Sources) -> Iterator[Row]:
    file = "gtheory_brennan_3_2"
    wanted = sources.expected(file)
    rows = sources.table(file, ["Task", "Person", "Rater", "Score"])
    task, person, rater = (np.unique(column, return_inverse=True)[1] for column in rows[:, :3].T)
    data = np.full((person.max() + 1, task.max() + 1, rater.max() + 1), np.nan)
    if rater.max() + 1 > len(rows) / ((person.max() + 1) * (task.max() + 1)):
        rater = rater % round(len(rows) / ((person.max() + 1) * (task.max() + 1)))
        data = data[:, :, : rater.max() + 1]
    data[person, task, rater] = rows[:, 3]
    study = g_study(data, is_nested=True)
    theirs = wanted["variance_components"]
    names = {"p": "Person", "t": "Task", "r:t": "tr", "pt": "Person:Task", "pr:t": "Residual"}
    ours = [study.components[name] for name in names]
    away = largest(ours, [theirs[name] for name in names.values()])
    yield Row(file, "generalizability.g_study", "components", away, CLOSE)
    decision = d_study(study)
    for field, name in (
        ("relative_error", "relative_error"),
        ("absolute_error", "absolute_error"),
        ("generalizability", "generalizability"),
        ("dependability", "dependability_phi"),
    ):
        away = abs(getattr(decision, field) - wanted[name])
        yield Row(file, "generalizability.d_study", field, away, CLOSE)


def _standards(sources: Sources) -> Iterator[Row]:
    file = "standard_setting"
    wanted = sources.expected(file)
    ratings = sources.table("angoff_simulated_ratings")[:, 1:]
    found, theirs = angoff(ratings), wanted["angoff"]
    row = partial(Row, file, "standards.angoff")
    yield row("judge cuts", largest(found.judge_cuts, theirs["judge_cut_raw"]), CLOSE)
    for ours, name, scale in (
        (found.cut, "cut_raw_mean", 1),
        (found.median, "cut_raw_median", 1),
        (found.sd, "sd_judges", 1),
        (found.standard_error, "se_cut", 1),
        (found.share, "cut_percent", 100),
        (found.trimmed, "trimmed_mean_drop_min_max", 1),
        (found.error_variance, "absolute_error_var_J12_I40_D_items_fixed", 1),
    ):
        yield row(name, abs(ours * scale - theirs[name]), CLOSE)
    parts = [found.item_variance, found.judge_variance, found.residual_variance]
    away = largest(parts, [theirs["g_components"][name] for name in ("i", "j", "Residual")])
    yield row("components", away, REML)
    rating, mark = sources.table("osce_simulated_station", ["global", "score"]).T
    line, theirs = borderline_regression(mark, rating, 2), wanted["borderline_regression"]
    row = partial(Row, file, "standards_by_groups")
    for ours, name in (
        (line.intercept, "intercept"),
        (line.slope, "slope"),
        (line.r_squared, "r2"),
        (line.cut, "cut_at_2"),
        (line.standard_error, "cut_at_2_se"),
        (borderline_regression(mark, rating, 3).cut, "cut_at_3"),
    ):
        yield row(name, abs(ours - theirs[name]), CLOSE)
    both, theirs = borderline_group(mark, rating == 2), wanted["borderline_group"]  # noqa: PLR2004
    named = [theirs["mean_score_global2"], theirs["median_score_global2"]]
    yield row("borderline group", largest(both, named), CLOSE)


def _composites(sources: Sources) -> Iterator[Row]:
    file = "composite_base_r"
    for name, source in (("sat12", "sat12_scored"), ("mathexam_credits", "mathexam14w_credits")):
        wanted = sources.expected(file)[name]
        marks = [sources.responses(source, part) for part in wanted["parts"]]
        parts = np.column_stack([part.sum(axis=1) for part in marks])
        alphas = np.array([cronbach_alpha(part) for part in marks])
        found = composite_reliability(parts, wanted["weights"], alphas)
        stratified = composite_reliability(parts, np.ones(len(marks)), alphas)
        row = partial(Row, file, f"composite_reliability, {name}")
        yield row("part alphas", largest(alphas, wanted["part_alpha"]), ARITHMETIC)
        for ours, theirs in (
            (found.mean, "composite_mean"),
            (found.sd, "composite_sd"),
            (found.reliability, "mosier_composite_reliability"),
            (stratified.reliability, "stratified_alpha_w1"),
        ):
            yield row(theirs, abs(ours - wanted[theirs]), ARITHMETIC)
        away = largest(found.effective_weights, wanted["effective_weights"])
        yield row("effective weights", away, ARITHMETIC)


def _krippendorff_of_pairs(ours: float, ratings: FloatArray) -> float:
    """What alpha becomes when chance counts pairs of ratings, as irr does, not ratings."""
    n, raters = ratings.size, ratings.shape[1]
    return 1 - (1 - ours) * (n - 1 / (raters - 1)) / (n - 1)


def _raters(name: str, data: str, sources: Sources) -> Iterator[Row]:
    file = f"raters_{name}"
    wanted = sources.expected(file)
    ratings = sources.table(data)
    row = partial(Row, file, "agreement")
    fleiss = agreement.fleiss_kappa(ratings)
    yield row("fleiss_kappa", abs(fleiss - wanted["fleiss_kappa"]), CLOSE)
    light = wanted["light"] if "light" in wanted else wanted["light_kappa"]
    yield row("light_kappa", abs(agreement.light_kappa(ratings) - light), CLOSE)
    if "kendall_w" in wanted:
        away = abs(agreement.kendall_w(ratings) - wanted["kendall_w"]["tie_corrected"])
        yield row("kendall_w", away, CLOSE)
        icc = agreement.intraclass_correlations(ratings)
        for theirs in wanted["icc"]:
            kind = "oneway" if theirs["model"] == "oneway" else theirs["type"]
            field = kind + ("_average" if theirs["unit"] == "average" else "")
            yield row(f"icc {field}", abs(getattr(icc, field) - theirs["icc"]), CLOSE)
        pairs = list(combinations(range(ratings.shape[1]), 2))
        for kind in agreement.WEIGHTS:
            ours = [agreement.cohen_kappa(ratings[:, a], ratings[:, b], kind) for a, b in pairs]
            yield row(
                f"kappa {kind}", largest(ours, figures(wanted["pairwise_kappa"], kind)), CLOSE
            )
    theirs = wanted.get("krippendorff", {"nominal": wanted.get("kripp_nominal")})
    for level, value in theirs.items():
        ours = krippendorff_alpha(ratings, level)
        is_explained = abs(_krippendorff_of_pairs(ours, ratings) - value) < CLOSE
        reason = PAIRS if is_explained else ""
        yield row(f"krippendorff {level}", abs(ours - value), CLOSE, reason)


CASES: dict[str, Case] = {
    **{
        f"classification_{name}": partial(_classified, name)
        for name in ("kb36_formx", "mathexam14w_solved", "sat12_scored")
    },
    "gtheory_brennan_3_2": _generalizability,
    "standard_setting": _standards,
    "composite_base_r": _composites,
    "raters_anxiety": partial(_raters, "anxiety", "irr_anxiety"),
    "raters_fleiss1971": partial(_raters, "fleiss1971", "irr_diagnoses_fleiss1971"),
}
