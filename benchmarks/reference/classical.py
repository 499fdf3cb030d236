"""Classical figures and options beside psych, CTT, psychometric and lavaan."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

import numpy as np

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring import homogeneity
from scoring.classical import analyse_items
from scoring.option_tables import analyse_options
from scoring.score_groups import upper_lower_index

CLOSE, OMEGA, BISERIAL = 1e-6, 1e-3, 1e-4
SETS = (
    "icar_ability16_listwise",
    "icar_ability16_pairwise",
    "kb36_formx",
    "lsat_bock_lieberman",
    "mathexam14w_credits",
    "mathexam14w_solved",
    "psych101_scored",
    "sat12_scored",
    "science",
)
ITEM_FIELDS = {
    "sds": ("sd", CLOSE),
    "item_rest_r": ("r_drop", CLOSE),
    "alpha_if_deleted": ("alpha_if_deleted", CLOSE),
    "biserials": ("bis_corrected_CTT", BISERIAL),
}
WHOLE_FIELDS = {
    "alpha": "alpha_raw",
    "standardized_alpha": "alpha_std",
    "lambda2": "lambda2",
    "lambda6": "guttman_lambda6",
    "mean": "total_mean",
    "sd": "total_sd",
    "sem": "sem",
    "kr20": "kr20_population_var",
    "kr21": "kr21_sample_var",
}
OMEGAS = {
    "ml": "omega_total_1factor_lavaan_ml_covariance",
    "ml_correlations": "omega_total_1factor_ml_correlations",
    "minres": "omega_total_1factor_psych_minres",
}
GROUPS = ("lower", "mid50", "mid75", "upper")
HALF_TRIED = (
    "psych tries only the first half of all splits when the number of items is odd; over that "
    "half we find its figure"
)


def _classical(name: str, sources: Sources) -> Iterator[Row]:
    file = f"ctt_{name}"
    wanted = sources.expected(file)
    items = wanted["items"]
    source = name.removesuffix("_pairwise")
    scores = sources.responses(source, [item["item"] for item in items])
    is_pairwise = name.endswith("_pairwise")
    found = analyse_items(scores, missing="pairwise" if is_pairwise else "listwise")
    row = partial(Row, file, "classical.analyse_items")
    # p of the tools is a mean mark: maxima are left at 1.
    yield row("p", largest(found.difficulties, figures(items, "p")), CLOSE)
    for ours, (theirs, tolerance) in ITEM_FIELDS.items():
        is_bound = not (is_pairwise and theirs == "r_drop")  # the file says so itself
        if theirs in items[0] and is_bound:
            away = largest(getattr(found, ours), figures(items, theirs))
            yield row(ours, away, tolerance)
    for ours, theirs in WHOLE_FIELDS.items():
        if theirs in wanted:
            yield row(ours, largest(getattr(found, ours), wanted[theirs]), CLOSE)
    if "split_half_odd_even" in wanted:
        away = largest(found.split_half, wanted["split_half_odd_even"]["spearman_brown"])
        yield row("split_half", away, CLOSE)
    yield from _whole_test(file, wanted, scores)
    third = "upper_lower_third_discrim_psychometric"
    if third in items[0]:
        ours = upper_lower_index(scores, ties="in_order")
        yield Row(
            file,
            "score_groups.upper_lower_index",
            "ties in order",
            largest(ours, figures(items, third)),
            CLOSE,
        )


def _whole_test(file: str, wanted: dict[str, object], scores: FloatArray) -> Iterator[Row]:
    if np.isnan(scores).any():
        return
    covariance = np.cov(scores, rowvar=False)
    test = homogeneity.Test(covariance, float(covariance.sum()))
    for method, theirs in OMEGAS.items():
        if theirs in wanted:
            away = largest(homogeneity.omega(test, method), float(str(wanted[theirs])))
            yield Row(file, "homogeneity.omega", method, away, OMEGA)
    splits = wanted.get("splitHalf_psych_all_splits")
    if isinstance(splits, dict):
        correlation = np.corrcoef(scores, rowvar=False)
        theirs4 = float(splits["max_lambda4"])
        away = largest(homogeneity.lambda4(correlation), theirs4)
        # Found anew over their half of the splits, so that the reason is no guess.
        is_explained = len(correlation) % 2 == 1 and np.isclose(
            _lambda4_of_first_half(correlation), theirs4, atol=CLOSE
        )
        reason = HALF_TRIED if is_explained else ""
        yield Row(file, "homogeneity.lambda4", "equal halves", away, CLOSE, reason)


def _lambda4_of_first_half(correlation: FloatArray) -> float:
    k = len(correlation)
    chosen = list(combinations(range(k), k // 2))
    best = -np.inf
    for each in chosen[: len(chosen) // 2]:
        signs = -np.ones(k)
        signs[list(each)] = 1
        best = max(best, float(1 - signs @ correlation @ signs / correlation.sum()))
    return best


def _options(name: str, sources: Sources) -> Iterator[Row]:
    file = f"distractor_{name}"
    wanted = sources.expected(file)["items"]
    names = list(wanted)
    labels = sorted({option["key"] for item in names for option in wanted[item]})
    raw = sources.table(f"{name}_raw", names)
    codes = np.full(raw.shape, -1)
    for place, label in enumerate(labels):
        codes[np.isnan(raw) if label == "omit" else raw == float(label)] = place
    marks = np.zeros((len(names), len(labels)))
    for row, item in enumerate(names):
        keyed = next(option["key"] for option in wanted[item] if option["correct"])
        marks[row, labels.index(keyed)] = 1
    totals = sources.scored(name, names).sum(axis=1)
    found = analyse_options(codes, marks, totals)
    at = [(i, labels.index(o["key"]), o) for i, item in enumerate(names) for o in wanted[item]]
    rows, columns = np.array([i for i, _, _ in at]), np.array([j for _, j, _ in at])
    options = [option for _, _, option in at]
    for ours, theirs in (
        (found.counts, "n"),
        (found.shares, "rspP"),
        (found.choice_correlations, "pBis"),
        (found.upper_lower, "discrim"),
        *((found.group_shares[:, place], group) for place, group in enumerate(GROUPS)),
    ):
        away = largest(ours[rows, columns], figures(options, theirs))
        yield Row(file, "option_tables.analyse_options", theirs, away, CLOSE)


CASES: dict[str, Case] = {
    **{f"ctt_{name}": partial(_classical, name) for name in SETS},
    **{f"distractor_{name}": partial(_options, name) for name in ("sat12", "psych101")},
}
