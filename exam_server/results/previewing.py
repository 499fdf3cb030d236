"""What a change of scoring would do: who changes, who crosses the line, how reliable it becomes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.batches.service import registrations_of
from exam_server.errors import ConflictError
from exam_server.forms.models import Form
from exam_server.marking.changes import ORIGINAL, changed_by, dropped_way
from exam_server.marking.models import ScoringChange
from exam_server.marking.papers import MarkedPaper, Papers, mark_papers, read_papers, with_change
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.marking.written_marks import with_persons_marks
from exam_server.programmes.models import RuleSet
from exam_server.results.drawn_keys import drawn_keys
from exam_server.results.equating.standing import with_tables
from exam_server.results.rules import Given, Judgement, Rules, judge, rules_of
from exam_server.results.verdicts import given_in, rules_applied
from exam_server.seating.models import Sitting
from scoring.classical import analyse_items

FEWEST: Final = 30  # candidates on a form; with fewer no reliability is told
MOST_NAMED: Final = 1000
BAND: Final = 5  # marks of 100 in a bar of the distribution
WHOLE: Final = 100


@dataclass(frozen=True)
class Pair:
    """The papers of an exam session as they are marked now and as they would be."""

    name: str
    papers: Papers
    before: Sequence[MarkedPaper]
    after: Sequence[MarkedPaper]


def preview_of(db: Session, batch: Batch, change: ScoringChange) -> dict[str, Any]:
    """Return what a change would do; raises ConflictError: ``nothing_left_to_mark``."""
    pairs = list(_pairs(db, batch, change))
    if any(paper.max_mark == 0 for pair in pairs for paper in pair.after):
        raise ConflictError("nothing_left_to_mark")
    rules = rules_of(rules_applied(db.get_one(RuleSet, batch.rule_set_id)))
    given = given_in(db, batch)
    owners = _owners(db, batch)
    shown = {
        name: _with_theory(owners, given, with_tables(db, batch, papers))
        for name, papers in (
            ("before", [paper for pair in pairs for paper in pair.before]),
            ("after", [paper for pair in pairs for paper in pair.after]),
        )
    }
    reliability = [row for pair in pairs for row in _reliability(db, pair)]
    return {
        **effect_of(db, batch, shown, rules),
        "drawn": drawn_keys(db, batch, change),
        "reliability": reliability,
    }


def effect_of(
    db: Session, batch: Batch, shown: Mapping[str, Mapping[int, Given]], rules: Rules
) -> dict[str, Any]:
    """Return who changes from ``before`` to ``after``: marks of everybody by registration."""
    judged = {
        name: dict(zip(people, judge(list(people.values()), rules), strict=True))
        for name, people in shown.items()
    }
    rows = list(_rows(db, batch, shown, judged))
    return {
        **_counts(rows, len(shown["after"])),
        "rows": rows[:MOST_NAMED],
        "bands": _bands(judged, rules),
        "outcomes": {
            name: dict(sorted(Counter(each.outcome for each in found.values()).items()))
            for name, found in judged.items()
        },
    }


def _pairs(db: Session, batch: Batch, change: ScoringChange) -> Iterator[Pair]:
    changed = None
    if change.way != ORIGINAL:
        changed = changed_by(change, dropped_way(db, batch.id))
    for exam_session in exam_sessions_in(db, batch):
        if newest_run(db, exam_session.id) is None:
            continue
        papers = with_persons_marks(db, exam_session, read_papers(db, exam_session))
        holds = any(
            item.version_id == change.item_version_id
            for items in papers.forms.values()
            for item in items
        )
        if holds:
            would = with_change(papers, change.item_version_id, changed)
            yield Pair(exam_session.name, papers, mark_papers(papers), mark_papers(would))


def _owners(db: Session, batch: Batch) -> dict[int, int]:
    """Return whose each sitting of a batch is: registration by sitting."""
    ids = [each.id for each in exam_sessions_in(db, batch)]
    chosen = select(Sitting.id, Sitting.registration_id).where(Sitting.exam_session_id.in_(ids))
    return {row[0]: row[1] for row in db.execute(chosen)}


def _with_theory(
    owners: Mapping[int, int], given: Mapping[int, Given], papers: Sequence[MarkedPaper]
) -> dict[int, Given]:
    found = dict(given)
    for paper in papers:
        registration_id = owners[paper.sitting_id]
        if registration_id in found and paper.theory is not None:
            own = found[registration_id]
            found[registration_id] = replace(own, marks={**own.marks, "theory": paper.theory})
    return found


def _rows(
    db: Session,
    batch: Batch,
    shown: Mapping[str, Mapping[int, Given]],
    judged: Mapping[str, Mapping[int, Judgement]],
) -> Iterator[dict[str, Any]]:
    """Give every candidate whose mark or outcome changes, those who cross the line first."""
    found = []
    for registration in registrations_of(db, batch):
        key = registration.id
        theory = [shown[name][key].marks.get("theory") for name in ("before", "after")]
        one, other = judged["before"][key], judged["after"][key]
        if theory[0] == theory[1] and one == other:
            continue
        found.append(
            {
                "registration": registration.uid,
                "ticket": registration.ticket,
                "name": registration.candidate.name,
                "theory": [_text(mark) for mark in theory],
                "composite": [_text(one.composite), _text(other.composite)],
                "outcome": [one.outcome, other.outcome],
            }
        )
    yield from sorted(found, key=lambda row: row["outcome"][0] == row["outcome"][1])


def _counts(rows: Sequence[Mapping[str, Any]], n_candidates: int) -> dict[str, int]:
    moves = Counter(tuple(row["outcome"]) for row in rows)
    return {
        "candidates": n_candidates,
        "changed": len(rows),
        "up": moves["fail", "pass"],
        "down": moves["pass", "fail"],
        "raised": sum(_is_up(row["theory"]) for row in rows),
        "lowered": sum(_is_up(row["theory"][::-1]) for row in rows),
    }


def _is_up(pair: Sequence[str]) -> bool:
    return bool(pair[0] and pair[1]) and Decimal(pair[1]) > Decimal(pair[0])


def _bands(judged: Mapping[str, Mapping[int, Judgement]], rules: Rules) -> dict[str, Any]:
    """Return how many composites lie in each band of five marks; the last takes 100 too."""
    found: dict[str, Any] = {"width": BAND, "pass_mark": str(rules.pass_mark)}
    for name, people in judged.items():
        counts = [0] * (WHOLE // BAND)
        for each in people.values():
            if each.composite is not None:
                counts[min(int(each.composite) // BAND, len(counts) - 1)] += 1
        found[name] = counts
    return found


def _reliability(db: Session, pair: Pair) -> Iterator[dict[str, Any]]:
    """Give alpha of each form before and after; nothing where the candidates are too few."""
    for form_id in sorted(set(pair.papers.form_ids.values()), key=str):
        own = {each for each, form in pair.papers.form_ids.items() if form == form_id}
        alphas = [
            _alpha([p for p in papers if p.sitting_id in own])
            for papers in (pair.before, pair.after)
        ]
        form = db.get(Form, form_id)
        code = form.code if form else ""
        yield {"exam_session": pair.name, "form": code, "n": len(own), "alpha": alphas}


def _alpha(papers: Sequence[MarkedPaper]) -> float | None:
    whole = [paper for paper in papers if paper.mark is not None]
    if len(whole) < FEWEST:
        return None
    marks = np.array([[float(row["mark"]) for row in p.rows if row["counts"]] for p in whole])
    if marks.shape[1] < 2 or not np.ptp(marks.sum(axis=1)):  # noqa: PLR2004 - alpha needs two items
        return None
    return float(analyse_items(marks).alpha)


def _text(mark: Decimal | None) -> str:
    return "" if mark is None else f"{mark:f}"
