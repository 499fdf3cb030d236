"""How fine a quadrature must be: the more a test tells, the narrower are posteriors.

Equal steps of h integrate a normal density of standard deviation σ with a relative error of
2 exp(−2 π² σ² / h²): 1·10⁻⁴ at h = 1.4 σ and 5·10⁻⁹ at h = σ. With coarser steps abilities
stick to the points and likelihoods have bumps that no search climbs.
"""

import numpy as np
from numpy.typing import NDArray

from scoring.irt.curves import slants
from scoring.irt.layout import N_NODES, REACH, Layout

FloatArray = NDArray[np.float64]
COARSEST = 1.4  # standard deviations of a posterior in a step of the usual points
MOST_NODES = 601
LOOKED_AT = 121


def n_nodes_for(
    layout: Layout,
    parameters: FloatArray,
    mean: float,
    sd: float,
    is_given: NDArray[np.bool_] | None = None,
) -> int:
    """Return how many quadrature points a test needs in a population: 61, or more.

    Parameters
    ----------
    layout : Layout
    parameters : ndarray, shape (n_items, width)
        As ``scoring.irt.curves`` takes them.
    mean, sd : float
        Of the population.
    is_given : ndarray of bool, shape (n_items,), optional
        Items that count; all when not given.

    Examples
    --------
    >>> from scoring.irt.calibration import known_items
    >>> of = [known_items([2.0] * n, [0.0] * n, model="2pl") for n in (40, 200)]
    >>> [n_nodes_for(each.layout, each.parameters, 0.0, 1.0) for each in of]
    [61, 171]
    """
    theta = mean + sd * np.linspace(-REACH, REACH, LOOKED_AT)
    information = np.zeros(theta.size)
    for family in layout.families:
        counted = family.items if is_given is None else family.items[is_given[family.items]]
        if counted.size:
            own = slants(family.kind, parameters[counted, : family.n_parameters], theta)
            information += (np.exp(own.log_chances) * own.first**2).sum(axis=(0, 1))
    return n_nodes_of(sd * float(np.sqrt(information.max())))


def n_nodes_of(sharpness: float) -> int:
    """Return how many points a posterior needs, from the population's SD over its own.

    Examples
    --------
    >>> n_nodes_of(5.0), n_nodes_of(20.0)
    (61, 241)
    """
    narrowest = 1 / max(sharpness, 1e-6)
    if COARSEST * narrowest >= 2 * REACH / (N_NODES - 1):
        return N_NODES
    return int(min(2 * np.ceil(REACH / narrowest) + 1, MOST_NODES))
