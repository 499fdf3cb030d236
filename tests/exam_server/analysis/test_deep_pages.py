"""The pages of models in the states that a computation may leave: nothing may be missing there."""

from typing import Any

import numpy as np
import pytest
from flask import Flask
from numpy.typing import NDArray

from exam_server.accounts.models import Person
from exam_server.analysis.deep import deep_figures
from exam_server.analysis.service import store_deep
from exam_server.db import Database
from exam_server.web import LANGUAGES
from tests.exam_server.analysis.simulated import form_of, simulated
from tests.exam_server.analysis.test_taking import Marked
from tests.factories import NOW
from tests.staff import sign_in

PERSONS, ITEMS = 120, 8


def ordinary() -> NDArray[np.int64]:
    answers = simulated(PERSONS, ITEMS).form.answers
    return np.array([["ABCD".index(each) for each in row] for row in answers])


def nobody_differs() -> NDArray[np.int64]:
    return np.zeros((PERSONS, ITEMS), dtype=np.int64)


@pytest.mark.parametrize("codes", [ordinary(), nobody_differs()], ids=["no_earlier", "all_right"])
def test_every_state_of_the_models_has_its_page(
    app: Flask, sqlite_database: Database, codes: Any
) -> None:
    gathered = simulated(PERSONS, ITEMS).gathered(form_of(codes))
    deep = deep_figures(gathered, lambda _done, _total: None)
    assert "items" not in deep["drift"]
    assert ("items" in deep["model"]) == bool(codes.any())
    client = app.test_client()
    with sqlite_database.writing() as db:
        marked = Marked(db)
        marked.report.figures = dict(gathered.figures)
        store_deep(db, marked.report.run, deep, by=None, now=NOW)
        sign_in(client, db.get_one(Person, marked.officer.id))
        uid = marked.exam_session.uid
    for language in LANGUAGES:
        client.set_cookie("language", language)
        for address in ("", "/alike", "/workbook"):
            answer = client.get(f"/analysis/{uid}{address}")
            assert answer.status_code == 200, (address, answer.text[-2000:])
