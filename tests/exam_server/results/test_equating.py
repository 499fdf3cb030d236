"""Equating: computed, previewed, approved by a second person, applied, checked, gone stale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.audit import AuditEntry
from exam_server.bank.models import ItemVersion
from exam_server.batches.models import Batch
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError, RefusedError
from exam_server.forms.models import Form
from exam_server.jobs import Job, run_next_job
from exam_server.marking.component_marks import MarksIn, enter_by_hand
from exam_server.marking.models import ScoringChange
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.results.equating import uses
from exam_server.results.equating.gathering import (
    new_in,
    pair_of,
    references_for,
)
from exam_server.results.equating.keeping import compute_figures
from exam_server.results.equating.models import Equating, EquatingUse
from exam_server.results.equating.previewing import preview_use
from exam_server.results.equating.service import ask_equating, equating_in
from exam_server.results.equating.standing import check_tables, waiting_uses
from exam_server.results.equating.uses import UseDecisionIn, UseIn, ask_use, basis_for, decide_use
from exam_server.results.models import Decision
from exam_server.results.previewing import preview_of
from exam_server.results.releasing import release
from exam_server.results.second.comparing import compute_again
from exam_server.results.second.computing import store_second
from exam_server.results.service import decide_batch, decisions_in, newest_decisions
from exam_server.seating.models import ExamSession, Sitting
from exam_server.working import JobFunctions
from tests.factories import (
    NOW,
    actor_of,
    add,
    items_of,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_form,
    make_forms,
    make_organization,
    make_person,
    make_programme,
    make_rule_set,
    make_sitting,
)
from tests.staff import colleague_of, desk_of

RIGHT = (2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 9)  # of ten items
HARDER = tuple(each - 1 for each in RIGHT)
APPROVED = UseDecisionIn(outcome="approved", reason="the experts advise it")
ITEMS = 10
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Made:
    """A batch whose forms A and B were dealt within one exam session, and two officers."""

    batch: Batch
    exam_session: ExamSession
    officer: Actor
    second: Actor


def sit(db: Session, exam_session: ExamSession, form: Form, papers: Sequence[str]) -> None:
    examiner = actor_of(make_person(db, "examiner"))
    for answers in papers:
        sitting = make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
        make_answers(db, sitting, *answers)
        sent = MarksIn(practical="80", performance="80")
        enter_by_hand(db, examiner, sitting.registration, sent, now=NOW)


def paper(n_right: int) -> str:
    return "A" * n_right + "B" * (ITEMS - n_right)


def make(db: Session, organization: Organization | None = None, **rules: Any) -> Made:
    """Mark and decide a batch whose form B was harder by one mark of ten."""
    organization = organization or make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_forms=2, n_items=ITEMS)
    rules = {"equating": "both_ways", **rules}
    batch = make_batch(db, organization, rule_set=make_rule_set(db, organization, **rules))
    exam_session = make_exam_session(db, batch, assembly_run=run)
    exam_session.rooms[0].closed_at = NOW
    for form, rights in zip(run.forms, (RIGHT, HARDER), strict=True):
        sit(db, exam_session, form, [paper(n) for n in rights])
    mark_exam_session(db, exam_session, by=None, now=NOW)
    decide_batch(db, batch, by=None, now=NOW)
    officers = [
        actor_of(make_person(db, "exam_officer", organization=organization)) for _ in range(2)
    ]
    return Made(batch, exam_session, *officers)


def asked(db: Session, made: Made, *methods: str, new: str = "B", of: str = "A") -> Equating:
    news = {each.form.code: each for each in new_in(db, made.batch)}
    references = {each.form.code: each for each in references_for(db, made.officer, made.batch)}
    pair = pair_of(db, made.officer, made.batch, news[new].address, references[of].address)
    return ask_equating(db, made.officer, made.batch, pair, methods, title="x", now=NOW)


def computed(db: Session, made: Made, *methods: str, new: str = "B", of: str = "A") -> Equating:
    equating = asked(db, made, *methods, new=new, of=of)
    compute_figures(db, equating, now=NOW)
    return equating


def previewed(db: Session, made: Made, method: str, equating: Equating) -> EquatingUse:
    sent = UseIn(method=method, reason="B was harder")
    use = ask_use(db, made.officer, made.batch, equating, sent, now=NOW)
    use.basis, use.preview = basis_for(db, made.batch, use), preview_use(db, made.batch, use)
    return use


def applied(db: Session, made: Made, method: str, equating: Equating) -> EquatingUse:
    use = previewed(db, made, method, equating)
    assert decide_use(db, made.second, made.batch, use, APPROVED, now=NOW) == "approved"
    use.applied_at = NOW
    return use


def forms_of(made: Made) -> Sequence[Form]:
    run = made.exam_session.assembly_run
    assert run is not None
    return run.forms


def here(db: Session, made: Made) -> Made:
    """Return the same in another transaction."""
    exam_session = db.get_one(ExamSession, made.exam_session.id)
    return replace(made, batch=db.get_one(Batch, made.batch.id), exam_session=exam_session)


def theory_on(db: Session, made: Made, code: str) -> list[tuple[Decimal | None, Decimal | None]]:
    run = newest_decisions(db, made.batch)
    assert run is not None
    form = next(each for each in forms_of(made) if each.code == code)
    sat = set(db.scalars(select(Sitting.registration_id).where(Sitting.form_id == form.id)))
    return [
        (each.theory_raw, each.theory)
        for each in decisions_in(db, run)
        if each.registration_id in sat
    ]


def work(database: Database, settings: Settings) -> None:
    assert run_next_job(database, settings, JobFunctions(), may_run_heavy=lambda _: True)


def release_now(db: Session, made: Made) -> None:
    run = newest_decisions(db, made.batch)
    assert run is not None
    figures = compute_again(db, run)
    assert figures["differences"] == []
    store_second(db, run, figures, None, by=None, now=NOW)
    release(db, made.batch, by=made.officer.id, now=NOW)


def test_random_groups_are_equated_and_results_use_the_table_on_both_stores(
    database: Database, settings: Settings
) -> None:
    with database.writing() as db:
        made = make(db)
        equating = asked(db, made, "identity", "mean", "linear", "circle_arc").uid
    work(database, settings)
    with database.writing() as db:
        made = here(db, made)
        found = equating_in(db, made.batch, equating)
        figures = found.figures
        assert figures is not None
        told = {each["method"]: each["at_line"]["difference"] for each in figures["methods"]}
        assert told["identity"] == 0
        assert told["mean"] == pytest.approx(10)
        assert told["linear"] == pytest.approx(10)
        sent = UseIn(method="mean", reason="B was harder")
        use = ask_use(db, made.officer, made.batch, found, sent, now=NOW)
        with pytest.raises(ConflictError, match="change_not_previewed"):
            decide_use(db, made.second, made.batch, use, APPROVED, now=NOW)
        with pytest.raises(ConflictError, match="equating_asked"):
            ask_use(db, made.officer, made.batch, found, sent, now=NOW)
        uid = use.uid
        uses.ask_for(db, uses.PREVIEW, made.batch, use, title="x")
    work(database, settings)
    with database.writing() as db:
        made = here(db, made)
        use = uses.use_in(db, made.batch, uid)
        assert use.preview is not None
        told = {name: use.preview[name] for name in ("changed", "up", "down", "harmed")}
        assert told == {"changed": 12, "up": 2, "down": 0, "harmed": 0}
        assert {raw for raw, _ in theory_on(db, made, "B")} == {None}  # nothing has changed yet
        with pytest.raises(NotAllowedError, match="change_own"):
            decide_use(db, made.officer, made.batch, use, APPROVED, now=NOW)
        assert decide_use(db, made.second, made.batch, use, APPROVED, now=NOW) == "approved"
        assert waiting_uses(db, made.batch) == 1
        uses.ask_for(db, uses.APPLY, made.batch, use, title="x")
    work(database, settings)
    with database.writing() as db:
        made = here(db, made)
        expected = [(Decimal(10 * n), Decimal(10 * n + 10)) for n in HARDER]
        assert theory_on(db, made, "B") == expected
        assert {raw for raw, _ in theory_on(db, made, "A")} == {None}
        run = newest_decisions(db, made.batch)
        assert run is not None
        assert [each["method"] for each in (run.evidence or {})["equatings"]] == ["mean"]
        release(db, made.batch, by=made.officer.id, now=NOW)
        acts = list(db.scalars(select(AuditEntry.act)))
        assert acts.count("approve_equating_use") == acts.count("release_results") == 1
        use = previewed(db, made, "raw", equating_in(db, made.batch, equating))
        assert use.preview is not None
        assert (use.conversion, use.preview["harmed"], use.preview["down"]) == (None, 12, 2)


def test_who_stands_lower_than_was_released_is_counted_aloud(db: Session) -> None:
    made = make(db)
    release_now(db, made)
    easier = computed(db, made, "mean", new="A", of="B")
    use = previewed(db, made, "mean", easier)
    assert use.preview is not None
    assert (use.preview["harmed"], use.preview["harmed_failing"]) == (12, 2)
    with pytest.raises(InvalidInputError, match="harm_unconfirmed"):
        decide_use(db, made.second, made.batch, use, APPROVED, now=NOW)
    counted = UseDecisionIn(outcome="approved", reason="as published rules say", harmed="12")
    assert decide_use(db, made.second, made.batch, use, counted, now=NOW) == "approved"
    assert use.harmed == 12


@on_sqlite
def test_by_a_rule_set_that_says_so_nobody_is_lowered(db: Session) -> None:
    made = make(db, equating="upward")
    applied(db, made, "mean", computed(db, made, "mean", new="A", of="B"))
    decide_batch(db, made.batch, by=None, now=NOW)
    assert theory_on(db, made, "A") == [(Decimal(10 * n), Decimal(10 * n)) for n in RIGHT]
    release_now(db, made)


@on_sqlite
def test_a_table_that_was_altered_is_found_by_the_second_computation(db: Session) -> None:
    made = make(db)
    use = applied(db, made, "mean", computed(db, made, "mean"))
    decide_batch(db, made.batch, by=None, now=NOW)
    run = newest_decisions(db, made.batch)
    assert run is not None
    assert compute_again(db, run)["differences"] == []
    table = dict(use.conversion or {})
    use.conversion = {**table, "rows": [[raw, "9.0000"] for raw, _ in table["rows"]]}
    db.flush()
    found = {each["kind"] for each in compute_again(db, run)["differences"]}
    assert {"conversion", "theory", "outcome"} <= found
    use.conversion = table
    decision = db.scalars(select(Decision).where(Decision.theory_raw.is_not(None))).first()
    assert decision is not None
    decision.theory_raw = Decimal(99)
    db.flush()
    [one] = compute_again(db, db.get_one(type(run), decision.decision_run_id))["differences"]
    assert (one["kind"], one["first"]) == ("theory_raw", "99")


@on_sqlite
def test_a_changed_key_makes_a_table_stale_until_it_is_equated_anew(db: Session) -> None:
    made = make(db)
    applied(db, made, "mean", computed(db, made, "mean"))
    decide_batch(db, made.batch, by=None, now=NOW)
    form = forms_of(made)[1]
    change = ScoringChange(
        batch_id=made.batch.id,
        item_version_id=items_of(form)[ITEMS - 1].item_version.id,
        way="full_marks",
        keys=[],
        reason="x",
        asked_at=NOW,
        asked_by=made.officer.id,
    )
    add(db, change)
    rows = preview_of(db, made.batch, change)["rows"]
    assert {tuple(row["theory"]) for row in rows} >= {("20.0", "30.0")}  # equated: raw 10 and 20
    change.outcome, change.decided_at, change.decided_by = "approved", NOW, made.second.id
    change.applied_at = NOW
    mark_exam_session(db, made.exam_session, by=None, now=NOW)
    with pytest.raises(ConflictError, match="equating_stale"):
        decide_batch(db, made.batch, by=None, now=NOW)
    with pytest.raises(RefusedError, match=r"equating_stale|decisions_outdated"):
        release(db, made.batch, by=made.officer.id, now=NOW)
    applied(db, made, "mean", computed(db, made, "mean"))
    check_tables(db, made.batch)
    decide_batch(db, made.batch, by=None, now=NOW)
    release_now(db, made)


@on_sqlite
def test_results_use_no_table_that_the_rules_or_the_scale_forbid(db: Session) -> None:
    made = make(db, equating="off")
    equating, sent = computed(db, made, "mean"), UseIn(method="mean", reason="x")
    with pytest.raises(ConflictError, match="equating_not_allowed"):
        ask_use(db, made.officer, made.batch, equating, sent, now=NOW)
    made = make(db)
    first = computed(db, made, "mean")
    with pytest.raises(ConflictError, match="equating_method_refused"):
        ask_use(db, made.officer, made.batch, first, UseIn(method="linear", reason="x"), now=NOW)
    with pytest.raises(ConflictError, match="nothing_equated"):
        ask_use(db, made.officer, made.batch, first, UseIn(method="raw", reason="x"), now=NOW)
    applied(db, made, "mean", first)
    back = computed(db, made, "mean", new="A", of="B")
    with pytest.raises(ConflictError, match="reference_equated"):
        ask_use(db, made.officer, made.batch, back, sent, now=NOW)


def later(db: Session, made: Made, versions: Sequence[ItemVersion], drifted: int) -> Made:
    """Mark a later batch of the same programme, its form sharing the first items of form A.

    Its candidates are better by two marks, but for an item that everybody answers wrong.
    """
    organization = db.get_one(Organization, made.batch.organization_id)
    run = make_forms(db, make_blueprint(db, organization), n_forms=1, n_items=ITEMS)
    own = [each.item_version for each in items_of(run.forms[0])]
    run.forms.append(make_form(db, "N", [*versions, *own[len(versions) :]]))
    db.flush()
    batch = make_batch(
        db, organization, rule_set=made.batch.rule_set, programme=made.batch.programme
    )
    exam_session = make_exam_session(db, batch, assembly_run=run)
    papers = [list(paper(min(n + 2, ITEMS))) for n in RIGHT] * 2
    for each in papers:
        each[drifted] = "B"
    sit(db, exam_session, run.forms[1], ["".join(each) for each in papers])
    mark_exam_session(db, exam_session, by=None, now=NOW)
    decide_batch(db, batch, by=None, now=NOW)
    return Made(batch, exam_session, made.officer, made.second)


def test_a_form_of_a_later_batch_is_equated_by_common_items_without_one_that_drifted(
    db: Session,
) -> None:
    made = make(db)
    make_programme(db, db.get_one(Organization, made.batch.organization_id))
    versions = [each.item_version for each in items_of(forms_of(made)[0])][:7]
    new = later(db, made, versions, drifted=0)
    equating = computed(db, new, "linear", "tucker", "chained_linear", new="N", of="A")
    figures = equating.figures
    assert figures is not None
    refused = {each["method"]: each["refused"] for each in figures["methods"]}
    assert refused == {"linear": "design_not_possible", "tucker": None, "chained_linear": None}
    assert figures["anchor"]["n"] == 6
    assert [each["reason"] for each in figures["anchor"]["left_out"]] == ["drifted"]
    assert {"tiny", "anchor_drifted", "groups_differ"} <= {
        each["code"] for each in figures["warnings"]
    }
    applied(db, new, "tucker", equating)
    decide_batch(db, new.batch, by=None, now=NOW)
    assert all(raw is not None for raw, _ in theory_on(db, new, "N"))
    release_now(db, new)


def test_an_officer_equates_at_the_pages_and_a_colleague_approves(
    client: FlaskClient, sqlite_database: Database
) -> None:
    office = desk_of(client, sqlite_database, "exam_officer")
    colleague = colleague_of(office, "exam_officer")
    with sqlite_database.writing() as db:
        made = make(db, db.get_one(Organization, office.organization_id))
        addresses = [each.address for each in new_in(db, made.batch)]
    home = f"/results/{made.batch.uid}/equating"
    assert "pair" in client.get(home).text
    pair = {"new": addresses[1], "reference": addresses[0]}
    assert client.get(f"{home}/pair", query_string=pair).text.count('name="methods"') == 6
    assert client.post(f"{home}/pair", data=pair).status_code == 422
    page = client.post(f"{home}/pair", data={**pair, "methods": ["linear", "mean"]}).location
    assert office.work(JobFunctions())
    shown = client.get(page).text
    assert "<polyline" in shown
    assert client.get(f"{page}/table").status_code == 200
    client.post(f"{page}/print")
    assert office.work(JobFunctions())
    use = client.post(f"{page}/use", data={"method": "mean", "reason": "harder"}).location
    assert office.work(JobFunctions())
    assert client.post(use, data={"outcome": "approved", "reason": "x"}).status_code == 403
    said = colleague.client.post(use, data={"outcome": "approved", "reason": "x"})
    assert said.status_code == 302
    assert office.work(JobFunctions())
    with sqlite_database.writing() as db:
        assert set(db.scalars(select(Job.status))) == {"done"}
        release(db, db.get_one(Batch, made.batch.id), by=office.person_id, now=NOW)
    slips = client.get(f"/results/{made.batch.uid}/slips").text
    assert "50.0 → 60.0" in slips
    assert "50.0 → 60.0" in client.get(f"/results/{made.batch.uid}").text
