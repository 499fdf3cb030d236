"""Which fixed sets (套题) an exam session gets: named, drawn by chance, or the next in turn.

Kept with the exam session, nothing secret: codes, never items::

    {"way": "random", "sets": [], "count": 1, "last": 2, "seed": "…", "drawn": ["B"]}

A named choice stands at once. A draw is made when the release is asked for, by a seed of the
server, and stays from then on, whoever asks again: it cannot be repeated until it pleases. Only
a set that was blocked or given to another exam session meanwhile makes it be drawn anew.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.forms.models import AssemblyRun, Form, SealedForm
from exam_server.forms.service import fresh_seed
from exam_server.forms.set_keeping import ready_sets
from exam_server.inputs import In
from exam_server.seating.forms_given import IN_TURN, NAMED, RANDOM, forms_given, is_drawn_later
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.orders import OrderFacts
from exam_server.seating.planning import clear_draw
from exam_server.seating.planning_rules import hold_planned
from itembank.fixed_sets import TooFew, drawn_sets, free_sets, next_sets
from proctor.seating_plan import Place, form_at

MOST_LAST = 50


class ChoiceIn(In):
    """How an exam session gets its sets: which, or how many and which not."""

    way: Literal["named", "random", "in_turn"]
    sets: list[str] = Field(default_factory=list, max_length=30)
    count: int = Field(default=1, ge=1, le=30)
    last: int = Field(default=0, ge=0, le=MOST_LAST)


def choose_sets(db: Session, actor: Actor, exam_session: ExamSession, sent: ChoiceIn) -> None:
    """Choose the sets of an exam session or how they are drawn; seats are drawn anew for it.

    Raises ConflictError: ``already_released``, ``no_fixed_sets``; InvalidInputError:
    ``no_set_named``, ``set_not_ready``, ``too_few_sets``.
    """
    hold_planned(db, exam_session)
    run = exam_session.assembly_run
    if run is None or not run.is_fixed:
        raise ConflictError("no_fixed_sets")
    ready = [form.code for form in ready_sets(db, run)]
    named = sorted(set(sent.sets)) if sent.way == NAMED else []
    _refuse_unready(sent, named, ready)
    last = sent.last if sent.way == RANDOM else 0
    if sent.way != NAMED and len(free_sets(ready, history_of(db, run), last=last)) < sent.count:
        free = len(free_sets(ready, history_of(db, run), last=last))
        raise InvalidInputError("too_few_sets", count=sent.count, free=free)
    choice = {"way": sent.way, "sets": named, "count": len(named) or sent.count, "last": last}
    if exam_session.set_choice and _asked(exam_session.set_choice) == choice:
        return
    clear_draw(db, exam_session)
    exam_session.set_choice = choice
    db.flush()
    of = f"exam_session:{exam_session.uid}"
    audit.record(db, "choose_sets", by=actor.id, of=of, detail=choice)


def _refuse_unready(sent: ChoiceIn, named: Sequence[str], ready: Sequence[str]) -> None:
    if sent.way == NAMED and not named:
        raise InvalidInputError("no_set_named")
    if other := [each for each in named if each not in ready]:
        raise InvalidInputError("set_not_ready", sets=", ".join(other))


def _asked(choice: dict[str, Any]) -> dict[str, Any]:
    return {name: choice[name] for name in ("way", "sets", "count", "last")}


def history_of(
    db: Session, run: AssemblyRun, *, but: ExamSession | None = None
) -> list[frozenset[str]]:
    """Return the sets of each exam session that a collection was released for, newest first."""
    first = func.min(SealedForm.released_at)
    chosen = (
        select(SealedForm.exam_session_id, first)
        .join(Form, SealedForm.form_id == Form.id)
        .where(Form.assembly_run_id == run.id)
        .group_by(SealedForm.exam_session_id)
        .order_by(first.desc(), SealedForm.exam_session_id.desc())
    )
    sets: dict[int, set[str]] = {row[0]: set() for row in db.execute(chosen)}
    codes = select(SealedForm.exam_session_id, Form.code).join(Form, SealedForm.form_id == Form.id)
    for key, code in db.execute(codes.where(Form.assembly_run_id == run.id)):
        sets[key].add(code)
    return [frozenset(used) for key, used in sets.items() if but is None or key != but.id]


def set_problem(db: Session, exam_session: ExamSession) -> int | None:
    """Return how many sets are lacking or may not be given out; None where no sets are used."""
    run, choice = exam_session.assembly_run, exam_session.set_choice
    if run is None or not run.is_fixed:
        return None
    if choice is None:
        return 1
    ready = [form.code for form in ready_sets(db, run)]
    if choice["way"] == NAMED:
        return len(set(choice["sets"]) - set(ready))
    free = free_sets(ready, history_of(db, run, but=exam_session), last=choice["last"])
    return max(0, int(choice["count"]) - len(free))


def refuse_unready(db: Session, exam_session: ExamSession, form_ids: Sequence[int]) -> None:
    """Refuse sets that may not be given out, or were given to another exam session meanwhile.

    Raises ConflictError: ``set_not_ready``, ``sets_used_meanwhile``.
    """
    run = exam_session.assembly_run
    if run is None or not run.is_fixed:
        return
    ready = ready_sets(db, run)
    bad = set(form_ids) - {form.id for form in ready}
    if bad:
        codes = sorted(form.code for form in run.forms if form.id in bad)
        raise ConflictError("set_not_ready", sets=", ".join(codes))
    choice = exam_session.set_choice or {}
    if is_drawn_later(exam_session) and not _stands(
        choice, [form.code for form in ready], history_of(db, run, but=exam_session)
    ):
        raise ConflictError("sets_used_meanwhile", sets=", ".join(choice.get("drawn", [])))


def draw_chosen(db: Session, actor: Actor, exam_session: ExamSession) -> None:
    """Draw the sets that a release is asked for, where they are drawn, and give them to seats.

    Raises ConflictError: ``too_few_sets``.
    """
    run = exam_session.assembly_run
    if run is None or not is_drawn_later(exam_session):
        return
    choice = dict(exam_session.set_choice or {})
    history = history_of(db, run, but=exam_session)
    ready = [form.code for form in ready_sets(db, run)]
    if not _stands(choice, ready, history):
        choice["seed"] = str(fresh_seed())
        choice["drawn"] = _drawn(choice, ready, history)
        exam_session.set_choice = choice
        _take_back(db, exam_session)
        of = f"exam_session:{exam_session.uid}"
        detail = {name: choice[name] for name in ("way", "seed", "drawn")}
        audit.record(db, "draw_sets", by=actor.id, of=of, detail=detail)
    _give(db, exam_session)


def _stands(choice: dict[str, Any], ready: Sequence[str], history: list[frozenset[str]]) -> bool:
    """Say whether sets drawn earlier may still be given out."""
    drawn = choice.get("drawn", [])
    if choice["way"] == IN_TURN:
        return bool(drawn) and drawn == next_sets(ready, history, count=int(choice["count"]))
    return bool(drawn) and set(drawn) <= set(free_sets(ready, history, last=choice["last"]))


def _drawn(
    choice: dict[str, Any], ready: Sequence[str], history: list[frozenset[str]]
) -> list[str]:
    count = int(choice["count"])
    if choice["way"] == IN_TURN:
        found = next_sets(ready, history, count=count)
    else:
        rng = np.random.default_rng(int(choice["seed"]))
        found = drawn_sets(ready, history, count=count, last=choice["last"], rng=rng)
    if isinstance(found, TooFew):
        raise ConflictError("too_few_sets", count=count, free=found.free)
    return found


def _take_back(db: Session, exam_session: ExamSession) -> None:
    for sitting in db.scalars(select(Sitting).where(Sitting.exam_session_id == exam_session.id)):
        sitting.form, sitting.sealed_order = None, None
    db.flush()


def _give(db: Session, exam_session: ExamSession) -> None:
    """Give seats without a form the one of their place, in an order of their own."""
    forms = forms_given(exam_session)
    chosen = select(Sitting).where(
        Sitting.exam_session_id == exam_session.id, Sitting.form_id.is_(None)
    )
    facts: dict[int, OrderFacts] = {}
    for sitting in db.scalars(chosen.options(joinedload(Sitting.seat)).order_by(Sitting.id)):
        form = forms[form_at(Place(0, sitting.seat.row, sitting.seat.column), len(forms))]
        if form.id not in facts:
            facts[form.id] = OrderFacts.of(db, form)
        rng = np.random.default_rng([int(exam_session.seat_seed or 0), sitting.seat_id])
        sitting.form, sitting.form_version = form, form.version
        sitting.sealed_order = facts[form.id].drawn(db, rng)
    db.flush()
