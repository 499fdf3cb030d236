"""What an import says: rows carried, carried with a loss, refused, each with its reasons."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from exam_server.bank.models import Blueprint
from exam_server.errors import InvalidInputError, Problem
from itembank.interchange.report import Parsed, RowFinding

MOST_LISTED = 1000  # findings kept with a job; counts and digest always cover all
MOST_PROBLEMS = 200  # findings told with a refusal


def refusals_digest(parsed: Parsed) -> str:
    """Return what names exactly this list of refused rows; empty for none."""
    if not parsed.refused:
        return ""
    rows = [[each.row, each.item, each.column, each.code, each.detail] for each in parsed.refused]
    said = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def check_refusals(parsed: Parsed, accepted: str) -> None:
    """Raise InvalidInputError ``rows_refused`` unless exactly this list was accepted."""
    digest = refusals_digest(parsed)
    if not digest or accepted == digest:
        return
    problems = [
        Problem(f"{each.item or each.row} {each.column}", each.code, each.detail)
        for each in parsed.refused[:MOST_PROBLEMS]
    ]
    raise InvalidInputError("rows_refused", problems, count=len(parsed.refused), digest=digest)


def report_of(parsed: Parsed, *, most: int | None = MOST_LISTED) -> dict[str, Any]:
    """Return the report of a file as read, before anything is taken; ``most`` None lists all."""
    losses = [note for note in parsed.notes if note.is_loss]
    with_loss = len({note.row for note in losses})
    return {
        "format": parsed.format,
        "language": parsed.language,
        "counts": {
            "read": len(parsed.items) + len(parsed.refused),
            "carried": len(parsed.items) - with_loss,
            "with_loss": with_loss,
            "refused": len(parsed.refused),
            "created": 0,
            "new_version": 0,
            "unchanged": 0,
            "moved": 0,
        },
        "losses": _by_reason(losses),
        "refusals": _by_reason(parsed.refused),
        "remarks": _by_reason([note for note in parsed.notes if not note.is_loss]),
        "refused": _listed(parsed.refused, most),
        "notes": _listed(parsed.notes, most),
        "new_versions": [],
        "moved": [],
        "left_out": _left_out(parsed, most),
        "digest": refusals_digest(parsed),
    }


def rows_of(parsed: Parsed) -> list[dict[str, Any]]:
    """Return what became of every row: ``carried``, ``with_loss`` or ``refused``, and why."""
    reasons: dict[int, list[str]] = {}
    for note in parsed.notes:
        if note.is_loss:
            reasons.setdefault(note.row, []).append(note.code)
    rows = [
        {
            "row": item.row,
            "item": item.code,
            "outcome": "with_loss" if item.row in reasons else "carried",
            "reasons": reasons.get(item.row, []),
        }
        for item in parsed.items
    ]
    rows += [
        {"row": each.row, "item": each.item, "outcome": "refused", "reasons": [each.code]}
        for each in parsed.refused
    ]
    return sorted(rows, key=_row_of)


def with_bank(report: dict[str, Any], parsed: Parsed, blueprint: Blueprint) -> dict[str, Any]:
    """Return the report with what is odd about this file in this bank."""
    if not parsed.language or parsed.language == blueprint.language:
        return report
    detail: dict[str, object] = {"file": parsed.language, "bank": blueprint.language}
    remark = RowFinding(0, "", "file", "language_differs", detail)
    remarks = {**report["remarks"], remark.code: 1}
    return {**report, "remarks": remarks, "notes": [asdict(remark), *report["notes"]]}


def with_remarks(report: dict[str, Any], found: Sequence[RowFinding]) -> dict[str, Any]:
    """Return the report with remarks on rows, found by looking at the bank."""
    room = max(0, MOST_LISTED - len(report["notes"]))
    return {
        **report,
        "remarks": {**report["remarks"], **_by_reason(found)},
        "notes": [*report["notes"], *_listed(found, room)],
        "left_out": report["left_out"] + max(0, len(found) - room),
    }


def counted(report: dict[str, Any], outcomes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the report with what became of some items: pairs of outcome and code."""
    counts = dict(report["counts"])
    lists = {"new_version": list(report["new_versions"]), "moved": list(report["moved"])}
    for outcome, code in outcomes:
        counts[outcome] += 1
        if outcome in lists and len(lists[outcome]) < MOST_LISTED:
            lists[outcome].append(code)
    return {
        **report,
        "counts": counts,
        "new_versions": lists["new_version"],
        "moved": lists["moved"],
    }


def _row_of(row: dict[str, Any]) -> int:
    return int(row["row"])


def _by_reason(findings: Sequence[RowFinding]) -> dict[str, int]:
    return dict(sorted(Counter(each.code for each in findings).items()))


def _listed(findings: Sequence[RowFinding], most: int | None) -> list[dict[str, Any]]:
    return [asdict(each) for each in findings[:most]]


def _left_out(parsed: Parsed, most: int | None) -> int:
    """Return how many findings are not listed."""
    if most is None:
        return 0
    return sum(max(0, len(each) - most) for each in (parsed.refused, parsed.notes))
