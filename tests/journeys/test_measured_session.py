"""Real pools sat by candidates whose abilities are known: what the analysis finds and says."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from sqlalchemy import select

from exam_server.accounts.models import Person
from exam_server.analysis.jobs import JOBS
from exam_server.analysis.models import AnalysisReport
from exam_server.analysis.responses import responses_in
from exam_server.app import create_app
from exam_server.config import Settings
from exam_server.jobs import run_next_job
from exam_server.marking.service import newest_run
from exam_server.seating.models import ExamSession
from exam_server.web import LANGUAGES
from tests.journeys.measured import add_measured, class_a, staffed, technician
from tests.staff import sign_in

MANY, FEW = 400, 30
THIN = {"zh_Hans_CN": "考生太少", "en": "too few candidates"}


@pytest.mark.long
def test_the_analysis_of_real_pools_finds_the_able_and_says_when_it_cannot(
    tmp_path: Path, shared: Path
) -> None:
    settings = Settings(var=tmp_path, testing=True)
    database = staffed(settings)
    many = add_measured(database, settings, shared, technician(shared), people=MANY, seed=1)
    few = add_measured(database, settings, shared, class_a(), people=FEW, seed=2)
    while run_next_job(database, settings, JOBS, may_run_heavy=lambda _: True):
        pass
    with database.reading() as db:
        chosen = select(ExamSession).where(ExamSession.uid == many.uid)
        run = newest_run(db, db.scalars(chosen).one().id)
        assert run
        report = db.scalars(select(AnalysisReport).where(AnalysisReport.run == run)).one()
        model = (report.deep or {})["model"]
        assert model["converged"]
        assert model["n"] == MANY
        for form in responses_in(db, run):
            truth = [many.abilities[sitting] for sitting in form.sittings]
            found = spearmanr(truth, form.theory).statistic
            reliability = next(
                each["alpha"] for each in report.figures["forms"] if each["form"] == form.form
            )
            assert found == pytest.approx(np.sqrt(reliability), abs=0.08)
        officer = db.scalars(select(Person).where(Person.username == "officer")).one()
    client = create_app(settings, database).test_client()
    sign_in(client, officer)
    for language in LANGUAGES:
        client.set_cookie("language", language)
        for uid in (many.uid, few.uid):
            page = client.get(f"/analysis/{uid}")
            assert page.status_code == 200, page.text[-2000:]
            assert (THIN[language] in page.text) == (uid == few.uid)
            for address in ("/alike", "/items/A/1", "/workbook"):
                assert client.get(f"/analysis/{uid}{address}").status_code == 200
    database.close()
