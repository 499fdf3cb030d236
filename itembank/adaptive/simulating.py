"""A trial of an adaptive test: candidates of known ability take it, and a fixed form beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from itembank.adaptive.ability import PRIOR, known_so_far, means_and_errors
from itembank.adaptive.choosing import OFTEN, Progress, choose_item
from itembank.adaptive.pool import AdaptivePool, FloatArray, IntArray
from itembank.adaptive.rules import Rules, ending, may_come
from scoring.item_response import success_chances


@dataclass(frozen=True)
class Taken:
    """One simulated test."""

    given: tuple[int, ...]
    ability: float
    standard_error: float
    log_ratio: float
    ended: str
    relaxed: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """Many simulated tests; arrays in the order of the true abilities."""

    truths: FloatArray
    estimates: FloatArray
    errors: FloatArray
    lengths: IntArray
    is_kept: np.ndarray
    is_above: np.ndarray
    endings: tuple[str, ...]
    n_relaxed: int  # tests in which the limit, or more, had to give way


def take_test(
    pool: AdaptivePool,
    rules: Rules,
    truth: float,
    rng: np.random.Generator,
    barred: IntArray | None = None,
) -> Taken:
    """Let a candidate of known ability take the test."""
    chances = success_chances(np.array([truth]), *pool.parameters)[0]
    given: list[int] = []
    rights: list[bool] = []
    relaxed: list[str] = []
    shadow: tuple[int, ...] = ()
    while True:
        known = known_so_far(pool, rules.stop, given, rights)
        ended = ending(rules.stop, len(given), known.standard_error, known.log_ratio)
        progress = Progress(tuple(given), known.ability, shadow)
        choice = None if ended else choose_item(pool, rules, progress, rng, barred)
        if choice is None:
            facts = (known.ability, known.standard_error, known.log_ratio)
            return Taken(tuple(given), *facts, ended or "no_item_left", tuple(relaxed))
        given.append(choice.place)
        shadow = choice.shadow
        rights.append(bool(rng.random() < chances[choice.place]))
        relaxed += [choice.relaxed] if choice.relaxed else []


def try_out(  # noqa: PLR0913 - a trial has this many facts
    pool: AdaptivePool,
    rules: Rules,
    truths: Sequence[float] | FloatArray,
    rng: np.random.Generator,
    *,
    times_given: IntArray,
    n_before: int = 0,
    tell: Callable[[int], None] = lambda _: None,
) -> Trial:
    """Let candidates take the test one after another; ``times_given`` is counted on in place.

    ``tell`` is called with how many are done.
    """
    taken: list[Taken] = []
    for number, truth in enumerate(truths):
        tell(number)
        n_tests = n_before + number + 1
        barred = too_often(times_given, n_tests, rules.exposure)
        test = take_test(pool, rules, float(truth), rng, barred)
        times_given[list(test.given)] += 1
        taken.append(test)
    return _trial(pool, rules, np.asarray(truths, float), taken)


def too_often(times_given: IntArray, n_tests: int, exposure: float) -> IntArray:
    """Return which items have come too often, as ``choose_item`` takes it."""
    may = [may_come(int(times), n_tests, exposure) for times in times_given]
    return np.where(may, 0, OFTEN)


def _trial(pool: AdaptivePool, rules: Rules, truths: FloatArray, taken: Sequence[Taken]) -> Trial:
    is_decision = rules.stop.kind == "decision"
    return Trial(
        truths=truths,
        estimates=np.array([each.ability for each in taken]),
        errors=np.array([each.standard_error for each in taken]),
        lengths=np.array([len(each.given) for each in taken], np.int64),
        is_kept=np.array([pool.keeps_blueprint(each.given) for each in taken], bool),
        is_above=np.array(
            [
                each.log_ratio > 0 if is_decision else each.ability >= rules.stop.cut
                for each in taken
            ],
            bool,
        ),
        endings=tuple(each.ended for each in taken),
        n_relaxed=sum(bool(each.relaxed) for each in taken),
    )


def take_fixed(
    pool: AdaptivePool, form: Sequence[int], truths: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Let the candidates take one fixed form; return their estimates and standard errors."""
    places = list(form)
    chances = success_chances(truths, *pool.parameters)[:, places]
    answers = (rng.random(chances.shape) < chances).astype(float)
    right, wrong = pool.right[:, places].T, pool.wrong[:, places].T
    return means_and_errors(PRIOR + answers @ right + (1 - answers) @ wrong)
