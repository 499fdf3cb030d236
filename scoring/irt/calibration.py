"""What a calibration holds, and items whose parameters are known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.irt.layout import Layout, layout_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Refusal:
    """A reason, as a code, and the items it is about (places from 0)."""

    code: str
    items: tuple[int, ...] = ()


class UnfitDataError(ValueError):
    """These data cannot be calibrated; ``refusals`` says why."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        """Keep the reasons."""
        super().__init__("; ".join(f"{each.code} {list(each.items)}" for each in refusals))
        self.refusals = tuple(refusals)


@dataclass(frozen=True)
class Convergence:
    """Whether, how and how fast a fit converged.

    Attributes
    ----------
    method
        ``mml``, marginal, ``cml``, conditional maximum likelihood, or ``known``.
    n_iterations
        Passes over the persons.
    expected_gain
        By how much the log likelihood could still rise.
    log_likelihoods
        After each pass.
    """

    method: str
    n_iterations: int
    expected_gain: float
    log_likelihoods: tuple[float, ...]


@dataclass(frozen=True)
class Errors:
    """Standard errors, of the shape of what they belong to; NaN where nothing was estimated."""

    slopes: FloatArray
    difficulties: FloatArray
    steps: FloatArray
    guessings: FloatArray
    intercepts: FloatArray
    means: FloatArray
    sds: FloatArray


@dataclass(frozen=True)
class Calibration:
    """Items on one scale; every field is named in docs/scoring.md."""

    models: tuple[str, ...]
    n_categories: IntArray
    slopes: FloatArray
    difficulties: FloatArray
    steps: FloatArray
    guessings: FloatArray
    intercepts: FloatArray
    means: FloatArray
    sds: FloatArray
    groups: tuple[object, ...]
    errors: Errors
    log_likelihood: float
    n_persons: int
    n_parameters: int
    converged: bool
    convergence: Convergence
    warnings: tuple[Refusal, ...] = ()
    covariance: FloatArray | None = field(default=None, repr=False)

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return len(self.models)

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2 * self.n_parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz' information criterion."""
        return float(np.log(self.n_persons) * self.n_parameters - 2 * self.log_likelihood)

    @property
    def slope_errors(self) -> FloatArray:
        """Standard errors of the slopes."""
        return self.errors.slopes

    @property
    def difficulty_errors(self) -> FloatArray:
        """Standard errors of the difficulties."""
        return self.errors.difficulties

    @property
    def step_errors(self) -> FloatArray:
        """Standard errors of the steps."""
        return self.errors.steps

    @property
    def guessing_errors(self) -> FloatArray:
        """Standard errors of the lower asymptotes."""
        return self.errors.guessings

    @property
    def standard_errors(self) -> dict[str, FloatArray]:
        """Standard errors by the name of what they belong to."""
        return dict(vars(self.errors))

    @property
    def layout(self) -> Layout:
        """Where items stand in the arrays of a fit."""
        return layout_of(self.models, self.n_categories)

    @property
    def parameters(self) -> FloatArray:
        """Parameters as ``scoring.irt.curves`` takes them, shape (n_items, width)."""
        layout = self.layout
        found = np.zeros((layout.n_items, layout.width))
        for family in layout.families:
            last = family.n_categories
            found[family.items, 0] = self.slopes[family.items]
            found[family.items, 1:last] = self.intercepts[family.items, : last - 1]
            if family.kind == "3pl":
                floor = np.clip(self.guessings[family.items], 1e-12, 1 - 1e-12)
                found[family.items, 2] = np.log(floor / (1 - floor))
        return found


class Reported(TypedDict):
    """What is shown of items' parameters."""

    slopes: FloatArray
    difficulties: FloatArray
    steps: FloatArray
    guessings: FloatArray
    intercepts: FloatArray


def reported(layout: Layout, parameters: FloatArray) -> Reported:
    """Return slopes, intercepts, steps, difficulties and guessings of a fit's parameters.

    Steps are difficulties of categories: −d/a for binary and graded items, differences of
    intercepts over the slope for partial credit. The difficulty of an item with several steps is
    their mean.
    """
    n_steps = int(layout.n_categories.max()) - 1
    intercepts = np.full((layout.n_items, n_steps), np.nan)
    steps = intercepts.copy()
    guessings = np.zeros(layout.n_items)
    slopes = parameters[:, 0].copy()
    for family in layout.families:
        last = family.n_categories
        own = parameters[family.items, 1:last]
        intercepts[family.items, : last - 1] = own
        if family.kind == "gpcm":
            own = np.diff(own, axis=1, prepend=0.0)
        steps[family.items, : last - 1] = -own / slopes[family.items, None]
        if family.kind == "3pl":
            guessings[family.items] = 1 / (1 + np.exp(-parameters[family.items, 2]))
    return {
        "slopes": slopes,
        "difficulties": np.nanmean(steps, axis=1),
        "steps": steps,
        "guessings": guessings,
        "intercepts": intercepts,
    }


def known_items(
    slopes: ArrayLike,
    steps: ArrayLike,
    guessings: ArrayLike | None = None,
    model: str | Sequence[str] = "3pl",
) -> Calibration:
    """Return items whose parameters are known, on the scale of a population N(0, 1).

    Parameters
    ----------
    slopes : array_like, shape (n_items,)
    steps : array_like, shape (n_items,) or (n_items, n_steps)
        Difficulties of binary items, or of the categories 1, 2, …, NaN where there are fewer.
    guessings : array_like, shape (n_items,), optional
    model : str or sequence of str
        One for all items, or one for each.

    Examples
    --------
    >>> known_items([1.0], [0.5], model="2pl").intercepts
    array([[-0.5]])
    """
    slope = np.asarray(slopes, float)
    step = np.asarray(steps, float).reshape(len(slope), -1)
    models = (model,) * len(slope) if isinstance(model, str) else tuple(model)
    floor = np.zeros(len(slope)) if guessings is None else np.asarray(guessings, float)
    is_credit = np.array([each in ("pcm", "gpcm") for each in models])[:, None]
    intercepts = -slope[:, None] * np.where(is_credit, np.cumsum(step, axis=1), step)
    none = np.full(len(slope), np.nan)
    return Calibration(
        models=models,
        n_categories=(~np.isnan(step)).sum(axis=1) + 1,
        slopes=slope,
        difficulties=np.nanmean(step, axis=1),
        steps=step,
        guessings=floor,
        intercepts=intercepts,
        means=np.zeros(1),
        sds=np.ones(1),
        groups=(None,),
        errors=Errors(none, none, 0 * step + np.nan, none, 0 * step + np.nan, none[:1], none[:1]),
        log_likelihood=float("nan"),
        n_persons=0,
        n_parameters=0,
        converged=True,
        convergence=Convergence("known", 0, 0.0, ()),
    )
