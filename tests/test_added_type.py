"""A further item type is a module and a folder of views: nothing else knows its name."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from exam_server.analysis.answers import chance_of, questions_in
from exam_server.bank.exporting import Wanted, bank_moodle, bank_word
from exam_server.bank.item_inputs import ItemIn, draft_of
from exam_server.bank.qti_exports import bank_package
from exam_server.bank.sheet_losses import read_back
from exam_server.bank.sheet_rows import SheetItem, sheet_row, why_not
from exam_server.bank.writing import create_item
from exam_server.delivery.models import AnswerEvent
from exam_server.documents.typesetting import pdf
from exam_server.errors import InvalidInputError
from exam_server.forms.printing import key_of, paper_of
from exam_server.forms.sealed_forms import form_body
from exam_server.forms.word_papers import word_key, word_paper
from exam_server.inputs import parse
from exam_server.marking.service import mark_exam_session
from exam_server.results.changed_keys import blocks_for, read_keys
from itembank import items
from itembank.items.item_types import Choice
from itembank.items.registry import TYPES, found_types, item_problems
from itembank.items.written_marks import FormPlace, mark_with
from tests.browsers import patient_context
from tests.factories import (
    NOW,
    actor_of,
    add,
    items_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_item,
    make_organization,
    make_person,
    make_sitting,
)
from tests.source import ROOT

HERE = ROOT / "tests" / "added_type"
SCALE = {
    "type": "scale",
    "point": "A-001",
    "content": {"stem": "<p>What does it read?</p>", "top": 10},
    "key": {"at": 7},
}


@pytest.fixture
def scale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The module beside the others, in a folder of its own."""
    shutil.copy(HERE / "scale.py", tmp_path)
    monkeypatch.setattr(items, "__path__", [*items.__path__, str(tmp_path)])
    found_types.cache_clear()
    yield
    found_types.cache_clear()
    sys.modules.pop("itembank.items.scale")
    del items.scale  # type: ignore[attr-defined]


def test_without_its_module_there_is_no_such_type() -> None:
    assert "scale" not in TYPES


@pytest.mark.usefixtures("scale")
def test_an_added_type_goes_from_the_editor_to_the_mark_and_onto_paper(db: Session) -> None:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    writer = actor_of(make_person(db, "item_writer", organization=organization))
    assert list(TYPES)[-1] == "scale"
    draft = draft_of(parse(ItemIn, SCALE))
    assert (draft.content, draft.key) == (SCALE["content"], SCALE["key"])
    item = create_item(db, writer, blueprint, "", draft, now=NOW)
    assert item.code == "Z-A-001-001"

    run = make_forms(db, blueprint, n_forms=1, n_items=1)
    form, (version,) = run.forms[0], [each.item_version for each in items_of(run.forms[0])]
    version.type, version.content, version.key = "scale", draft.content, draft.key
    run.paper_structure.demand = {
        "sections": [{"type": "scale", "title": "", "count": 1, "mark": "1"}]
    }
    body = form_body(db, form.id, exam_session_uid="x")
    assert body["items"][0]["top"] == 10
    assert "at" not in body["items"][0]
    assert body["sections"][0]["titles"] == {"zh_Hans_CN": "刻度题", "en": "Scales"}

    assert mark_of(db, organization, run, ["7", "8", ["?"]]) == [Decimal(1), 0, 0]

    paper, key = (each(db, form, language="en", now=NOW) for each in (paper_of, key_of))
    assert pdf("paper", paper.facts).startswith(b"%PDF")
    assert "write the reading" in in_word(word_paper(paper))
    assert "reads 7" in in_word(word_key(key))
    assert "reads 7" not in in_word(word_paper(paper))


@pytest.mark.usefixtures("scale")
def test_an_added_type_fits_a_row_of_the_sheet_and_an_item_set() -> None:
    content: dict[str, Any] = {**SCALE["content"]}  # type: ignore[dict-item]
    item = SheetItem("bank", "Z1", "A-001", "scale", content, {"at": 7}, 3, "")
    assert why_not(item) == ""
    read = read_back([sheet_row(1, item)])["Z1"]
    assert (read.type, read.key) == ("scale", {"at": 7})
    part = {"id": "1", "type": "scale", **content}
    whole, key = {"stem": "<p>One.</p>", "parts": [part]}, {"parts": {"1": {"at": 7}}}
    assert item_problems("item_set", whole, key) == []
    assert mark_with(FormPlace(1, "item_set", whole, key, Decimal(2)), {"1": "7"}, {}) == 2


@pytest.mark.usefixtures("scale")
def test_an_added_type_goes_to_other_programs_as_its_module_says(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = make_blueprint(db, make_organization(db))
    (point,) = blueprint.areas[0].points[:1]
    version = make_item(db, point)
    version.type, version.content, version.key = "scale", SCALE["content"], SCALE["key"]
    db.flush()
    wanted = Wanted(with_keys=True)
    assert b'type="numerical"' in bank_moodle(db, blueprint, wanted, by=None)
    package = bank_package(db, blueprint, wanted, kind="qti30", by=None)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        told = [archive.read(name) for name in archive.namelist()]
    assert any(b"text-entry-interaction" in each for each in told)

    module = sys.modules["itembank.items.scale"]
    monkeypatch.delattr(module, "travels")  # a type that says nothing: named, not half written
    for taken in (
        lambda: bank_moodle(db, blueprint, wanted, by=None),
        lambda: bank_package(db, blueprint, wanted, kind="qti30", by=None),
    ):
        with pytest.raises(InvalidInputError) as refused:
            taken()
        assert refused.value.code == "items_not_carried"
        (problem,) = refused.value.problems
        assert (problem.where, problem.code) == (version.item.code, "type_has_no_place")
    assert "答案：7" in in_word(bank_word(db, blueprint, wanted, by=None))


@pytest.mark.usefixtures("scale")
@pytest.mark.parametrize(
    ("page", "macro"), [("bank/shown.html", "shown"), ("forms/item.html", "body")]
)
def test_staff_read_an_added_type_with_its_key(office: Flask, page: str, macro: str) -> None:
    content, key = SCALE["content"], SCALE["key"]
    with office.test_request_context():
        module = office.jinja_env.get_template(page).make_module(globals_of(office))
        more = (True,) if macro == "body" else ()
        html = getattr(module, macro)("scale", content, key, *more)
    assert "What does it read?" in html
    assert "reads 7" in html


@pytest.mark.usefixtures("scale")
def test_the_key_of_an_added_type_is_put_right_in_a_form_of_its_own(
    db: Session, office: Flask
) -> None:
    version = make_item(db, make_blueprint(db, make_organization(db)).areas[0].points[0])
    version.type, version.content, version.key = "scale", SCALE["content"], SCALE["key"]
    (block, _) = blocks_for(version, {})
    with office.test_request_context():
        page = office.jinja_env.get_template("results/key_form.html")
        words = {"in_language": lambda words: words["en"], "plain": str}
        html = page.make_module({**globals_of(office), **words}).block(block)  # type: ignore[attr-defined]
    assert re.search(r'Right reading.*name="k1\.at" value="7"', html, re.DOTALL)
    assert read_keys(version, {"k1.at": ["8"]}, [], is_several=False) == [{"at": 8}]
    with pytest.raises(InvalidInputError, match="changed_key_wrong"):
        read_keys(version, {"k1.at": ["11"]}, [], is_several=False)


def globals_of(office: Flask) -> dict[str, Any]:
    context: dict[str, Any] = {}
    office.update_template_context(context)
    return context


@pytest.mark.usefixtures("scale")
def test_an_added_type_is_analysed_as_its_module_says(monkeypatch: pytest.MonkeyPatch) -> None:
    content: Any = {"options": [{"id": "A"}, {"id": "B"}]}
    whole = {"parts": [{"id": "1", "type": "scale", **content}]}
    assert list(questions_in("item_set", whole, {})) == []  # nothing is chosen on a scale
    assert chance_of("scale", content) == 0
    module = sys.modules["itembank.items.scale"]
    chosen = Choice(("A", "B"), ("B",), is_one=True)
    monkeypatch.setattr(module, "choice", lambda *_: chosen, raising=False)
    (question,) = questions_in("item_set", whole, {})
    assert (question.part, question.options, question.keys) == ("1", ("A", "B"), ("B",))
    assert chance_of("scale", content) == 0.5


def test_an_added_type_is_edited_and_answered_by_its_own_views(
    chromium: Browser, tmp_path: Path
) -> None:
    built = tmp_path / "page.js"
    script = f"""
      import {{ build }} from "esbuild";
      import {{ itemTypes }} from "./item_types.mjs";
      await build({{
        entryPoints: [{json.dumps(str(HERE / "page.tsx"))}], outfile: {json.dumps(str(built))},
        bundle: true, jsx: "automatic", jsxImportSource: "preact", plugins: [itemTypes],
        nodePaths: ["node_modules"], logLevel: "error",
      }});"""
    subprocess.run(
        [str(ROOT / ".venv" / "bin" / "node"), "--input-type=module", "-e", script],
        cwd=ROOT / "frontend",
        env={**os.environ, "ITEM_TYPES": str(HERE)},
        check=True,
    )
    context = patient_context(chromium)
    page = context.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=built)
    page.get_by_test_id("scale-at").fill("7")
    scale = page.get_by_role("slider", name="scale")
    expect(scale).to_have_attribute("max", "10")
    expect(page.locator("output")).to_have_text("empty")
    scale.fill("7")
    expect(page.locator("output")).to_have_text("full")
    assert page.evaluate("answer") == "7"
    stored = page.evaluate("stored")
    assert (stored["content"], stored["key"]) == ({"stem": "", "top": 10}, {"at": 7})
    assert page.evaluate("again") == stored
    context.close()


def mark_of(db: Session, organization: Any, run: Any, answers: list[Any]) -> list[Decimal | None]:
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    for given in answers:
        sitting = make_sitting(
            db, exam_session, form=run.forms[0], status="handed_in", started_at=NOW
        )
        event = AnswerEvent(
            sitting_id=sitting.id,
            seq=1,
            kind="answer",
            position=1,
            answer=json.dumps(given),
            at="2026-06-01T01:00:00.000Z",
            received_at=NOW,
            lease_number=1,
        )
        add(db, event)
    marked = mark_exam_session(db, exam_session, by=None, now=NOW)
    return [each.mark for each in sorted(marked.sitting_scores, key=lambda each: each.sitting_id)]


def in_word(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
