"""The likelihood of ratings under the many-facet Rasch model, and its slope person by person.

A rating follows a rating scale at ability less task difficulty less severity; abilities are
normal with mean 0 and are integrated out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.layout import N_NODES, nodes
from scoring.moments import FloatArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """Places of person, rater and task, and the category, of each rating."""

    person: IntArray
    rater: IntArray
    task: IntArray
    category: IntArray

    @property
    def n_persons(self) -> int:
        """How many persons there are."""
        return int(self.person.max()) + 1

    @property
    def n_raters(self) -> int:
        """How many raters there are."""
        return int(self.rater.max()) + 1

    @property
    def n_tasks(self) -> int:
        """How many tasks there are."""
        return int(self.task.max()) + 1

    @property
    def n_steps(self) -> int:
        """How many categories above the lowest there are."""
        return int(self.category.max())

    @staticmethod
    def basis(n: int) -> FloatArray:
        """Return what makes n figures that sum to 0 of n − 1 free ones."""
        return np.concatenate([np.eye(n - 1), -np.ones((1, n - 1))])


@dataclass(frozen=True)
class Standing:
    """Where a fit stands, and each person's slope of the log likelihood."""

    severities: FloatArray
    difficulties: FloatArray
    steps: FloatArray
    sd: float
    log_likelihood: float
    scores: FloatArray  # (n_persons, n_parameters)
    abilities: FloatArray
    ability_errors: FloatArray
    posterior: FloatArray  # (n_persons, n_points)

    def sharpness(self, data: Ratings) -> float:
        """Return the abilities' SD over the narrowest error that ratings leave of one."""
        line = self.abilities[data.person] - self.severities[data.rater]
        chances = _chances((line - self.difficulties[data.task])[None, :], self.steps)[:, 0]
        rank = np.arange(len(chances))[:, None]
        variances = (rank**2 * chances).sum(axis=0) - (rank * chances).sum(axis=0) ** 2
        most = np.bincount(data.person, weights=variances).max()
        return float(self.sd * np.sqrt(most))

    def fit_of_raters(self, data: Ratings) -> tuple[FloatArray, FloatArray]:
        """Return infit and outfit, squares averaged over what is possible of each ability.

        So their expectation is 1; at posterior means, which the ratings drew to themselves, it is
        less.
        """
        points, _ = nodes(self.posterior.shape[1])
        squares, variances, shares = np.zeros((3, data.n_raters))
        for rater in range(data.n_raters):
            own = np.flatnonzero(data.rater == rater)
            weights = self.posterior[data.person[own]]
            tasks = self.difficulties[data.task[own]][:, None]
            chances = _chances(self.sd * points - self.severities[rater] - tasks, self.steps)
            rank = np.arange(len(chances))[:, None, None]
            mean = (rank * chances).sum(axis=0)
            variance = ((rank - mean) ** 2 * chances).sum(axis=0)
            apart = (data.category[own][:, None] - mean) ** 2
            squares[rater] = (weights * apart).sum()
            variances[rater] = (weights * variance).sum()
            shares[rater] = (weights * apart / variance).sum() / len(own)
        return squares / variances, shares


def start_of(data: Ratings) -> FloatArray:
    """Return where a search begins: (n_raters − 1) severities, tasks, (n_steps − 1) steps, log sd.

    Everyone is alike but for the tasks' mean ratings.
    """
    at = np.zeros(data.n_raters + data.n_tasks + data.n_steps - 1)
    means = np.bincount(data.task, weights=data.category) / np.bincount(data.task) / data.n_steps
    at[data.n_raters - 1 : data.n_raters - 1 + data.n_tasks] = -np.log(means / (1 - means))
    return at


def evaluated(data: Ratings, at: FloatArray, n_nodes: int = N_NODES) -> Standing:
    """Return the likelihood at a point, and everything that comes with it."""
    n_raters, n_tasks = data.n_raters, data.n_tasks
    parts = np.split(at, [n_raters - 1, n_raters - 1 + n_tasks, len(at) - 1])
    severities, steps = data.basis(n_raters) @ parts[0], data.basis(data.n_steps) @ parts[2]
    sd = float(np.exp(parts[3][0]))
    points, log_weights = nodes(n_nodes)
    combo, place = np.unique(data.rater * n_tasks + data.task, return_inverse=True)
    line = sd * points[:, None] - severities[combo // n_tasks] - parts[1][combo % n_tasks]
    chances = _chances(line, steps)
    joint = np.zeros((data.n_persons, len(points)))
    joint += log_weights
    np.add.at(joint, data.person, np.log(chances[data.category, :, place]))
    top = joint.max(axis=1, keepdims=True)
    posterior = np.exp(joint - top)
    whole = posterior.sum(axis=1, keepdims=True)
    posterior /= whole
    scores = _scores(data, chances, place, posterior, sd * points)
    mean = posterior @ points
    errors = np.sqrt(np.maximum(posterior @ points**2 - mean**2, 0))
    total = float((np.log(whole) + top).sum())
    return Standing(
        severities, parts[1], steps, sd, total, scores, sd * mean, sd * errors, posterior
    )


def _chances(line: FloatArray, steps: FloatArray) -> FloatArray:
    """Return category chances, shape (n_categories, *line.shape)."""
    rank = np.arange(len(steps) + 1)[:, None, None]
    reach = np.concatenate([[0.0], np.cumsum(steps)])[:, None, None]
    logs = rank * line - reach
    logs -= logs.max(axis=0)
    found = np.exp(logs)
    return np.asarray(found / found.sum(axis=0))


def _scores(
    data: Ratings, chances: FloatArray, place: IntArray, posterior: FloatArray, theta: FloatArray
) -> FloatArray:
    """Return each person's slope by severities, difficulties, steps and log sd."""
    n_steps = data.n_steps
    above = np.cumsum(chances[::-1], axis=0)[::-1][1:]  # of a category or more
    weights = posterior[data.person]
    over = (data.category[:, None] > np.arange(n_steps))[:, :, None] - above[
        :, :, place
    ].T.swapaxes(1, 2)
    by_step = np.einsum("nkq,nq->nk", over, weights)
    apart = by_step.sum(axis=1)
    by_sd = np.einsum("nkq,nq->n", over, weights * theta)
    n, n_raters, n_tasks = data.n_persons, data.n_raters, data.n_tasks
    raters, tasks, steps, sd = (np.zeros((n, k)) for k in (n_raters, n_tasks, n_steps, 1))
    np.add.at(raters, (data.person, data.rater), -apart)
    np.add.at(tasks, (data.person, data.task), -apart)
    np.add.at(steps, data.person, -by_step)
    np.add.at(sd[:, 0], data.person, by_sd)
    columns = [raters @ data.basis(n_raters), tasks, steps @ data.basis(n_steps), sd]
    return np.concatenate(columns, axis=1)
