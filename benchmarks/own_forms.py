"""Forms of their own for thousands of candidates, drawn from solved forms of a published case.

    .venv/bin/python -m benchmarks.own_forms CASE.json [--candidates 3000] [--limit S]

Candidates sit in rooms of five rows and six columns; each has had a tenth of a form's length of
the solved forms' items in earlier exams and gets none of them. Two that sit side by side or one
behind the other share at most a twentieth of their items. Every form is judged by a checker that
shares no code with the solver; a form that breaks anything stops the run.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from exam_server.forms.case_files import read_case
from itembank.parallel_forms.case_model import form_ids
from itembank.parallel_forms.keeping_apart import Neighbours
from itembank.parallel_forms.linear_on_the_fly import Drawn, cells_of, draw, overlaps
from itembank.parallel_forms.solving import Solved, solve
from tests.form_checker import Case, judge

ROWS, COLUMNS = 5, 6


def beside(n_candidates: int) -> list[tuple[int, int]]:
    """Return the pairs side by side, or one behind the other, in rooms filled one by one."""
    pairs = []
    for seat in range(n_candidates):
        row, column = divmod(seat % (ROWS * COLUMNS), COLUMNS)
        pairs += [(seat, seat + 1)] if column + 1 < COLUMNS else []
        pairs += [(seat, seat + COLUMNS)] if row + 1 < ROWS else []
    return [pair for pair in pairs if pair[1] < n_candidates]


def drawn_from(path: Path, n_candidates: int, limit: float) -> dict[str, Any]:
    """Solve a case and draw a form for each candidate; return the figures."""
    model = read_case(path)
    started = time.process_time()
    found = solve(model.model, np.random.default_rng(1), time_limit=limit)
    assert isinstance(found, Solved), found
    solved = time.process_time()
    cells = cells_of(model.model, found.forms)
    length, rng = found.forms[0].size, np.random.default_rng(2)
    seen = np.zeros((n_candidates, model.model.n_units), dtype=np.bool_)
    for had in seen:
        had[rng.choice(cells.units.ravel(), length // 10, replace=False)] = True
    neighbours = Neighbours(beside(n_candidates), length // 20)
    begun = time.process_time()
    drawn = draw(model.model, cells, n_candidates, rng, seen=seen, neighbours=neighbours)
    ended = time.process_time()
    assert isinstance(drawn, Drawn), drawn
    assert not np.take_along_axis(seen, drawn.forms, axis=1).any()
    case = Case.read(path)
    single = Case({**case.case, "forms": 1}, case.bank, case.enemies)
    broken = [judge(single, [form_ids(model.ids, form)])[0] for form in drawn.forms]
    assert not any(broken), next(each for each in broken if each)
    return {
        "forms": len(drawn.forms),
        "different": len({tuple(sorted(form)) for form in drawn.forms.tolist()}),
        "solving CPU s": round(solved - started, 1),
        "cells CPU s": round(begun - solved, 1),
        "drawing CPU s": round(ended - begun, 1),
        "largest exposure": round(drawn.largest_exposure, 3),
        "mean overlap": round(drawn.mean_overlap, 2),
        "worst overlap of neighbours": max(overlaps(drawn.forms, neighbours.pairs)),
    }


def main() -> None:
    """Print the figures of one case."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("case", type=Path)
    asked.add_argument("--candidates", type=int, default=3000)
    asked.add_argument("--limit", type=float, default=60.0)
    given = asked.parse_args()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    for name, value in drawn_from(given.case, given.candidates, given.limit).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
