"""How surely equated marks are known; equating by item parameters, on a real store."""

from decimal import Decimal

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.administrations import Source
from exam_server.bank.parameters import CalibratedItem, Scale, accept
from exam_server.db import Database
from exam_server.programmes.models import Organization
from exam_server.results import service
from exam_server.results.equating.conversion import errors_by_mark
from exam_server.results.equating.methods import CURVE_FROM, LINE_FROM
from exam_server.results.equating.uses import row_of
from exam_server.results.models import DecisionRun
from exam_server.results.service import decide_batch
from exam_server.results.theory_errors import TheoryErrors, theory_errors
from exam_server.seating.models import Sitting
from scoring.equating.curves import Items
from scoring.equating.item_scores import (
    equate_observed_scores,
    equate_true_scores,
    normal_population,
)
from tests.exam_server.results.test_equating import (
    ITEMS,
    Made,
    applied,
    computed,
    forms_of,
    make,
    on_sqlite,
    release_now,
    theory_on,
)
from tests.factories import NOW, items_of
from tests.staff import desk_of

EASY, HARD = np.linspace(-1.5, 1.0, ITEMS), np.linspace(-1.0, 1.5, ITEMS)
SLOPES = np.linspace(0.8, 1.6, ITEMS)


def decided(db: Session, made: Made, theory_sem: str = "4") -> DecisionRun:
    """Decide; the paper's error is the one given, as a longer paper's would be."""
    run = decide_batch(db, made.batch, by=None, now=NOW)
    run.evidence = {**(run.evidence or {}), "theory_sem": theory_sem}
    db.flush()
    return run


def on_form(db: Session, made: Made, code: str) -> set[int]:
    form = next(each for each in forms_of(made) if each.code == code)
    return set(db.scalars(select(Sitting.registration_id).where(Sitting.form_id == form.id)))


def test_the_error_of_the_equating_stands_in_that_of_an_equated_mark(db: Session) -> None:
    made = make(db)
    equating = computed(db, made, "mean")
    use = applied(db, made, "mean", equating)
    run = decided(db, made, theory_sem="6")
    errors = theory_errors(db, run)
    row = row_of(equating.figures or {}, "mean")
    assert row is not None
    drawn = Decimal(str(row["rows"][4][2])) * 10  # of 100: the paper has ten marks
    assert drawn > 3
    equated, raw = on_form(db, made, "B"), on_form(db, made, "A")
    assert set(errors.equating) == equated
    for registration_id in equated:
        own = errors.equating[registration_id]
        assert own == pytest.approx(drawn, abs=Decimal("0.001"))
        found = errors.of(registration_id)
        assert found == pytest.approx((36 + drawn**2).sqrt(), abs=Decimal("0.001"))
    assert {errors.of(each) for each in raw} == {Decimal(6)}
    assert errors_by_mark(use.conversion or {})[Decimal(4)] == errors.most_of_equating
    plain = TheoryErrors(errors.shared, {})
    decisions = service.decisions_in(db, run)
    near, before = (service.borderline_in(run, decisions, each) for each in (errors, plain))
    assert before < near
    assert near - before <= equated
    release_now(db, made)


@on_sqlite
def test_a_table_frozen_without_errors_says_that_none_is_known(db: Session) -> None:
    made = make(db)
    use = applied(db, made, "mean", computed(db, made, "mean"))
    use.conversion = {key: each for key, each in (use.conversion or {}).items() if key != "errors"}
    errors = theory_errors(db, decided(db, made))
    assert errors.lacks_equating
    assert errors.most_of_equating is None
    assert {errors.of(each) for each in on_form(db, made, "B")} == {Decimal(4)}


def on_one_scale(db: Session, made: Made) -> None:
    """Give the items of both forms parameters on the bank's scale."""
    rows = [
        CalibratedItem(
            uid=held.item_version.item.uid,
            version=held.item_version.number,
            persons=500,
            slope=float(slope),
            difficulty=float(difficulty),
            slope_error=0.1,
            difficulty_error=0.1,
        )
        for form, difficulties in zip(forms_of(made), (EASY, HARD), strict=True)
        for held, slope, difficulty in zip(items_of(form), SLOPES, difficulties, strict=True)
    ]
    source = Source(made.batch.organization_id, "an earlier session", "x", NOW, "a marking")
    scale = Scale("the first", "the first", "2pl")
    assert accept(db, source, scale, rows, by=made.officer.id, now=NOW) == 2 * ITEMS


def test_forms_are_equated_by_item_parameters_and_results_use_the_table(db: Session) -> None:
    made = make(db)
    [before] = (computed(db, made, "true_score").figures or {})["methods"]
    assert before["refused"] == "design_not_possible"
    on_one_scale(db, made)
    equating = computed(db, made, "true_score", "observed_score")
    none = np.zeros(ITEMS)
    new, base = (Items(SLOPES, each, none) for each in (HARD, EASY))
    wanted = {
        "true_score": equate_true_scores(new, base).equivalents,
        "observed_score": equate_observed_scores(new, base, normal_population()).equivalents,
    }
    figures = equating.figures or {}
    for method, equivalents in wanted.items():
        row = row_of(figures, method)
        assert row is not None
        assert [Decimal(each[0]) for each in row["rows"]] == list(range(ITEMS + 1))
        assert [each[1] for each in row["rows"]] == pytest.approx(equivalents, abs=1e-4)
        assert {each[2] for each in row["rows"]} == {None}
    assert "no_error_known" in {each["code"] for each in figures["warnings"]}
    applied(db, made, "true_score", equating)
    run = decided(db, made)
    found = dict(theory_on(db, made, "B"))
    for raw, theory in found.items():
        assert raw is not None
        assert theory is not None
        assert float(theory) == pytest.approx(10 * wanted["true_score"][int(raw) // 10], abs=0.06)
        assert theory > raw or raw in (0, 100)
    errors = theory_errors(db, run)
    assert errors.lacks_equating
    release_now(db, made)


def test_the_pages_say_what_part_of_an_error_is_the_equatings(
    client: FlaskClient, sqlite_database: Database
) -> None:
    office = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        made = make(db, db.get_one(Organization, office.organization_id))
        applied(db, made, "mean", computed(db, made, "mean"))
        run = decided(db, made)
        errors = theory_errors(db, run)
        near = service.borderline_in(run, service.decisions_in(db, run), errors)
        one = min(near & on_form(db, made, "B"))
        [uid] = [
            each.registration.uid
            for each in service.decisions_in(db, run)
            if each.registration_id == one
        ]
        most, own = f"{errors.most_of_equating:.2f}", f"{errors.of(one):.2f}"
        home = f"/results/{made.batch.uid}"
    assert most in client.get(home).text
    told = client.get(f"{home}/candidates/{uid}").text
    assert most in told
    assert own in told


@pytest.mark.parametrize(
    ("z", "line", "curve"), [(0, 0.07, 0.05), (1, 0.09, 0.05), (2, 0.12, 0.10)]
)
def test_the_numbers_of_candidates_advised_give_the_errors_that_are_told(
    z: int, line: float, curve: float
) -> None:
    rng = np.random.default_rng(1)
    of_line, of_curve = [], []
    for _ in range(1000):
        x, y = rng.normal(size=(2, LINE_FROM))
        of_line.append(y.mean() + y.std() / x.std() * (z - x.mean()))
        x, y = rng.normal(size=(2, CURVE_FROM))
        of_curve.append(np.quantile(y, (x <= z).mean()))
    assert np.std(of_line) == pytest.approx(line, abs=0.012)
    assert np.std(of_curve) == pytest.approx(curve, abs=0.012)
