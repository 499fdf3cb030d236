"""Papers for print: all types on paper without keys, keys apart and by the printed letters."""

import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.documents.typesetting import pdf
from exam_server.errors import InvalidInputError
from exam_server.forms.custody import seal_items
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.forms.printed_words import MARKED
from exam_server.forms.printing import Printed, key_of, paper_of
from exam_server.forms.word_papers import word_key, word_paper
from itembank.items.registry import item_type, seat_view
from tests.exam_items import board_picture
from tests.factories import (
    NOW,
    add,
    held_at,
    items_of,
    make_blueprint,
    make_item,
    make_organization,
)
from tests.items import RIGHT

SECRETS = {"correct", "order", "pairs", "areas", "answer", "key"}


def make_form(db: Session, *names: str) -> Form:
    """A form with one item of each of these types, each in a section of its own."""
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization, n_points=len(names))
    points = [point for area in blueprint.areas for point in area.points]
    picture = Picture(
        organization_id=organization.id, sha256="a" * 64, mime="image/png", body=board_picture()
    )
    add(db, picture)
    sections = [{"type": name, "title": name, "count": 1, "mark": "2"} for name in names]
    structure = PaperStructure(
        blueprint=blueprint,
        title="理论知识试卷",
        minutes=60,
        demand={"sections": sections},
        created_at=NOW,
    )
    run = AssemblyRun(paper_structure=structure, n_forms=1, created_at=NOW)
    form = Form(code="A")
    held = []
    for number, (name, point) in enumerate(zip(names, points, strict=False), start=1):
        version = make_item(db, point)
        version.type, (version.content, version.key, _) = name, RIGHT[name]
        held.append(held_at(number, version, section=number, mark="2"))
    seal_items(db, form, held)
    run.forms.append(form)
    add(db, run)
    db.flush()
    return form


def words(printed: Printed, template: str) -> str:
    made = pdf(template, printed.facts, pictures=printed.pictures)
    pages = PdfReader(io.BytesIO(made)).pages
    return "\n".join(page.extract_text() for page in pages)


def names_in(value: Any) -> set[str]:
    """Return every name of a mapping in nested facts."""
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_is_printed_without_its_key(db: Session, language: str) -> None:
    printed = paper_of(db, make_form(db, *RIGHT), language=language, now=NOW)
    assert names_in(printed.facts) & SECRETS == set()
    text = words(printed, "paper").replace(" ", "")
    for part in ("理论知识试卷", "volt", "lock", "Which?"):
        assert part in text
    assert ("page1of" if language == "en" else "第1页，共") in text


def test_the_key_is_a_document_of_its_own_with_every_answer(db: Session) -> None:
    printed = key_of(db, make_form(db, *RIGHT), language="zh", now=NOW)
    text = words(printed, "paper_key")
    assert "标准答案" in text
    for section in printed.facts["sections"]:
        (item,) = section["items"]
        assert item["answer"], section["title"]
        if item["is_short"]:
            assert item["answer"] in text


def test_a_place_in_a_picture_is_outlined_and_said_alone_and_in_a_material(db: Session) -> None:
    printed = key_of(db, make_form(db, "hotspot", "item_set"), language="zh", now=NOW)
    alone, part = (section["items"][0] for section in printed.facts["sections"])
    (place,), (inside,) = alone["places"], part["places"]
    kinds = [each["type"] for each in RIGHT["item_set"][0]["parts"]]
    assert (place["part"], inside["part"]) == (None, 1 + kinds.index("hotspot"))
    assert {**inside, "part": None} == place
    assert alone["answer"] in part["answer"]
    assert alone["answer"].startswith("○ 22 %")
    assert words(printed, "paper_key")


@pytest.mark.parametrize("policy", sorted(MARKED["zh"]))
def test_a_paper_says_how_a_multiple_choice_is_marked_and_nothing_more_of_its_key(
    db: Session, policy: str
) -> None:
    form = make_form(db, "multiple", "single", "item_set")
    version, _, material = (item.item_version for item in items_of(form))
    number = next(part["id"] for part in material.content["parts"] if part["type"] == "multiple")
    points = {"A": "1", "C": "1", "B": "-1"}
    version.key = {**version.key, "policy": policy, "points": points}
    keys = material.key["parts"]
    material.key = {"parts": {**keys, number: {**keys[number], "policy": policy, "points": points}}}
    for language in ("zh", "en"):
        printed = paper_of(db, form, language=language, now=NOW)
        said = MARKED[language][policy]
        assert in_word(word_paper(printed)).count(said) == 2
        assert "points" not in names_in(printed.facts)
    assert MARKED["en"][policy] in " ".join(words(printed, "paper").split())


def test_key_letters_are_those_of_the_printed_options(db: Session) -> None:
    form = make_form(db, "matching", "ordering")
    paper = paper_of(db, form, language="zh", now=NOW).facts
    matching, ordering = (section["items"][0] for section in paper["sections"])
    printed = {each["nodes"][0][1]: each["letter"] for each in matching["right"]}
    key = key_of(db, form, language="zh", now=NOW).facts
    first, second = (section["items"][0]["answer"] for section in key["sections"])
    assert first == f"(1)–{printed['voltage']}　(2)–{printed['current']}"
    steps = {each["nodes"][0][1]: each["letter"] for each in ordering["options"]}
    assert second == f"{steps['switch off']} → {steps['lock']} → {steps['test']}"


def test_a_formula_that_cannot_be_set_refuses_the_paper_and_names_the_item(db: Session) -> None:
    form = make_form(db, "single", "multiple")
    version = items_of(form)[1].item_version
    broken = json.loads(json.dumps(version.content))
    broken["stem"] = '<p><span data-latex="\\unheard{x}"></span></p>'
    version.content = broken
    with pytest.raises(InvalidInputError) as refused:
        paper_of(db, form, language="zh", now=NOW)
    assert refused.value.code == "paper_unprintable"
    (problem,) = refused.value.problems
    assert problem.where == version.item.code
    assert "\\unheard" in str(problem.detail["value"])


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_every_type_has_its_answer_in_words(name: str) -> None:
    content, key, _ = RIGHT[name]
    assert item_type(name).key_words(seat_view(name, content), key)


def in_word(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_goes_to_word_with_and_without_its_key(db: Session, language: str) -> None:
    form = make_form(db, *RIGHT)
    paper = in_word(word_paper(paper_of(db, form, language=language, now=NOW)))
    for part in ("volt", "lock", "Which?"):
        assert part in paper
    printed = key_of(db, form, language=language, now=NOW)
    key = in_word(word_key(printed))
    for section in printed.facts["sections"]:
        answer = html.escape(section["items"][0]["answer"], quote=False)
        assert all(line in key for line in answer.splitlines())
    assert ("标准答案" if language == "zh" else "Answer key") in key
    assert "标准答案" not in paper
