"""Assembly cases as files: a case beside its bank and enemy sets, and the answer as JSON."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exam_server.errors import InvalidInputError
from itembank.parallel_forms.case_model import CaseModel, case_model, form_ids
from itembank.parallel_forms.conflicts import BrokenBound
from itembank.parallel_forms.solving import Excluded, Solved

DECIMALS = 6


def read_case(path: Path) -> CaseModel:
    """Read a case and the files it names; raises InvalidInputError: ``case_unreadable``."""
    try:
        case = json.loads(path.read_text(encoding="utf-8-sig"))
        with (path.parent / case["bank"]).open(encoding="utf-8-sig", newline="") as bank:
            items = list(csv.DictReader(bank))
        enemies = path.parent / case["enemies_file"] if case.get("enemies_file") else None
        sets = json.loads(enemies.read_text(encoding="utf-8-sig")) if enemies else []
        return case_model(case, items, sets)
    except KeyError as missing:
        raise InvalidInputError("case_unreadable", reason=f"no {missing}") from missing
    except (OSError, ValueError, TypeError, AttributeError) as wrong:
        raise InvalidInputError("case_unreadable", reason=str(wrong)) from wrong


def answer_of(read: CaseModel, solved: Solved, seconds: float) -> dict[str, Any]:
    """Return the forms as written to a file; ``gap`` is null where less is better."""
    return {
        "forms": [form_ids(read.ids, form) for form in solved.forms],
        "objective": solved.objective,
        "bound": solved.bound,
        "gap": solved.gap,
        "seconds": round(seconds, 3),
    }


def conflict_words(excluded: Excluded) -> list[str]:
    """Return each bound of a conflict in words, as ``area A3 min 48``."""
    return [_words(bound) for bound in excluded.conflict]


def _words(bound: BrokenBound) -> str:
    kind = "" if bound.kind in {"sum", "mean"} else bound.kind
    side = "min" if bound.is_low else "max"
    limit = f"{round(bound.limit, DECIMALS):.10g}"
    return " ".join(word for word in (kind, bound.name, side, limit) if word)


def write_answer(path: Path, answer: Mapping[str, Any]) -> None:
    """Write an answer as JSON."""
    path.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
