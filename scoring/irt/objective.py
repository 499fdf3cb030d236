"""What a fit climbs: the slope of the log likelihood and its priors, and a first curvature."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.curves import Curves
from scoring.irt.layout import Layout, nodes
from scoring.irt.passes import Pass, Point, expected_responses

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TINY = 1e-12


@dataclass(frozen=True)
class Free:
    """What is estimated: places in the parameters, and of which groups the mean and the SD."""

    parameters: BoolArray
    means: BoolArray
    sds: BoolArray

    @property
    def n(self) -> int:
        """How many figures are estimated."""
        return int(self.parameters.sum() + self.means.sum() + self.sds.sum())

    def vector(self, point: Point) -> FloatArray:
        """Return what is estimated as one vector: items, means, logarithms of SDs."""
        return np.concatenate(
            [
                point.parameters[self.parameters],
                point.means[self.means],
                point.log_sds[self.sds],
            ]
        )

    def point(self, vector: FloatArray, like: Point) -> Point:
        """Return a point with what is estimated taken from a vector."""
        parameters, means, sds = like.parameters.copy(), like.means.copy(), like.log_sds.copy()
        n_items, n_means = int(self.parameters.sum()), int(self.means.sum())
        parameters[self.parameters] = vector[:n_items]
        means[self.means] = vector[n_items : n_items + n_means]
        sds[self.sds] = vector[n_items + n_means :]
        return Point(parameters, means, sds, like.n_nodes)


@dataclass(frozen=True)
class BetaPrior:
    """Beta prior of lower asymptotes: its density at the asymptote itself is maximized."""

    alpha: float
    beta: float

    def log_density(self, logits: FloatArray) -> float:
        """Return the logarithm of the density, without its constant."""
        chance = 1 / (1 + np.exp(-logits))
        terms = (self.alpha - 1) * np.log(chance) + (self.beta - 1) * np.log1p(-chance)
        return float(terms.sum())

    def slopes(self, logits: FloatArray) -> FloatArray:
        """Return the derivatives of the logarithm of the density by the logits."""
        chance = 1 / (1 + np.exp(-logits))
        return np.asarray((self.alpha - 1) * (1 - chance) - (self.beta - 1) * chance)

    def curvatures(self, logits: FloatArray) -> FloatArray:
        """Return minus the second derivatives."""
        chance = 1 / (1 + np.exp(-logits))
        return np.asarray((self.alpha + self.beta - 2) * chance * (1 - chance))


def slopes_of_items(layout: Layout, found: Pass) -> FloatArray:
    """Return the derivatives of the marginal log likelihood by the items' parameters."""
    slopes = np.zeros((layout.n_items, layout.width))
    for counts, by_family in zip(found.counts, found.by_family, strict=True):
        for place, family in enumerate(layout.families):
            responses, _ = expected_responses(layout, counts, place)
            own = slopes_of_family(by_family[place], responses)
            slopes[family.items, : family.n_parameters] += own
    return slopes


def slopes_of_family(own: Curves, responses: FloatArray) -> FloatArray:
    """Return derivatives of the complete-data log likelihood, shape (n_items, n_parameters)."""
    return np.asarray((own.scores * responses[:, None]).sum(axis=(2, 3)))


def information_of_items(layout: Layout, found: Pass) -> FloatArray:
    """Return the items' expected complete-data information, (n_items, width, width)."""
    whole = np.zeros((layout.n_items, layout.width, layout.width))
    for counts, by_family in zip(found.counts, found.by_family, strict=True):
        for place, family in enumerate(layout.families):
            _, in_all = expected_responses(layout, counts, place)
            own = by_family[place]
            n_items, n_own = own.scores.shape[:2]
            weights = np.exp(own.log_chances) * in_all[:, None]
            flat = own.scores.reshape(n_items, n_own, -1)
            added = (flat * weights.reshape(n_items, 1, -1)) @ flat.transpose(0, 2, 1)
            whole[family.items, :n_own, :n_own] += added
    return whole


def slopes_of_groups(found: Pass, at: Point) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives by the means and the logarithms of the SDs."""
    points, _ = nodes(at.n_nodes)
    by_node = np.array([counts[-1] for counts in found.counts])
    means = by_node @ points / np.exp(at.log_sds)
    return means, by_node @ (points**2 - 1)
