"""The proof of candidates' own forms: set as a PDF, with the figures that the forms bear out."""

import io
import re
from collections import Counter
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from exam_server.audit import AuditEntry
from exam_server.bank.models import Item, ItemFigure
from exam_server.clock import TestClock
from exam_server.forms.custody import held_in, seal_items
from exam_server.forms.seeds import seed_of
from exam_server.seating.jobs import JOBS
from exam_server.seating.own_forms import beside, own_forms_of, seated_in
from exam_server.seating.own_proofs import own_proof_facts
from tests.exam_server.seating.test_own_forms import MOST_ALIKE, N_CANDIDATES, Hall, hall, made
from tests.factories import NOW, add

__all__ = ["hall"]  # the fixture


def with_figures(hall: Hall) -> None:
    """Give each item of the bank a p-value from a hundred answers."""
    with hall.desk.database.writing() as db:
        for place, item in enumerate(db.scalars(select(Item).order_by(Item.id)).all()):
            p_value = 0.3 + 0.1 * (place % 5)
            figure = {"persons": 100, "version_number": item.version_number, "computed_at": NOW}
            add(db, ItemFigure(item_id=item.id, difficulty=p_value, **figure))


def facts_of(hall: Hall) -> dict[str, Any]:
    with hall.desk.database.reading() as db:
        exam_session = hall.planned(db)
        run = exam_session.own_run
        assert run is not None
        return own_proof_facts(db, exam_session, run, language="en", words={}, now=NOW)


def test_the_proof_of_own_forms_is_set_in_both_languages(hall: Hall) -> None:
    client = hall.desk.client
    assert hall.post("/forms/proof") == 409  # nothing to prove yet
    with_figures(hall)
    made(hall)
    facts = facts_of(hall)
    for language, word in (("zh_Hans_CN", "每份满足"), ("en", "byall")):
        client.set_cookie("language", language)
        assert hall.post("/forms/proof") == 302
        assert hall.desk.work(JOBS)
        page = client.get(f"/exam-sessions/{hall.uid}/forms").text
        found = re.search(r'href="(/jobs/[^"]+/files/[^"]+)" download', page)
        assert found
        pages = PdfReader(io.BytesIO(client.get(found[1]).data)).pages
        text = "".join("".join(page.extract_text().split()) for page in pages)
        with hall.desk.database.reading() as db:
            run = own_forms_of(db, hall.planned(db)).run
            assert run is not None
            seed = seed_of(db, run)
            assert seed is not None
            asked = (str(seed.number), str(run.bank_sha256), facts["fingerprint"], word)
        assert [each for each in asked if each not in text] == []
    with hall.desk.database.reading() as db:
        assert "print_proof" in db.scalars(select(AuditEntry.act)).all()


def test_the_proof_counts_what_the_forms_hold(hall: Hall, clock: TestClock) -> None:
    made(hall)
    assert facts_of(hall)["plots"] == []  # no answers, no curves
    with_figures(hall)
    facts, lists = facts_of(hall), hall.lists()
    uses = Counter(each for held in lists.values() for each in held)
    assert f"Forms: {N_CANDIDATES}." in facts["sentence"]
    assert not any(row["unmet"] for row in facts["rows"])
    with hall.desk.database.reading() as db:
        near = Counter(
            len(lists[one.registration_id] & lists[other.registration_id])
            for one, other in beside(seated_in(db, hall.planned(db)))
        )
    assert facts["neighbours"] == [[common, near[common]] for common in range(max(near) + 1)]
    assert ["Items in common, neighbours at most", str(max(near))] in facts["sharing"]
    assert max(near) <= MOST_ALIKE
    (kind, n_items, used, unused, *_, most) = facts["use"][0]
    assert (kind, int(n_items), int(used)) == ("Scored items", 60, len(uses))
    assert int(unused) == 60 - len(uses)
    assert most == f"{max(uses.values())} ({100 * max(uses.values()) / N_CANDIDATES:.1f} %)"
    points = facts["exposure"]["series"][0]["points"]
    assert len(points) == 60
    assert sum(share for _, share in points) == pytest.approx(1200)  # twelve items a form
    for plot in facts["plots"]:
        line, band = (each["points"] for each in plot["series"])
        assert all(low <= at[1] <= high for at, (_, low, high) in zip(line, band, strict=True))
        assert any(low < high for _, low, high in band)
        assert max(high for *_, high in band) <= plot["y"]["high"]


def test_a_form_changed_since_changes_the_fingerprint_of_all(hall: Hall) -> None:
    made(hall)
    before = facts_of(hall)["fingerprint"]
    assert facts_of(hall)["fingerprint"] == before
    with hall.desk.database.writing() as db:
        one, other = seated_in(db, hall.planned(db))[:2]
        assert one.form is not None
        assert other.form is not None
        assert held_in(db, one.form) != held_in(db, other.form)
        seal_items(db, one.form, held_in(db, other.form))
    assert facts_of(hall)["fingerprint"] != before
