"""Figures taken over from an analysis stand at the version that was sat, and only those."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.analysis import taking
from exam_server.analysis.computing import analyse_run
from exam_server.analysis.exposure import item_exposure
from exam_server.analysis.models import AnalysisReport
from exam_server.audit import AuditEntry
from exam_server.bank import bulk, listing
from exam_server.bank.administrations import administrations_of
from exam_server.bank.models import Item, ItemFigure, ItemVersion
from exam_server.bank.routes.figures import curve_of
from exam_server.errors import ConflictError, InvalidInputError
from exam_server.item_facts import AskedItem
from exam_server.marking.service import mark_exam_session
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession
from tests.exam_server.analysis.test_service import sat
from tests.factories import NOW, actor_of, items_of, make_person

PAPERS = ["AAAA", "AAAB", "AABB", "ABBB"]


class Marked:
    """An exam session of two forms, marked and analysed, and its officer."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.exam_session: ExamSession = sat(db, {"A": PAPERS, "B": ["BBBB", "AAAA"]})
        assert self.exam_session.assembly_run is not None
        self.forms = self.exam_session.assembly_run.forms
        place = db.get_one(Organization, self.exam_session.organization_id)
        self.officer: Actor = actor_of(make_person(db, "exam_officer", organization=place))
        self.version: ItemVersion = items_of(self.forms[0])[1].item_version
        self.item: Item = self.version.item
        self.report = self.analyse()

    def analyse(self) -> AnalysisReport:
        run = mark_exam_session(self.db, self.exam_session, by=None, now=NOW)
        self.db.flush()
        return analyse_run(self.db, run, by=None, now=NOW)

    def take(self) -> int:
        return taking.take_over(self.db, self.officer, self.exam_session, self.report, now=NOW)

    def taken(self) -> str:
        return taking.taken_of(self.db, self.exam_session, self.report).kind

    def figure(self) -> ItemFigure | None:
        self.db.expire_all()
        return self.db.get(ItemFigure, self.item.id)


def test_figures_come_into_the_bank_by_an_officers_act_alone(db: Session) -> None:
    marked = Marked(db)
    assert (marked.taken(), marked.figure()) == ("none", None)
    assert marked.take() == 8
    figure = marked.figure()
    assert figure is not None
    assert (figure.version_number, figure.persons, figure.difficulty) == (1, 4, 0.75)
    (line,) = administrations_of(db, marked.item)
    assert (line.version, line.persons, line.forms) == (1, 4, ("A",))
    assert (line.source, line.held_at) == (
        marked.exam_session.uid,
        marked.exam_session.planned_start,
    )
    assert curve_of([line]) == {}
    assert [len(curve_of([line, line])[name]) for name in "pr"] == [2, 2]
    with pytest.raises(ConflictError, match="taken_already"):
        marked.take()
    acts = db.scalars(select(AuditEntry.act).where(AuditEntry.person_id == marked.officer.id))
    assert list(acts) == ["take_over_figures"]
    bank = marked.item.blueprint
    few = listing.items_in(db, bank, listing.ItemFilter(figures=("few",)))
    assert {each.p for each in few.lines if each.code == marked.item.code} == {0.75}


def test_a_later_marking_supersedes_and_taking_back_leaves_nothing(db: Session) -> None:
    marked = Marked(db)
    marked.take()
    marked.version.key = {"correct": ["B"]}
    marked.report = marked.analyse()
    assert marked.taken() == "earlier"
    marked.take()
    figure = marked.figure()
    assert figure is not None
    assert figure.difficulty == 0.25
    assert len(administrations_of(db, marked.item)) == 1
    with pytest.raises(InvalidInputError, match="reason_missing"):
        taking.take_back(
            db, marked.officer, marked.exam_session, marked.report, reason=" ", now=NOW
        )
    taking.take_back(
        db, marked.officer, marked.exam_session, marked.report, reason="答案有误", now=NOW
    )
    assert (marked.taken(), marked.figure(), administrations_of(db, marked.item)) == (
        "none",
        None,
        [],
    )


def test_figures_stand_for_a_later_version_only_where_it_asks_the_same(db: Session) -> None:
    marked = Marked(db)
    marked.take()
    bank, uid = marked.item.blueprint, marked.item.uid
    bulk.act_on(
        db, marked.officer, bank, bulk.Wanted("difficulty", difficulty=5, uids=(uid,)), now=NOW
    )
    figure = marked.figure()
    assert figure is not None
    assert (figure.version_number, marked.item.version_number) == (2, 2)
    assert administrations_of(db, marked.item)[0].version == 1


def test_what_was_seen_is_told_only_when_the_paper_is_over(db: Session) -> None:
    exam_session = sat(db, {"A": PAPERS})
    assert exam_session.assembly_run is not None
    item = items_of(exam_session.assembly_run.forms[0])[0].item_version.item
    officer = actor_of(make_person(db, "exam_officer"))
    asked = AskedItem(item.id, exam_session.organization_id)
    assert item_exposure(db, officer, asked) == []
    mark_exam_session(db, exam_session, by=None, now=NOW)  # opens what is over
    db.flush()
    told = item_exposure(db, officer, asked)
    assert [each.kind for each in told] == ["exposure", "frozen"]
    assert "4" in told[0].words
