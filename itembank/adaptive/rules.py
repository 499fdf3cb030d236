"""What an adaptive test is told: how items are chosen, how often one may come, when it ends."""

from dataclasses import dataclass

import numpy as np

SELECTIONS = ("shadow", "maximum", "randomesque")
STOPS = ("precision", "decision", "length")


@dataclass(frozen=True)
class Stop:
    """When a test ends.

    Attributes
    ----------
    kind
        ``precision``: the standard error is small enough; ``decision``: the sequential
        probability ratio tells ``cut + reach`` from ``cut − reach``; ``length``: at ``most`` only.
    least, most
        Items.
    standard_error, cut, reach
        Logits.
    error
        Of either kind that a decision may have.
    """

    kind: str
    least: int
    most: int
    standard_error: float = 0.3
    cut: float = 0.0
    reach: float = 0.3
    error: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        if self.kind not in STOPS or not 1 <= self.least <= self.most:
            msg = f"no stop rule: {self!r}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Rules:
    """How an adaptive test chooses: one of the ``n_best`` items, none oftener than the limit.

    ``exposure`` is the largest share of tests that may show an item, above 0 up to 1.
    """

    selection: str
    stop: Stop
    n_best: int = 1
    exposure: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        if self.selection not in SELECTIONS or self.n_best < 1 or not 0 < self.exposure <= 1:
            msg = f"no rules of an adaptive test: {self!r}"
            raise ValueError(msg)


def ending(stop: Stop, n_given: int, standard_error: float, log_ratio: float) -> str | None:
    """Return why a test ends now: ``most``, ``precise``, ``decided``; None while it goes on.

    ``log_ratio`` is the logarithm of the likelihood at ``cut + reach`` over that at
    ``cut − reach``.

    References
    ----------
    .. [1] Reckase (1983), in Weiss (ed.), *New horizons in testing*. Academic Press.

    Examples
    --------
    >>> ending(Stop("precision", 5, 20, 0.3), 7, 0.29, 0.0)
    'precise'
    >>> ending(Stop("decision", 5, 20), 4, 0.1, 9.0), ending(Stop("decision", 5, 20), 20, 1.0, 0.0)
    (None, 'most')
    """
    if n_given >= stop.least:
        if stop.kind == "precision" and standard_error <= stop.standard_error:
            return "precise"
        if stop.kind == "decision" and abs(log_ratio) >= np.log((1 - stop.error) / stop.error):
            return "decided"
    return "most" if n_given >= stop.most else None


def may_come(times_given: int, n_tests: int, exposure: float) -> bool:
    """Say whether an item may come once more, this test counted.

    After ``n`` tests an item has come at most ``exposure · n`` times, or once while that is less
    than one: the limit holds at every moment, not on average.

    References
    ----------
    .. [1] Revuelta & Ponsoda (1998), Journal of Educational Measurement 35, 311-327.

    Examples
    --------
    >>> may_come(0, 1, 0.25), may_come(1, 4, 0.25), may_come(1, 8, 0.25)
    (True, False, True)
    """
    return times_given + 1 <= max(1.0, exposure * n_tests + 1e-9)
