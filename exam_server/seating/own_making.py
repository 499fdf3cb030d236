"""Forms of their own made: drawn for those seated, sealed, stored in portions, counted over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Registration
from exam_server.errors import ConflictError
from exam_server.forms.custody import (
    VERSIONS_AT_ONCE,
    Held,
    held_in,
    said_by,
    seal_items,
    sealed_order,
)
from exam_server.forms.models import AssemblyRun, Form, PreparedForm
from exam_server.forms.own_forms import Pool, Whom, barred_in, draw_forms, pool_of_run
from exam_server.forms.sealed_forms import Bodies, prepared
from exam_server.forms.seeds import draws_of, seal_draws
from exam_server.jobs import Work
from exam_server.seating.models import ExamSession, Sitting
from exam_server.seating.orders import OrderFacts
from exam_server.seating.own_counting import counted_over
from exam_server.seating.own_forms import beside, forms_in, seated_in
from itembank.drawing import Asked

AT_ONCE = 10  # forms stored in one transaction: a live room waits for it at most
REMOVED_AT_ONCE = 50


def _portions(values: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]


@dataclass(frozen=True)
class Drawing:
    """Forms drawn for registrations, and what their bodies and orders are made of."""

    registrations: Sequence[int]
    forms: Sequence[Sequence[Held]]
    first: int
    seat_seed: int
    bodies: Bodies
    asked: Mapping[int, Asked]


def make_own_forms(work: Work) -> dict[str, Any]:
    """Make and seal a form for each candidate who has none; what is made stands at once."""
    _remove_idle(work)
    with work.reading() as db:
        drawing, kept, sha256 = _drawn(db, work)
    with work.writing() as db:  # kept before any form is stored
        run = _held_open(db, work)
        seal_draws(db, run, kept)
        run.bank_sha256 = sha256
    total = len(drawing.forms)
    work.progress(0, total)
    for places in _portions(range(total), AT_ONCE):
        with work.reading() as db:
            made = [_made(db, work, drawing, place) for place in places]
        with work.writing() as db:
            _held_open(db, work)
            for form, body, order, registration_id in made:
                _store(db, work, form, body, (order, registration_id))
        work.progress(places[-1] + 1, total)
    with work.reading() as db:
        told = counted_over(db, *_facts(db, work))
    with work.writing() as db:
        run = _held_open(db, work)
        run.result, run.n_forms = told, told["forms"]
    return {"forms": told["forms"], "made": total}


def make_again(work: Work) -> dict[str, Any]:
    """Draw every form again from the seed and what was kept; say whether they are the same."""
    with work.reading() as db:
        run = db.get_one(AssemblyRun, work.payload["run"])
        pool = pool_of_run(db, run.pool or run)
        stored = {int(form.code): held_in(db, form) for form in forms_in(db, run.id)}
        draws = draws_of(db, run)
        again: dict[int, list[Held]] = {}
        for part, kept in enumerate(draws):
            drawn = draw_forms(db, run, pool, whom_of(kept), part=part)
            again |= {kept["first"] + place: held for place, held in enumerate(drawn)}
        alike = sum(again.get(number) == held for number, held in stored.items())
        is_same_bank = run.bank_sha256 == pool.sha256
    return {"forms": len(stored), "alike": alike, "is_same_bank": is_same_bank}


def whom_of(kept: Mapping[str, Any]) -> Whom:
    """Return for whom a draw was made from what was kept of it."""
    return Whom(**{name: kept[name] for name in Whom.__dataclass_fields__})


def whom_for(db: Session, exam_session: ExamSession, pool: Pool) -> tuple[Whom, list[int]]:
    """Return those who lack a form with all that counts, and their registrations in order.

    Forms that neighbours of theirs have already stand.
    """
    seated = seated_in(db, exam_session)
    new = [each for each in seated if each.form_id is None]
    pairs = [pair for pair in beside(seated) if any(each.form_id is None for each in pair)]
    near = {each.id: each for pair in pairs for each in pair if each.form_id is not None}
    order = {each.id: place for place, each in enumerate([*near.values(), *new])}
    whom = Whom(
        standing=[int(each.form_id or 0) for each in near.values()],
        seen=seen_before(db, exam_session, [each.registration.candidate_id for each in new]),
        pairs=[(order[one.id], order[other.id]) for one, other in pairs],
        most_alike=int(exam_session.most_alike or 0),
        barred=barred_in(db, pool),
    )
    return whom, [each.registration_id for each in new]


def seen_before(
    db: Session, exam_session: ExamSession, candidate_ids: Sequence[int]
) -> list[list[int]]:
    """Return the items that each candidate has had in exam sessions that began."""
    forms: dict[int, set[int]] = {each: set() for each in candidate_ids}
    chosen = (
        select(Registration.candidate_id, Sitting.form_id)
        .join(Sitting, Sitting.registration_id == Registration.id)
        .join(ExamSession, Sitting.exam_session_id == ExamSession.id)
        .where(
            ExamSession.organization_id == exam_session.organization_id,
            ExamSession.id != exam_session.id,
            Sitting.form_id.is_not(None),
            Sitting.started_at.is_not(None),
        )
    )
    for candidate_id, form_id in db.execute(chosen):
        if candidate_id in forms and form_id is not None:
            forms[candidate_id].add(form_id)
    held = {
        each: [one.item_version_id for one in held_in(db, db.get_one(Form, each))]
        for each in set[int]().union(*forms.values())
    }
    items = _items_of(db, {version for versions in held.values() for version in versions})
    return [
        sorted({items[version] for form in forms[each] for version in held[form]})
        for each in candidate_ids
    ]


def _facts(db: Session, work: Work) -> tuple[ExamSession, AssemblyRun]:
    return (
        db.get_one(ExamSession, work.payload["exam_session"]),
        db.get_one(AssemblyRun, work.payload["run"]),
    )


def _held_open(db: Session, work: Work) -> AssemblyRun:
    """Keep a release waiting; raises ConflictError: ``own_forms_overtaken``."""
    exam_session, run = _facts(db, work)
    db.refresh(exam_session, with_for_update=True)
    if exam_session.state != "planned" or exam_session.own_run_id != run.id:
        raise ConflictError("own_forms_overtaken")
    return run


def _drawn(db: Session, work: Work) -> tuple[Drawing, list[dict[str, Any]], str]:
    """Draw the forms; return them, what all draws were made from, and the hash of the bank."""
    exam_session, run = _facts(db, work)
    pool = pool_of_run(db, run.pool or run)
    whom, registrations = whom_for(db, exam_session, pool)
    draws = draws_of(db, run)
    forms = draw_forms(db, run, pool, whom, part=len(draws))
    first = len(forms_in(db, run.id)) + 1
    asked = {(each.item_version_id, each.mark): each for form in forms for each in form}
    bodies = Bodies(db, run.paper_structure, list(asked.values()), exam_session.uid)
    asked_by = {each.item_version.id: each.asked for each in said_by(db, list(asked.values()))}
    seat_seed = int(exam_session.seat_seed or 0)
    drawing = Drawing(registrations, forms, first, seat_seed, bodies, asked_by)
    return drawing, [*draws, {**whom.stored(), "first": first}], pool.sha256


def _made(
    db: Session, work: Work, drawing: Drawing, place: int
) -> tuple[Form, dict[str, Any], bytes, int]:
    held, registration_id = drawing.forms[place], drawing.registrations[place]
    form = Form(assembly_run_id=work.payload["run"], code=f"{drawing.first + place:05}", version=1)
    seal_items(db, form, held)
    body = prepared(drawing.bodies.body(form.uid, held), work.settings.secret)
    sections: dict[int, list[int]] = {}
    for each in held:
        sections.setdefault(each.section, []).append(each.position)
    asked = {each.position: drawing.asked[each.item_version_id] for each in held}
    facts = OrderFacts(form, [sections[number] for number in sorted(sections)], asked)
    rng = np.random.default_rng([drawing.seat_seed, registration_id])
    return form, body, sealed_order(db, form, facts.shown(rng)), registration_id


def _store(
    db: Session, work: Work, form: Form, body: dict[str, Any], given: tuple[bytes, int]
) -> None:
    order, registration_id = given
    db.add(form)
    db.flush()
    exam_session_id = work.payload["exam_session"]
    db.add(PreparedForm(exam_session_id=exam_session_id, form_id=form.id, **body))
    changed = db.execute(
        update(Sitting)
        .where(
            Sitting.exam_session_id == exam_session_id,
            Sitting.registration_id == registration_id,
            Sitting.form_id.is_(None),
        )
        .values(form_id=form.id, sealed_order=order, form_version=1)
    )
    if not changed.rowcount:  # type: ignore[attr-defined] # an update has a row count
        raise ConflictError("own_forms_overtaken")


def _remove_idle(work: Work) -> None:
    """Remove forms of earlier makings for this exam session that nobody has any more."""
    while True:
        with work.writing() as db:
            run = _held_open(db, work)
            of_others = select(Form.id).where(Form.assembly_run_id != run.id)
            chosen = select(PreparedForm.form_id).where(
                PreparedForm.exam_session_id == work.payload["exam_session"],
                PreparedForm.form_id.in_(of_others),
            )
            idle = list(db.scalars(chosen.limit(REMOVED_AT_ONCE)))
            db.execute(delete(PreparedForm).where(PreparedForm.form_id.in_(idle)))
            db.execute(delete(Form).where(Form.id.in_(idle)))
        if not idle:
            return


def _items_of(db: Session, version_ids: set[int]) -> dict[int, int]:
    return dict(_item_rows(db, sorted(version_ids)))


def _item_rows(db: Session, version_ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for some in _portions(version_ids, VERSIONS_AT_ONCE):
        chosen = select(ItemVersion.id, ItemVersion.item_id).where(ItemVersion.id.in_(some))
        for row in db.execute(chosen):
            yield row[0], row[1]
