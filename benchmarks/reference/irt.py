"""Item response models beside mirt, ltm, eRm and psychotools."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.reference.frame import Case, FloatArray, Row, Sources, figures, largest
from scoring.ability import estimate_abilities
from scoring.calibrate import Settings, calibrate
from scoring.irt.calibration import Calibration
from scoring.irt.conditional import andersen_test, calibrate_conditionally
from scoring.irt.fit import item_mean_squares, person_fit, score_fit
from scoring.irt.functions import (
    expected_scores,
    item_information,
    marginal_reliability,
)
from scoring.irt.moments import moment_fit

BLOCKS = {
    "rasch": "rasch",
    "twopl": "2pl",
    "threepl": "3pl",
    "graded": "grm",
    "gpcm": "gpcm",
    "pcm": "pcm",
}
SETS = (
    "irt_lsat_bock_lieberman",
    "irt_sat12_scored",
    "irt_icar_ability16_listwise",
    "irt_icar_ability16_missing",
    "irt_mathexam14w_solved",
    "irt_kb36_formx",
    "irt_kb36_formy",
    "irt_poly_science",
    "irt_poly_mathexam14w_credits",
)
LOG_LIKELIHOOD, SLOPE, DIFFICULTY, EAP, OTHER = 0.05, 0.01, 0.02, 0.005, 0.01
SEEN, CLEAR = 4.0, 0.3  # difficulties are held where |b| < 4 and a > 0.3
VARIANCE = (
    "the other tool's figure is I / (I + variance) weighed by N(0, 1), to four decimals; with a "
    "variance of {:.2f} it is I / (I + 1/variance) weighed by the population"
)
CREDIT_SLOPES = {
    "gpcm": (
        "the other tool's derivative by the slope takes exp(k a theta + d - largest) where the "
        "category's chance belongs: with that ours is 149.418, as theirs; our own derivatives "
        "equal finite differences to 1e-10"
    ),
    "pcm": (
        "the other tool counts the variance in the degrees but leaves it out of the derivatives: "
        "without it ours is 421.53, as theirs"
    ),
}
NULL_MODEL = (
    "the other tool's figures imply 65 degrees of the null model, 2 parameters an item; only one "
    "of them moves an item's mean, so 78 are left"
)


def responses_of(sources: Sources, file: str, items: list[str]) -> FloatArray:
    """Return the responses of a file, categories from 0, without persons who have none."""
    name = file.removeprefix("irt_").removeprefix("poly_")
    data = sources.responses(name, items)
    data = data - 1 if name == "science" else data
    return np.asarray(data[~np.isnan(data).all(axis=1)])


def rows_of(file: str) -> Case:
    """Return what makes the rows of a file."""

    def rows(sources: Sources) -> Iterator[Row]:
        wanted = sources.expected(file)
        for block, model in BLOCKS.items():
            if block in wanted:
                own = wanted[block]
                data = responses_of(sources, file, [item["item"] for item in own["items"]])
                yield from _block(file, block, model, own, data)
        yield from _others(file, wanted, sources)

    return rows


def _block(
    file: str, block: str, model: str, own: dict[str, Any], data: FloatArray
) -> Iterator[Row]:
    if block == "threepl":
        found = calibrate(data, "3pl", settings=Settings(guessing_prior=None, with_errors=False))
        below = own["logLik"] - found.log_likelihood
        yield Row(file, "calibrate(3pl, no prior)", "log likelihood at least", below, 0.5)
        return
    found = calibrate(data, model)
    yield from _parameters(file, f"calibrate({model})", own, found)
    yield from _abilities(file, f"{block}: estimate_abilities", own, found, data)
    yield from _fit(file, f"{block}: fit", own, found, data)


def _parameters(file: str, function: str, own: dict[str, Any], found: Calibration) -> Iterator[Row]:
    below = abs(found.log_likelihood - own["logLik"])
    yield Row(file, function, "log likelihood", below, LOG_LIKELIHOOD)
    yield Row(file, function, "number of parameters", abs(found.n_parameters - own["n_par"]), 0)
    slopes = figures(own["items"], "a")
    allowed = np.maximum(SLOPE, SLOPE * np.abs(slopes))
    yield Row(file, function, "slopes", float((np.abs(found.slopes - slopes) / allowed).max()), 1)
    n_steps = found.steps.shape[1]
    names = ["b"] if "b" in own["items"][0] else [f"b{step + 1}" for step in range(n_steps)]
    steps = np.stack([figures(own["items"], name) for name in names], axis=1)
    is_held = (np.abs(steps) < SEEN) & (slopes > CLEAR)[:, None]
    apart = largest(np.where(is_held, found.steps, np.nan), np.where(is_held, steps, np.nan))
    yield Row(file, function, "difficulties", apart, DIFFICULTY)
    variance = abs(found.sds[0] ** 2 - own["latent_variance"])
    yield Row(file, function, "variance", float(variance), SLOPE)
    if "slope_intercept_se" in own:
        yield from _errors(file, function, own["slope_intercept_se"], found)


def _errors(
    file: str, function: str, wanted: dict[str, dict[str, float | None]], found: Calibration
) -> Iterator[Row]:
    ours, theirs = [], []
    for item, errors in enumerate(wanted.values()):
        for name, error in errors.items():
            if error is None:
                continue
            place = 0 if name == "d" else int(name[1:]) - 1
            own = (
                found.slope_errors[item : item + 1]
                if name == "a1"
                else found.errors.intercepts[item]
            )
            ours.append(own[0 if name == "a1" else place])
            theirs.append(error)
    apart = largest(ours, theirs, relative=True)
    yield Row(file, function, "standard errors, relative", apart, SLOPE)


def _abilities(
    file: str, function: str, own: dict[str, Any], found: Calibration, data: FloatArray
) -> Iterator[Row]:
    for method, wanted in own.get("scores", {}).items():
        rows = figures(wanted, "row").astype(int) - 1
        theta = figures(wanted, "theta")
        theta = np.where(np.abs(theta) > 999, np.sign(theta) * np.inf, theta)  # noqa: PLR2004
        tolerance = EAP if method == "EAP" else OTHER
        ours = estimate_abilities(found, data[rows], method.lower())
        yield Row(file, function, method, largest(ours.values, theta), tolerance)
        apart = largest(ours.standard_errors, figures(wanted, "se"))
        yield Row(file, function, f"{method} standard errors", apart, tolerance)
    points = figures(own["test_information"], "theta")
    information = item_information(found, points).sum(axis=1)
    apart = largest(information, figures(own["test_information"], "info"), relative=True)
    yield Row(file, "item_information", f"{function[:6]} sum, relative", apart, SLOPE)
    least = 4 if "science" in file else 0  # categories counted from 1
    scores = expected_scores(found, points).sum(axis=1) + least
    apart = largest(scores, figures(own["expected_total"], "score"))
    yield Row(file, "expected_scores", f"{function[:6]} sum", apart, SLOPE)
    apart = abs(marginal_reliability(found) - own["marginal_reliability"])
    reason = VARIANCE.format(own["latent_variance"]) if own["latent_variance"] != 1 else ""
    yield Row(file, "marginal_reliability", function[:6], apart, SLOPE, reason)


def _fit(
    file: str, function: str, own: dict[str, Any], found: Calibration, data: FloatArray
) -> Iterator[Row]:
    if "S_X2" in own:
        ours = score_fit(found, data)
        apart = largest(ours.statistics, figures(own["S_X2"], "S_X2"), relative=True)
        yield Row(file, function, "S-X2, relative", apart, 0.02)
        yield Row(
            file,
            function,
            "S-X2 degrees",
            largest(ours.degrees, figures(own["S_X2"], "df.S_X2")),
            0,
        )
    if "infit_EAP" in own:
        squares = item_mean_squares(found, data)
        for name in ("infit", "outfit"):
            apart = largest(getattr(squares, name), figures(own["infit_EAP"], name))
            yield Row(file, function, name, apart, EAP)
    if "personfit_Zh_EAP" in own:
        rows = figures(own["personfit_Zh_EAP"], "row").astype(int) - 1
        z = person_fit(found, data)[rows]
        yield Row(file, function, "Zh", largest(z, figures(own["personfit_Zh_EAP"], "Zh")), OTHER)
    if "M2" in own:
        yield from _moments(file, function, own["M2"], found, data)


def _moments(
    file: str, function: str, wanted: dict[str, float], found: Calibration, data: FloatArray
) -> Iterator[Row]:
    ours = moment_fit(found, data)
    reason = CREDIT_SLOPES.get(found.models[0], "")
    apart = abs(ours.statistic / wanted["M2"] - 1)
    yield Row(file, function, "M2, relative", apart, 0.01, reason)
    yield Row(file, function, "M2 degrees", abs(ours.degrees - wanted["df"]), 0)
    for name, value, key in (
        ("RMSEA", ours.rmsea, "RMSEA"),
        ("RMSEA, lower", ours.rmsea_low, "RMSEA_5"),
        ("RMSEA, upper", ours.rmsea_high, "RMSEA_95"),
        ("SRMSR", ours.srmsr, "SRMSR"),
    ):
        yield Row(file, function, name, abs(value - wanted[key]), 0.001, reason)
    reason = NULL_MODEL if found.n_categories.max() > 2 else ""  # noqa: PLR2004
    for name, value in (("TLI", ours.tli), ("CFI", ours.cfi)):
        yield Row(file, function, name, abs(value - wanted[name]), 0.001, reason)


def _others(file: str, wanted: dict[str, Any], sources: Sources) -> Iterator[Row]:
    if "twopl_ltm" in wanted:
        names = [item["item"] for item in wanted["twopl"]["items"]]
        found = calibrate(responses_of(sources, file, names), "2pl")
        own = wanted["twopl_ltm"]
        apart = abs(found.log_likelihood - own["logLik"])
        yield Row(file, "calibrate(2pl), ltm", "log likelihood", apart, LOG_LIKELIHOOD)
        slopes = figures(own["coef"], "a")
        apart = float((np.abs(found.slopes - slopes) / np.maximum(SLOPE, SLOPE * slopes)).max())
        yield Row(file, "calibrate(2pl), ltm", "slopes", apart, 1)
    if "rasch_cml_eRm" in wanted:
        yield from _conditional(file, wanted, sources)
    if "pcm_cml_eRm" in wanted:
        names = [item["item"] for item in wanted["pcm"]["items"]]
        found = calibrate_conditionally(responses_of(sources, file, names), "pcm")
        own = wanted["pcm_cml_eRm"]
        function = "calibrate_conditionally(pcm)"
        apart = abs(found.log_likelihood - own["logLik"])
        yield Row(file, function, "log likelihood", apart, LOG_LIKELIHOOD)
        n_steps = found.steps.shape[1]
        names = [f"Threshold {step + 1}" for step in range(n_steps)]
        theirs = np.stack([figures(own["thresholds"], name) for name in names], axis=1)
        apart = largest(found.steps - np.nanmean(found.steps), theirs - np.nanmean(theirs))
        yield Row(file, function, "steps, less their mean", apart, SLOPE)


def _conditional(file: str, wanted: dict[str, Any], sources: Sources) -> Iterator[Row]:
    own = wanted["rasch_cml_eRm"]
    data = responses_of(sources, file, [item["item"] for item in own["difficulty"]])
    found, function = calibrate_conditionally(data), "calibrate_conditionally(rasch)"
    apart = abs(found.log_likelihood - own["CML_logLik"])
    yield Row(file, function, "log likelihood", apart, LOG_LIKELIHOOD)
    apart = largest(found.difficulties, figures(own["difficulty"], "b"))
    yield Row(file, function, "difficulties", apart, SLOPE)
    apart = largest(found.difficulty_errors, figures(own["difficulty"], "se"))
    yield Row(file, function, "standard errors", apart, SLOPE)
    theirs = wanted["rasch_cml_psychotools"]["b_first_item_zero"]
    apart = largest(found.difficulties - found.difficulties[0], theirs)
    yield Row(file, function, "difficulties, psychotools", apart, SLOPE)
    raws = figures(own["raw_to_theta"], "raw").astype(int)
    inner = (raws > 0) & (raws < found.n_items)
    patterns = np.tril(np.ones((found.n_items + 1, found.n_items)), -1)[raws[inner]]
    abilities = estimate_abilities(found, patterns, "ml").values
    theirs = figures(own["raw_to_theta"], "theta")[inner]
    yield Row(file, "estimate_abilities", "ability of a total", largest(abilities, theirs), OTHER)
    squares = item_mean_squares(found, data, estimate_abilities(found, data, "ml"))
    for name in ("infit", "outfit"):
        apart = largest(getattr(squares, name), figures(own["infit"], f"{name}MSQ"))
        yield Row(file, "conditional: fit", name, apart, OTHER)
    if own["andersen_LR_median"]:
        apart = abs(andersen_test(data).statistic / own["andersen_LR_median"]["LR"] - 1)
        yield Row(file, "andersen_test", "statistic, relative", apart, SLOPE)


# Held to their figures in long runs only
LONG = (
    "irt_sat12_scored",
    "irt_icar_ability16_listwise",
    "irt_icar_ability16_missing",
    "irt_kb36_formx",
    "irt_kb36_formy",
    "irt_poly_mathexam14w_credits",
)
CASES: dict[str, Case] = {file: rows_of(file) for file in SETS}
