"""Time the statistics of large data beside one pass of plain sums and products.

.venv/bin/python -m benchmarks.statistics [--persons N] [--candidates N]
"""

import argparse
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np

from scoring.classical import analyse_items
from scoring.moments import FloatArray
from scoring.option_tables import analyse_options
from scoring.similarity import adjusted_p, option_chances, similar_pairs

N_ITEMS = 100
N_OPTIONS = 4


def timed(what: str, act: Callable[[], object]) -> float:
    """Run it, print seconds by the clock and of the processor, return the latter."""
    clock, cpu = perf_counter(), process_time()
    act()
    spent = process_time() - cpu
    print(f"{what}: {perf_counter() - clock:.2f} s by the clock, {spent:.2f} s of the processor")
    return spent


def classical(n: int, rng: np.random.Generator) -> None:
    """Analyse items and options of ``n`` persons."""
    marks = np.empty((n, N_ITEMS))
    codes = np.empty((n, N_ITEMS), dtype=np.int8)
    for start in range(0, n, 10_000):
        part = slice(start, min(start + 10_000, n))
        shape = marks[part].shape
        right = rng.random(shape) < 0.5 + 0.2 * np.clip(rng.normal(size=(shape[0], 1)), -2, 2)
        marks[part], codes[part] = right, np.where(right, 0, rng.integers(1, N_OPTIONS, shape))
    option_marks = np.zeros((N_ITEMS, N_OPTIONS))
    option_marks[:, 0] = 1

    def plain() -> FloatArray:
        return np.asarray(marks.sum(axis=0) @ (marks.T @ marks))

    base = timed(f"sums and products of {n} x {N_ITEMS}", plain)
    whole = timed("  items", lambda: analyse_items(marks))
    totals = marks.sum(axis=1)
    whole += timed("  options", lambda: analyse_options(codes, option_marks, totals))
    print(f"  together {whole / base:.2f} times the sums and products")


def similarity(n: int, rng: np.random.Generator) -> None:
    """Look at all pairs of ``n`` candidates."""
    slopes, intercepts = rng.normal(size=(2, N_ITEMS, N_OPTIONS))
    chances = option_chances(slopes, intercepts, rng.normal(size=n))
    draws = rng.random((n, N_ITEMS, 1))
    choices = (chances.cumsum(axis=2) > draws).argmax(axis=2)
    choices[1, :50] = choices[0, :50]

    def act() -> None:
        found = similar_pairs(choices, chances)
        flags = adjusted_p(found.gbt_p, found.n_pairs) < 0.01  # noqa: PLR2004 - one in a hundred
        print(
            f"  {found.n_pairs} pairs, {len(found.first)} looked at closely, {flags.sum()} flagged"
        )

    timed(f"omega and GBT of {n} candidates", act)


def main() -> None:
    """Time both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--candidates", type=int, default=3_000)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    classical(asked.persons, rng)
    similarity(asked.candidates, rng)


if __name__ == "__main__":
    main()
