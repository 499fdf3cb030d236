"""Assembly cases as files: a case beside its bank and enemy sets, and the answer as JSON."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exam_server.errors import InvalidInputError
from itembank.parallel_forms.case_model import CaseModel, case_model, form_ids
from itembank.parallel_forms.case_reading import given, refuse
from itembank.parallel_forms.conflicts import BrokenBound
from itembank.parallel_forms.solving import Excluded, Solved

DECIMALS = 6


def read_case(path: Path) -> CaseModel:
    """Read a case and the files it names; raises InvalidInputError: ``case_unreadable``."""
    try:
        case = _json(path)
        if not isinstance(case, dict):
            refuse(path.name, "no JSON object")
        with (path.parent / _name(case, "bank")).open(encoding="utf-8-sig", newline="") as bank:
            items = list(csv.DictReader(bank))
        named = case.get("enemies_file") is not None
        sets = _json(path.parent / _name(case, "enemies_file")) if named else []
        return case_model(case, items, sets)
    except (OSError, ValueError, csv.Error) as wrong:
        raise InvalidInputError("case_unreadable", reason=str(wrong)) from wrong


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as wrong:
        refuse(path.name, f"no JSON: {wrong}")


def _name(case: Mapping[str, Any], key: str) -> str:
    """Return the name of a file beside the case."""
    name = given(case, key)
    if not isinstance(name, str):
        refuse(key, f"{name!r} is no file name")
    return name


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
