"""Conversion tables: for each score of a new form its equivalent on the base form."""

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from scoring.composite import Rounding, rounded
from scoring.moments import FloatArray


@dataclass(frozen=True)
class ConversionTable:
    """What each score of the new form is worth on the base form.

    Attributes
    ----------
    scores
        The new form's possible scores, rising, shape (n_scores,).
    equivalents
        Their equivalents on the base form's scale, unrounded.
    standard_errors
        Of the equivalents, from sampling persons; NaN where none is known.
    method
        How they were found.
    slope, intercept
        Of a straight line, otherwise NaN.
    """

    scores: FloatArray
    equivalents: FloatArray
    standard_errors: FloatArray
    method: str
    slope: float = float("nan")
    intercept: float = float("nan")

    def convert(self, scores: ArrayLike) -> FloatArray:
        """Return the equivalents of scores, between two of the table's by interpolation.

        Raises
        ------
        ValueError
            If a score lies outside the table.
        """
        asked = np.asarray(scores, dtype=np.float64)
        if asked.size and not (asked.min() >= self.scores[0] and asked.max() <= self.scores[-1]):
            raise ValueError(f"scores from {asked.min()} to {asked.max()} are not all in the table")
        return np.asarray(np.interp(asked, self.scores, self.equivalents), dtype=np.float64)

    def published(self, most: Decimal, rounding: Rounding) -> dict[Decimal, Decimal]:
        """Return what stands in a mark list: equivalents rounded once and kept on the scale.

        Examples
        --------
        >>> table = ConversionTable(*np.array([[0.0, 1.0], [-0.2, 1.25], [0.0, 0.0]]), "linear")
        >>> table.published(Decimal(1), Rounding("half_up", 1))
        {Decimal('0.0'): Decimal('0.0'), Decimal('1.0'): Decimal('1.0')}
        """
        return {
            Decimal(str(score)): min(
                max(
                    rounded(Decimal(str(equivalent)), rounding),
                    Decimal(0).quantize(_unit(rounding)),
                ),
                most.quantize(_unit(rounding)),
            )
            for score, equivalent in zip(
                self.scores.tolist(), self.equivalents.tolist(), strict=True
            )
        }

    def with_errors(self, standard_errors: FloatArray) -> "ConversionTable":
        """Return the table with other standard errors."""
        return replace(self, standard_errors=standard_errors)


def _unit(rounding: Rounding) -> Decimal:
    return Decimal(1).scaleb(-rounding.decimals)


def straight(
    scores: FloatArray,
    slope: float,
    intercept: float,
    method: str,
    errors: FloatArray | None = None,
) -> ConversionTable:
    """Return the table of a straight line."""
    nothing = np.full(len(scores), np.nan)
    return ConversionTable(
        scores=scores,
        equivalents=intercept + slope * scores,
        standard_errors=nothing if errors is None else errors,
        method=method,
        slope=slope,
        intercept=intercept,
    )
