"""Differential functioning of items with several categories: Mantel, generalized MH, logistic.

Persons are matched by their total, the studied item included; those with a missing response are
left out. With two categories the figures are those of ``scoring.dif`` and ``scoring.dif_models``.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.dif import focal_group
from scoring.dif_models import KINDS
from scoring.figures import finite_figures
from scoring.moments import BoolArray, FloatArray
from scoring.ordinal_logistic import fitted_steps
from scoring.refusals import UnfitDataError

SLIGHT: Final = 0.17
LARGE: Final = 0.25
CHI_95: Final = 3.841458820694124
MATRIX: Final = 2


@dataclass(frozen=True)
class OrdinalDif:
    """Figures of each item, shape (n_items,); undefined NaN.

    Attributes
    ----------
    chi_squares
        Mantel's, of mean marks at equal totals; one degree of freedom.
    nominal_chi_squares, nominal_degrees
        Generalized Mantel-Haenszel: of the categories as mere names.
    differences
        Focal mean less reference mean at equal totals, weighted as the focal group.
    effect_sizes
        The same in standard deviations of the item.
    classes
        ``AA`` slight or chance, ``CC`` an effect of 0.25 or more, ``BB`` between; empty unknown.
    n_persons
        Persons with complete data.
    """

    chi_squares: FloatArray
    nominal_chi_squares: FloatArray
    nominal_degrees: FloatArray
    differences: FloatArray
    effect_sizes: FloatArray
    classes: tuple[str, ...]
    n_persons: int


def ordinal_dif(responses: ArrayLike, is_focal: ArrayLike) -> OrdinalDif:
    """Compare categories of two groups at equal totals.

    Parameters
    ----------
    responses : array_like, shape (n_persons, n_items)
        Marks or categories; NaN is missing.
    is_focal : array_like of bool, shape (n_persons,)

    Raises
    ------
    UnfitDataError
        ``group_unknown``, ``one_group_empty``, ``too_few_items``.
    ValueError
        If shapes do not fit, or a mark is infinite.

    References
    ----------
    .. [1] Mantel (1963), "Chi-square tests with one degree of freedom: extensions of the
       Mantel-Haenszel procedure", Journal of the American Statistical Association 58.
    .. [2] Zwick, Donoghue & Grima (1993), "Assessment of differential item functioning for
       performance tasks", Journal of Educational Measurement 30, 233-251.
    """
    marks, focal = checked_marks(responses, is_focal)
    _, levels = np.unique(marks.sum(axis=1).round(9), return_inverse=True)
    found = [_item(column, levels.astype(np.int64), focal) for column in marks.T]
    chi, nominal, degrees, apart, effects = np.array(found).T
    return OrdinalDif(
        chi,
        nominal,
        degrees,
        apart,
        effects,
        tuple(_class(each, effect) for each, effect in zip(chi, effects, strict=True)),
        len(marks),
    )


def checked_marks(responses: ArrayLike, is_focal: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return complete marks and the focal group; raises as ``ordinal_dif`` says."""
    marks, focal = finite_figures(responses), focal_group(is_focal)
    if marks.ndim != MATRIX or focal.shape != marks.shape[:1]:
        raise ValueError(f"responses {marks.shape} and groups {focal.shape} do not fit")
    if marks.shape[1] < MATRIX:
        raise UnfitDataError("too_few_items", str(marks.shape[1]))
    is_known = ~np.isnan(marks).any(axis=1)
    marks, focal = marks[is_known], focal[is_known]
    if focal.all() or not focal.any():
        raise UnfitDataError("one_group_empty")
    return marks, focal


def _item(
    marks: FloatArray, levels: NDArray[np.int64], focal: BoolArray
) -> tuple[float, float, float, float, float]:
    values, codes = np.unique(marks, return_inverse=True)
    nothing = float("nan")
    if len(values) < MATRIX:
        return (nothing,) * 5
    n_levels = int(levels.max()) + 1
    tables = np.zeros((2, n_levels, len(values)))
    np.add.at(tables, (focal.astype(np.int64), levels, codes), 1)
    sizes = tables.sum(axis=2)
    reference, own = sizes
    n = reference + own
    counts = tables.sum(axis=0)
    is_used = (reference > 0) & (own > 0)
    scale = np.where(is_used, reference * own / (np.maximum(n, 1) ** 2 * np.maximum(n - 1, 1)), 0)
    gap = np.where(is_used[:, None], tables[1] - own[:, None] * counts / n[:, None], 0)
    middle = np.einsum("l,li,lj->ij", scale, counts, counts)
    covariance = np.diag((scale * n) @ counts) - middle
    whole = gap.sum(axis=0)
    spread = float(values @ covariance @ values)
    chi = float((whole @ values) ** 2 / spread) if spread > 0 else nothing
    rank = int(np.linalg.matrix_rank(covariance))
    nominal = float(whole @ np.linalg.pinv(covariance, hermitian=True) @ whole) if rank else nothing
    weights = np.where(is_used, own, 0)
    means = (tables @ values) / np.maximum(sizes, 1)
    apart = float(weights @ (means[1] - means[0]) / weights.sum()) if is_used.any() else nothing
    return chi, nominal, float(rank), apart, apart / float(marks.std(ddof=1))


def _class(chi: float, effect: float) -> str:
    if not np.isfinite(chi) or not np.isfinite(effect):
        return ""
    if abs(effect) <= SLIGHT or chi < CHI_95:
        return "AA"
    return "CC" if abs(effect) >= LARGE else "BB"


@dataclass(frozen=True)
class OrdinalLogisticDif:
    """Likelihood ratios of each item, shape (n_items,), NaN where no fit exists.

    ``coefficients``, shape (n_items, 3), are of the total, the focal group and their product; NaN
    too where they would have to be infinite. ``degrees`` of freedom are 1 or 2.
    """

    likelihood_ratios: FloatArray
    degrees: int
    coefficients: FloatArray


def ordinal_logistic_dif(
    responses: ArrayLike, is_focal: ArrayLike, kind: str = "both"
) -> OrdinalLogisticDif:
    """Compare proportional-odds regressions on the total with and without the group.

    Parameters
    ----------
    responses, is_focal
        As in ``ordinal_dif``.
    kind : {"both", "uniform", "nonuniform"}
        As in ``scoring.dif_models.logistic_dif``.

    Raises
    ------
    UnfitDataError, ValueError
        As ``ordinal_dif``; ValueError also if the kind is unknown.

    References
    ----------
    .. [1] Zumbo (1999), *A handbook on the theory and methods of differential item functioning*.
    """
    if kind not in KINDS:
        raise ValueError(f"a kind is one of {', '.join(KINDS)}: {kind!r}")
    marks, focal = checked_marks(responses, is_focal)
    larger, smaller = (1 + terms for terms in KINDS[kind])
    total, group = marks.sum(axis=1), focal.astype(np.float64)
    design = np.column_stack([total, group, total * group])
    ratios = np.full(marks.shape[1], np.nan)
    coefficients = np.full((marks.shape[1], 3), np.nan)
    for item, column in enumerate(marks.T):
        codes = np.unique(column, return_inverse=True)[1]
        full, part = (fitted_steps(design[:, :terms], codes) for terms in (larger, smaller))
        if full is not None and part is not None:
            ratios[item] = max(2 * (full[1] - part[1]), 0.0)
            coefficients[item, :larger] = full[0]
    return OrdinalLogisticDif(ratios, larger - smaller, coefficients)
