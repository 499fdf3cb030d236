"""Recovery of known items by simulation: bias, error, and how often 95 % intervals hold.

    .venv/bin/python -m benchmarks.measurement.recovery [--samples N] [--models rasch 2pl]

Every sample draws persons of N(0, 1) anew; the items stay. An interval is the estimate and 1.96
standard errors to both sides.
"""

import argparse
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.calibrate import Settings, calibrate
from scoring.moments import FloatArray

SEED: Final = 20261126
Z: Final = 1.959963984540054
HEAD: Final = (
    "| model | parameters | bias, mean (largest) | RMSE, mean | error claimed / found "
    "| covered, mean (least–most) | converged |"
)
SETTINGS: Final = Settings(tolerance=1e-4)


@dataclass(frozen=True)
class Recovery:
    """What many samples say of each parameter; shape (n_parameters,).

    Attributes
    ----------
    truths
        What was to be found.
    biases
        Mean estimate less the truth.
    errors
        Root mean square of estimate less truth.
    spreads, claimed
        Standard deviation of the estimates, and the mean standard error they were given.
    covered
        Share of the samples whose 95 % interval holds the truth.
    n_samples, n_converged
        How many were drawn, and how many fits converged.
    """

    truths: FloatArray
    biases: FloatArray
    errors: FloatArray
    spreads: FloatArray
    claimed: FloatArray
    covered: FloatArray
    n_samples: int
    n_converged: int


def recovered(model: str, n_samples: int, n_persons: int, n_items: int) -> dict[str, Recovery]:
    """Calibrate samples of known items and compare.

    Parameters
    ----------
    model : {"rasch", "2pl"}
    n_samples, n_persons, n_items : int
        Samples, persons in each and items.
    """
    rng = np.random.default_rng(SEED)
    slopes = np.exp(rng.normal(0, 0.3, n_items)) if model == "2pl" else np.ones(n_items)
    difficulties = np.linspace(-2, 2, n_items)
    names = ("slopes", "difficulties") if model == "2pl" else ("difficulties", "sd")
    truths = {"slopes": slopes, "difficulties": difficulties, "sd": np.ones(1)}
    found: dict[str, list[FloatArray]] = {name: [] for name in names}
    claimed: dict[str, list[FloatArray]] = {name: [] for name in names}
    n_converged = 0
    for _ in range(n_samples):
        theta = rng.normal(size=(n_persons, 1))
        chances = 1 / (1 + np.exp(-slopes * (theta - difficulties)))
        fit = calibrate(
            (rng.random(chances.shape) < chances).astype(float), model, settings=SETTINGS
        )
        n_converged += fit.converged
        own = {"slopes": fit.slopes, "difficulties": fit.difficulties, "sd": fit.sds}
        errors = {"slopes": fit.slope_errors, "difficulties": fit.difficulty_errors}
        errors["sd"] = fit.errors.sds
        for name in names:
            found[name].append(own[name])
            claimed[name].append(errors[name])
    return {
        name: _compared(truths[name], np.array(found[name]), np.array(claimed[name]), n_converged)
        for name in names
    }


def _compared(
    truths: FloatArray, found: FloatArray, claimed: FloatArray, n_converged: int
) -> Recovery:
    apart = found - truths
    return Recovery(
        truths=truths,
        biases=apart.mean(axis=0),
        errors=np.sqrt((apart**2).mean(axis=0)),
        spreads=found.std(axis=0, ddof=1),
        claimed=claimed.mean(axis=0),
        covered=(np.abs(apart) <= Z * claimed).mean(axis=0),
        n_samples=len(found),
        n_converged=n_converged,
    )


def main() -> None:
    """Print a line for each model and kind of parameter."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--persons", type=int, default=500)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--models", nargs="*", default=["rasch", "2pl"])
    asked = parser.parse_args()
    print(HEAD)
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for model in asked.models:
        for name, own in recovered(model, asked.samples, asked.persons, asked.items).items():
            bias = f"{own.biases.mean():+.4f} ({own.biases[np.abs(own.biases).argmax()]:+.4f})"
            share = (own.claimed / own.spreads).mean()
            covered = f"{own.covered.mean():.1%} ({own.covered.min():.1%}–{own.covered.max():.1%})"
            print(
                f"| {model} | {name} | {bias} | {own.errors.mean():.4f} | {share:.3f} "
                f"| {covered} | {own.n_converged}/{own.n_samples} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
