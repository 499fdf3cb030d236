"""Tables of every method that was chosen, with standard errors from persons drawn anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from exam_server.results.equating.methods import COMMON, IRT, METHODS
from exam_server.results.equating.samples import Samples
from scoring.equating import anchors
from scoring.equating.curves import Items
from scoring.equating.item_scores import (
    equate_observed_scores,
    equate_true_scores,
    normal_population,
)
from scoring.equating.tables import ConversionTable, straight
from scoring.linking import bootstrapped, equate
from scoring.moments import FloatArray
from scoring.refusals import UnfitDataError

DRAWS: Final = 300
DEGREE: Final = 4  # of log-linear smoothing: mean, spread, skewness and kurtosis are kept
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Parameters:
    """What item response theory goes on: items of both forms on one scale, marks of an item."""

    new: Items
    reference: Items
    mark_new: int  # of each item of the form, in steps
    mark_reference: int


@dataclass(frozen=True)
class Made:
    """The table of a method, and that of the way back; or why there is none."""

    table: ConversionTable | None
    back: ConversionTable | None
    refused: str | None = None


def tables_of(
    methods: Sequence[str],
    samples: Samples,
    parameters: Parameters | None,
    rng: np.random.Generator,
    progress: Progress,
) -> dict[str, Made]:
    """Return the table of each method; ``progress`` may call the work off between them."""
    found: dict[str, Made] = {}
    for number, method in enumerate(methods):
        progress(number, len(methods))
        try:
            found[method] = _made(method, samples, parameters, rng)
        except UnfitDataError as refused:
            found[method] = Made(None, None, refused.code)
    return found


def _made(
    method: str, samples: Samples, parameters: Parameters | None, rng: np.random.Generator
) -> Made:
    if METHODS[method].design == IRT:
        if parameters is None:
            raise UnfitDataError("parameters_missing")
        table = _by_items(method, parameters, samples.most_new)
        return Made(table, _by_items(method, _turned(parameters), samples.most_reference))
    forwards, back = _by_persons(method, samples), _by_persons(method, _turned_samples(samples))
    table = forwards(samples.new, samples.reference)
    return Made(_with_errors(table, forwards, samples, rng), back(samples.reference, samples.new))


def _with_errors(
    table: ConversionTable,
    forwards: Callable[..., ConversionTable],
    samples: Samples,
    rng: np.random.Generator,
) -> ConversionTable:
    if table.method == "identity":
        return table
    try:
        return bootstrapped(forwards, (samples.new, samples.reference), rng, DRAWS)
    except UnfitDataError:  # a draw without variation: the table stands, its error is unknown
        return table.with_errors(np.full(len(table.scores), np.nan))


def _by_persons(method: str, samples: Samples) -> Callable[..., ConversionTable]:
    ends = samples.most_new, samples.most_reference
    if METHODS[method].design != COMMON:
        return lambda x, y: _by_groups(method, x[:, 0], y[:, 0], ends)

    def by_anchor(x: FloatArray, y: FloatArray) -> ConversionTable:
        both = [
            anchors.taken(each[:, 0], each[:, 1], most, samples.most_anchor)
            for each, most in zip((x, y), ends, strict=True)
        ]
        return _by_anchor(method, both[0], both[1])

    return by_anchor


def _by_groups(method: str, x: FloatArray, y: FloatArray, ends: tuple[int, int]) -> ConversionTable:
    if method == "identity":  # the same share of the most
        scores = np.arange(ends[0] + 1, dtype=np.float64)
        return straight(scores, ends[1] / ends[0], 0.0, method, np.zeros(len(scores)))
    return equate(x, y, method, max_scores=ends, degree=DEGREE)


def _by_anchor(method: str, x: anchors.Taken, y: anchors.Taken) -> ConversionTable:
    weight = x.n_persons / (x.n_persons + y.n_persons)
    made: Mapping[str, Callable[[], ConversionTable]] = {
        "nominal": lambda: anchors.synthetic_linear(x, y, method, weight=weight, only_means=True),
        "tucker": lambda: anchors.synthetic_linear(x, y, method, weight=weight),
        "levine": lambda: anchors.synthetic_linear(x, y, method, weight=weight),
        "braun_holland": lambda: anchors.braun_holland(x, y, weight),
        "chained_linear": lambda: anchors.chained_linear(x, y),
        "chained_equipercentile": lambda: anchors.chained_equipercentile(x, y),
        "frequency_estimation": lambda: anchors.frequency_estimation(x, y, weight),
    }
    return made[method]()


def _by_items(method: str, parameters: Parameters, most: int) -> ConversionTable:
    """Return a table for every step of marks, from one for every number of right answers."""
    if method == "true_score":
        found = equate_true_scores(parameters.new, parameters.reference)
    else:
        found = equate_observed_scores(parameters.new, parameters.reference, normal_population())
    steps = np.arange(most + 1, dtype=np.float64)
    worth = np.interp(
        steps,
        found.scores * parameters.mark_new,
        found.equivalents * parameters.mark_reference,
    )
    return ConversionTable(steps, worth, np.full(most + 1, np.nan), method)


def _turned(parameters: Parameters) -> Parameters:
    return Parameters(
        parameters.reference, parameters.new, parameters.mark_reference, parameters.mark_new
    )


def _turned_samples(samples: Samples) -> Samples:
    return replace(
        samples,
        new=samples.reference,
        reference=samples.new,
        most_new=samples.most_reference,
        most_reference=samples.most_new,
    )


def round_trip(made: Made, at: FloatArray) -> float | None:
    """Return by how much scores that go to the reference and back come out wrong at most."""
    if made.table is None or made.back is None:
        return None
    there = np.interp(at, made.table.scores, made.table.equivalents)
    again = np.interp(there, made.back.scores, made.back.equivalents)
    found: Any = np.abs(again - at).max()
    return float(found)
