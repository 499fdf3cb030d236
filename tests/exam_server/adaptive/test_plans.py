"""A plan is switched on only after its own trial, by somebody else, on the pool as it is."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.adaptive import jobs, service, standings
from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial
from exam_server.adaptive.rules import USUAL, PlanIn
from exam_server.bank.models import Item, ItemFigure
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.errors import ConflictError, NotAllowedError
from exam_server.forms.models import PaperStructure
from exam_server.forms.service import AssembleIn, ask_for_forms
from exam_server.jobs import Work
from tests.factories import (
    NOW,
    actor_of,
    add,
    make_blueprint,
    make_forms,
    make_item,
    make_organization,
    make_person,
)

SMALL: dict[str, Any] = {
    **USUAL,
    "least": 5,
    "most": 6,
    "exposure": 60,
    "limit_bias": 1,
    "limit_rmse": 1.5,
    "limit_accuracy": 50,
    "limit_unused": 100,
}


@pytest.fixture(autouse=True)
def _few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "N_CANDIDATES", 30)
    monkeypatch.setattr(jobs, "ABILITIES", np.linspace(-1, 1, 3))
    monkeypatch.setattr(jobs, "AT_EACH", 8)


class Office:
    """A bank of two ranges with calibrated items, a structure, two officers, a plan."""

    def __init__(self, db: Session, *, n_calibrated: int = 24, **rules: Any) -> None:
        organization = make_organization(db)
        people = [make_person(db, "exam_officer", organization=organization) for _ in range(2)]
        self.writer, self.second = (actor_of(each) for each in people)
        self.blueprint = make_blueprint(db, organization, n_points=12)
        points = [point for area in self.blueprint.areas for point in area.points]
        for number, point in enumerate(points):
            item = make_item(db, point).item
            if number < n_calibrated:
                figure = ItemFigure(
                    item_id=item.id,
                    version_number=1,
                    persons=500,
                    computed_at=NOW,
                    slope=1.2,
                    location=(number - 12) / 6,
                )
                db.add(figure)
        section = {"type": "single", "title": "单选", "count": 20, "mark": "1"}
        self.structure = add(
            db,
            PaperStructure(
                blueprint=self.blueprint,
                title="卷",
                minutes=60,
                demand={"sections": [section], "areas": {"A": 10, "B": 10}},
                created_at=NOW,
            ),
        )
        sent = PlanIn(title="练习", **{**SMALL, **rules})
        self.plan = service.create_plan(db, self.writer, self.structure, sent, now=NOW)


def tried(
    db: Session, database: Database, office: Office, *, is_supposed: bool = False
) -> AdaptiveTrial:
    """Let the job work the trial out, as the job process does."""
    trial = service.ask_for_trial(db, office.writer, office.plan, is_supposed=is_supposed, now=NOW)
    job_id, trial_id = trial.job_id, trial.id
    assert job_id is not None
    db.commit()
    work = Work(database, Settings(), job_id, office.writer.id, {"trial": trial_id}, None)
    jobs.simulate(work)
    db.expire_all()
    return db.get_one(AdaptiveTrial, trial_id)


def test_a_plan_goes_the_whole_way(database: Database) -> None:
    with database.writing() as db:
        office = Office(db)
        plan, second = office.plan, office.second
        assert standings.standing_of(db, plan).code == "not_tried"
        with pytest.raises(ConflictError, match="plan_not_tried"):
            service.approve(db, second, plan, now=NOW)
        trial = tried(db, database, office)
        assert trial.has_passed
        assert trial.result is not None
        assert trial.result["population"]["kept"] == 1
        assert {each["code"] for each in trial.result["checks"]} >= {"bias", "rmse", "exposure"}
        assert standings.standing_of(db, plan).code == "bank_not_for_practice"
        service.open_bank(db, second, plan, reason="练习", now=NOW)
        with pytest.raises(NotAllowedError, match="plan_second_person_needed"):
            service.approve(db, office.writer, plan, now=NOW)
        service.approve(db, second, plan, now=NOW)
        assert standings.standing_of(db, plan).code == "on"
        with pytest.raises(ConflictError, match="bank_for_practice"):
            ask_for_forms(db, second, office.structure, AssembleIn(n_forms=1), now=NOW)
        figure = db.scalars(select(ItemFigure)).first()
        assert figure is not None
        figure.location = 2.5  # a later calibration is accepted
        db.flush()
        assert standings.standing_of(db, plan).code == "pool_changed"


def test_a_trial_with_supposed_parameters_switches_nothing_on(database: Database) -> None:
    with database.writing() as db:
        office = Office(db, n_calibrated=0)
        with pytest.raises(ConflictError, match="too_few_calibrated"):
            service.ask_for_trial(db, office.writer, office.plan, is_supposed=False, now=NOW)
        trial = tried(db, database, office, is_supposed=True)
        assert trial.result is not None
        assert standings.standing_of(db, office.plan).code == "not_tried"


def test_a_plan_that_misses_its_own_limits_stays_off(database: Database) -> None:
    with database.writing() as db:
        office = Office(db, limit_rmse=0.1)
        assert tried(db, database, office).has_passed is False
        assert standings.standing_of(db, office.plan).code == "not_passed"


def test_a_change_is_a_new_version_and_begins_untried(db: Session) -> None:
    office = Office(db)
    sent = PlanIn(title="练习", **{**SMALL, "least": 6})
    later = service.create_plan(db, office.writer, office.structure, sent, now=NOW)
    assert (office.plan.number, later.number) == (1, 2)
    assert db.get_one(AdaptivePlan, office.plan.id).rules["least"] == 5


def test_a_bank_with_papers_in_custody_cannot_be_practised(db: Session) -> None:
    office = Office(db)
    make_forms(db, office.blueprint)
    with pytest.raises(ConflictError, match="papers_not_over"):
        service.open_bank(db, office.second, office.plan, reason="练习", now=NOW)


def test_only_active_items_of_the_asked_types_come(db: Session) -> None:
    office = Office(db, n_calibrated=24)
    item = db.scalars(select(Item)).first()
    assert item is not None
    item.state = "suspended"
    db.flush()
    with pytest.raises(ConflictError, match="too_few_calibrated"):
        service.ask_for_trial(db, office.writer, office.plan, is_supposed=False, now=NOW)
