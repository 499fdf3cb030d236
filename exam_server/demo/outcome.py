"""After the finished exam day: marks of all components, and decisions of every kind."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.analysis.computing import analyse_run
from exam_server.analysis.examiners.ratings import Scope
from exam_server.analysis.patterns.finding import pattern_figures
from exam_server.analysis.patterns.looking import sought_in
from exam_server.analysis.patterns.reporting import store_report
from exam_server.analysis.taking import take_over
from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch
from exam_server.batches.service import registrations_of
from exam_server.demo.examining import add_single_marks, compare_examiners
from exam_server.demo.office import SEED, Office
from exam_server.demo.programme import sample_staff
from exam_server.marking.component_marks import enter_marks
from exam_server.marking.models import ResponseScore
from exam_server.marking.service import exam_sessions_in, mark_batch, newest_run
from exam_server.results.basis import basis_of
from exam_server.results.equating.gathering import new_in
from exam_server.results.equating.keeping import compute_figures
from exam_server.results.equating.models import Equating
from exam_server.results.precision import precision_for
from exam_server.results.previewing import preview_of
from exam_server.results.proposing import DecisionIn
from exam_server.results.releasing import release
from exam_server.results.rescoring import (
    Asked,
    ChangeIn,
    ask_change,
    decide_change,
)
from exam_server.results.second.comparing import compute_again
from exam_server.results.second.computing import store_second
from exam_server.results.service import decide_batch
from exam_server.results.verdicts import theory_marks
from exam_server.tables_in import SheetRow

Marks = tuple[Decimal | None, Decimal | None]  # practical, performance

EXAMINERS = ("examiner", "examiner2", "examiner3")
PRACTICAL_BASE, PRACTICAL_SHARE, PRACTICAL_NOISE = 34.0, 0.52, 7.0
PERFORMANCE_BASE, PERFORMANCE_NOISE = 78.0, 7.0
LOWEST, HIGHEST = 41.0, 98.0
SECOND = "officer2"
REASON = "两名考生反映题干有歧义，申请全体给分。"
REFUSAL = "经命题专家复核，题干与教材一致，答案唯一。"
EQUATED_BY = ("identity", "mean", "linear", "circle_arc")
UNMARKED = 4  # so many still wait for the practical examination


def mark_day(db: Session, office: Office, batch: Batch, *, now: datetime) -> None:
    """Mark the papers, and have examiners enter practical and performance marks for most."""
    for exam_session in mark_batch(db, batch, by=office.officer.id, now=now).marked:
        run = newest_run(db, exam_session.id)
        if run is not None:
            report = analyse_run(db, run, by=office.officer.id, now=now)
            take_over(db, office.officer, exam_session, report, now=now)
            asked: dict[str, Any] = {"codes": [], "seen_by": None, "exposed": []}
            found = pattern_figures(sought_in(db, run, asked), lambda *_: None)
            store_report(db, run, asked, found, by=office.officer.id, now=now)
    enter_component_marks(db, batch, now=now)
    add_single_marks(db, office, batch, now=now)
    compare_examiners(db, office, Scope(batch), now=now)


def enter_component_marks(db: Session, batch: Batch, *, now: datetime) -> None:
    """Have examiners enter practical and performance marks that go with the theory marks."""
    theory = theory_marks(db, batch)
    registrations = [each for each in registrations_of(db, batch) if each.id in theory]
    marks = component_marks_for([theory[each.id] for each in registrations])
    rows = [
        SheetRow(
            number,
            {
                "ticket": registration.ticket,
                "practical": _text(practical),
                "performance": _text(performance),
            },
        )
        for number, (registration, (practical, performance)) in enumerate(
            zip(registrations, marks, strict=True), start=2
        )
    ]
    for place, username in enumerate(EXAMINERS):
        own = rows[place :: len(EXAMINERS)]
        enter_marks(db, sample_staff(db, username), batch, own, now=now)


def decide_day(db: Session, office: Office, batch: Batch, *, now: datetime) -> None:
    """Decide on everybody, release it, and refuse a change of scoring that was asked for."""
    run = decide_batch(db, batch, by=office.officer.id, now=now)
    figures, precision = compute_again(db, run), precision_for(db, run)
    store_second(db, run, figures, precision, by=office.officer.id, now=now)
    release(db, batch, by=office.officer.id, now=now)
    _refuse_change(db, office, batch, now=now)
    equating = ask_equating(db, office, batch, now=now)
    if equating is not None:
        compute_figures(db, equating, now=now)


def _refuse_change(db: Session, office: Office, batch: Batch, *, now: datetime) -> None:
    used = select(ResponseScore.item_version_id).order_by(ResponseScore.position).limit(1)
    run = newest_run(db, exam_sessions_in(db, batch)[0].id)
    if run is None:
        return
    version_id = db.scalar(used.where(ResponseScore.marking_run_id == run.id))
    version = db.get_one(ItemVersion, version_id)
    sent = ChangeIn(way="full_marks", reason=REASON)
    change = ask_change(db, office.officer, batch, Asked(version, sent), now=now)
    change.basis, change.preview = basis_of(db, batch), preview_of(db, batch, change)
    refusal = DecisionIn(outcome="refused", reason=REFUSAL)
    decide_change(db, sample_staff(db, SECOND), batch, change, refusal, now=now)


def ask_equating(db: Session, office: Office, batch: Batch, *, now: datetime) -> Equating | None:
    """Ask that the second form of a day be equated to the first; None: there is one alone."""
    sat = new_in(db, batch)
    if len(sat) < 2:  # noqa: PLR2004 - a form and its reference
        return None
    equating = Equating(
        batch_id=batch.id,
        exam_session_id=sat[1].exam_session.id,
        form_id=sat[1].form.id,
        reference_session_id=sat[0].exam_session.id,
        reference_form_id=sat[0].form.id,
        methods=list(EQUATED_BY),
        seed=SEED,
        asked_at=now,
        asked_by=office.officer.id,
    )
    db.add(equating)
    db.flush()
    return equating


def component_marks_for(theory: Sequence[Decimal]) -> list[Marks]:
    """Return practical and performance marks that go with theory marks, some on the border.

    The lowest theory mark that passes gets a composite just below the pass mark, the next one
    just above it; the last few have no practical mark yet.
    """
    rng = np.random.default_rng(SEED)
    marks: list[Marks] = []
    for mark in theory:
        expected = PRACTICAL_BASE + PRACTICAL_SHARE * float(mark)
        practical = _whole(rng.normal(expected, PRACTICAL_NOISE))
        performance = _whole(rng.normal(PERFORMANCE_BASE, PERFORMANCE_NOISE))
        marks.append((practical, performance))
    passing = [place for place, mark in enumerate(theory) if mark >= 60]  # noqa: PLR2004 - the pass mark
    below, above = sorted(passing, key=lambda place: theory[place])[:2]
    marks[below] = (Decimal(60), _performance_for(theory[below], Decimal("59.9")))
    marks[above] = (Decimal(60), _performance_for(theory[above], Decimal("60.1")))
    for place in range(len(marks) - UNMARKED, len(marks)):
        if place not in {below, above}:
            marks[place] = (None, marks[place][1] if place % 2 else None)
    return marks


def _performance_for(theory: Decimal, composite: Decimal) -> Decimal:
    """Return the performance mark that makes a composite with a practical mark of 60."""
    wanted = (composite - theory * Decimal("0.4") - Decimal(30)) * 10
    return max(Decimal(0), wanted.quantize(Decimal("0.1")))


def _whole(value: float) -> Decimal:
    return Decimal(round(float(np.clip(value, LOWEST, HIGHEST)) * 2)) / 2


def _text(mark: Decimal | None) -> str:
    return "" if mark is None else str(mark)
