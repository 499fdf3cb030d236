"""Assembly of published cases: ours, and the same model handed whole to HiGHS, side by side.

    .venv/bin/python -m benchmarks.assembly FOLDER [--highs S] [--limit S] [--case NAME ...]

FOLDER holds the cases, banks and enemy sets; NAME is one case of them. Each solve has a process of
its own with one thread. Seconds are those of solving, not of starting or reading; processor time
stands beside them, as a busy machine stretches the clock. Every form is judged by a checker that
shares no code with the solver; a case whose forms break anything stops the run.
"""

import argparse
import multiprocessing
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from exam_server.forms.case_files import conflict_words, read_case
from itembank.parallel_forms.case_model import form_ids
from itembank.parallel_forms.exact import solve_whole
from itembank.parallel_forms.solving import Excluded, Solved, solve
from tests.form_checker import judged

KB_PER_MB = 1024
HEADINGS = (
    "case", "forms", "objective", "bound", "gap %", "s", "CPU s", "MB",
    "HiGHS objective", "HiGHS gap %", "HiGHS s", "HiGHS CPU s", "HiGHS MB",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What a solver came to and what it took."""

    forms: list[list[str]]
    conflict: list[str]
    bound: float | None
    seconds: float
    cpu_seconds: float
    peak_mb: float


def ours(case: Path, limit: float) -> Run:
    """Solve a case as the command does."""
    read = read_case(case)
    started, cpu = time.perf_counter(), time.process_time()
    found = solve(
        read.model,
        np.random.default_rng(1),
        time_limit=limit,
        clock=lambda: time.perf_counter() - started,
    )
    forms = found.forms if isinstance(found, Solved) else ()
    return Run(
        [form_ids(read.ids, form) for form in forms],
        conflict_words(found) if isinstance(found, Excluded) else [],
        found.bound if isinstance(found, Solved) else None,
        *_taken(started, cpu),
    )


def whole(case: Path, limit: float) -> Run:
    """Hand the whole model to HiGHS."""
    read = read_case(case)
    started, cpu = time.perf_counter(), time.process_time()
    found = solve_whole(read.model, time_limit=limit)
    forms = [form_ids(read.ids, form) for form in found.forms or ()]
    return Run(forms, [], found.bound, *_taken(started, cpu))


def _taken(started: float, cpu: float) -> tuple[float, float, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB
    return time.perf_counter() - started, time.process_time() - cpu, peak


def alone(solver: Any, case: Path, limit: float) -> Run:
    """Run a solver in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found: Run = pool.apply(solver, (case, limit))
        return found


def row_of(case: Path, limit: float, highs: float) -> list[str]:
    """Return a case's row; both solvers' forms are judged."""
    own = alone(ours, case, limit)
    other = alone(whole, case, highs) if highs else None
    shown = [case.stem, str(len(own.forms)), *_values(case, own, own.bound)]
    shown.insert(3, "–" if own.bound is None else f"{own.bound:.4f}")
    shown += [f"{own.seconds:.1f}", f"{own.cpu_seconds:.1f}", f"{own.peak_mb:.0f}"]
    if other is not None:
        shown += _values(case, other, own.bound)
        shown += [f"{other.seconds:.1f}", f"{other.cpu_seconds:.1f}", f"{other.peak_mb:.0f}"]
    return shown


def _values(case: Path, run: Run, bound: float | None) -> list[str]:
    if not run.forms:
        return [f"infeasible: {'; '.join(run.conflict)}" if run.conflict else "no forms", "–"]
    broken, objective = judged(case, run.forms)
    assert not broken, broken
    gap = f"{100 * (bound - objective) / bound:.3f}" if bound else "–"
    return [f"{objective:.4f}", gap]


def main() -> None:
    """Print one table row a case."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--case", dest="cases", action="append", default=[])
    asked.add_argument("--limit", type=float, default=60.0)
    asked.add_argument("--highs", type=float, default=60.0, help="0: ours alone")
    given = asked.parse_args()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    files = sorted(path for path in given.folder.glob("*_*x*_*.json"))
    width = len(HEADINGS) if given.highs else HEADINGS.index("MB") + 1
    print("| " + " | ".join(HEADINGS[:width]) + " |")
    print("|---|" + "--:|" * (width - 1))
    for path in files:
        if not given.cases or path.stem in given.cases:
            print("| " + " | ".join(row_of(path, given.limit, given.highs)) + " |", flush=True)


if __name__ == "__main__":
    main()
