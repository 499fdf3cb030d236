"""Drawn values travel to Moodle and QTI and come back; others' stay drawn where they can."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from itembank.interchange.detect import read_pool
from itembank.interchange.moodle.question_writing import OutItem
from itembank.interchange.moodle.writing import moodle_xml
from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.qti.item_writing import written_item
from itembank.interchange.qti.items import read_item
from itembank.interchange.qti.processing import drawn, outcomes_of
from itembank.interchange.qti.question_elements import Writing
from itembank.interchange.qti.reading import read_qti
from itembank.interchange.qti.values import as_number, shown, single
from itembank.interchange.qti.writing import BankFacts, BankItem, written_package
from itembank.interchange.qti.xml_writing import EDITIONS, document
from itembank.interchange.report import DraftItem
from itembank.item_models import plain
from itembank.items import calculation as calculations
from itembank.items.registry import item_problems
from tests.itembank.interchange.calculations import calculation

Made = tuple[str, dict[str, Any], dict[str, Any]]
PATH = (("A", "Range"), ("001", "Point"))
CONTENT = {"stem": "<p>{U} V, {R} Ω?</p>", "unit": None, "decimals": 2}
KEY = {
    "parameters": {"U": {"from": "10", "to": "20", "step": "0.5"}, "R": ["2", "4", "5"]},
    "formula": "U / R",
    "tolerance": "0.05",
    "tolerance_mode": "absolute",
}


def through_moodle(content: Any, key: Any, *, tags: bool = True) -> list[DraftItem]:
    body = moodle_xml([OutItem("C-1", PATH, "calculation", content, key)], {}).decode()
    whole = body if tags else re.sub(r"<tags>.*?</tags>", "", body, flags=re.DOTALL)
    parsed = read_pool(whole.encode(), {}, "bank.xml")
    assert [each.code for each in parsed.refused] == []
    return list(parsed.items)


def through_qti(content: Any, key: Any, edition: str) -> list[DraftItem]:
    item = BankItem("C-1", PATH, "calculation", content, key)
    package = written_package(BankFacts("B", "zh_Hans_CN"), [item], {}, edition)
    parsed = read_qti(package, {}, "b.zip")
    assert (parsed.refused, parsed.notes) == ((), ())
    return list(parsed.items)


@settings(max_examples=25, deadline=None)
@given(calculation())
def test_a_calculation_comes_back_as_it_was(made: Made) -> None:
    kind, content, key = made
    assert item_problems(kind, content, key) == []
    ways = [through_moodle(content, key), *(through_qti(content, key, e) for e in ("2.2", "3.0"))]
    for (back,) in ways:
        assert (back.type, back.content, back.key) == made


def test_moodle_gets_the_values_and_the_formula_rounded() -> None:
    body = moodle_xml([OutItem("C-1", PATH, "calculation", CONTENT, KEY)], {}).decode()
    assert "round(({U} / {R}), 2)" in body
    assert body.count("<dataset_item>") == 2 * 63
    assert "<tolerancetype>2<" in body


def test_another_program_may_cut_the_tags_off() -> None:
    (back,) = through_moodle(CONTENT, KEY, tags=False)
    assert (back.type, back.content["decimals"]) == ("calculation", 2)
    assert len(back.key["parameters"]["U"]) == 21
    chosen = {**KEY, "conditions": ["U < 4 * R"]}  # then values belong together
    items = through_moodle(CONTENT, chosen, tags=False)
    assert {each.type for each in items} == {"numeric"}


def moodle(kind: str, stem: str, answers: str, spread: str = "uniform") -> list[DraftItem]:
    sets = "".join(
        f"<dataset_definition><name><text>{name}</text></name>"
        f"<distribution><text>{spread}</text></distribution>"
        "<minimum><text>1</text></minimum><maximum><text>9</text></maximum><dataset_items>"
        + "".join(f"<dataset_item><value>{each}</value></dataset_item>" for each in values)
        + "</dataset_items></dataset_definition>"
        for name, values in (("a", "123"), ("b", "254"))
    )
    body = (
        f'<quiz><question type="{kind}"><name><text>n</text></name><questiontext format="html">'
        f"<text>{stem}</text></questiontext>{answers}"
        f"<dataset_definitions>{sets}</dataset_definitions></question></quiz>"
    )
    return list(read_pool(body.encode(), {}, "m.xml").items)


def number(formula: str, tolerance: str = "0.01") -> str:
    return (
        f'<answer fraction="100"><text>{formula}</text><tolerance>{tolerance}</tolerance>'
        "<tolerancetype>2</tolerancetype></answer>"
    )


@pytest.mark.parametrize(
    ("formula", "spread", "found"),
    [
        ("{a}+{b}*0.5", "uniform", ("calculation", 1)),
        ("round(pow({a},2)/3, 3)", "uniform", ("calculation", 3)),
        ("{a}/3", "uniform", ("numeric", None)),  # no answer that ends
        ("{a}+{b}", "loguniform", ("numeric", None)),  # values that may belong together
    ],
)
def test_values_of_moodle_stay_drawn_where_each_is_free(
    formula: str, spread: str, found: tuple[str, int | None]
) -> None:
    items = moodle("calculatedsimple", "{a} and {b}?", number(formula), spread)
    assert (items[0].type, items[0].content.get("decimals")) == found
    assert len(items) == (1 if found[0] == "calculation" else 3)


def test_a_calculated_choice_is_an_item_for_each_row() -> None:
    places = (
        "<correctanswerformat>1</correctanswerformat><correctanswerlength>2</correctanswerlength>"
    )
    texts = ((100, "x = {={a}/{b}}"), (0, "{a}"))
    answers = "<single>true</single>" + "".join(
        f'<answer fraction="{share}"><text>{text}</text>{places}</answer>' for share, text in texts
    )
    items = moodle("calculatedmulti", "{a} over {b}", answers)
    assert [each.content["options"][0]["content"] for each in items] == [
        "x = 0.50",
        "x = 0.40",
        "x = 0.75",
    ]
    assert {(each.type, *each.key["correct"]) for each in items} == {("single", "A")}


def template(rules: str, shown: str = "A B", processing: str = "") -> str:
    printed = " ".join(f'<printedVariable identifier="{each}"/>' for each in shown.split())
    declared = "".join(
        f'<templateDeclaration identifier="{each}" cardinality="single" baseType="float"/>'
        for each in "ABX"
    )
    return (
        '<assessmentItem identifier="q" title="t" adaptive="false" timeDependent="false">'
        '<responseDeclaration identifier="R" cardinality="single" baseType="float"/>'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"{declared}<templateProcessing>{rules}</templateProcessing>"
        f'<itemBody><p>{printed} <textEntryInteraction responseIdentifier="R"/></p></itemBody>'
        f"<responseProcessing><responseCondition><responseIf>{processing or MATCH}"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing></assessmentItem>"
    )


MATCH = '<match><variable identifier="R"/><correct identifier="R"/></match>'
NEAR = (
    '<equal toleranceMode="absolute" tolerance="0.5 0.5">'
    '<correct identifier="R"/><variable identifier="R"/></equal>'
)
DRAWN = (
    '<setTemplateValue identifier="A"><randomInteger min="2" max="10" step="2"/></setTemplateValue>'
    '<setTemplateValue identifier="B"><random><multiple><baseValue baseType="float">0.5</baseValue>'
    '<baseValue baseType="float">2</baseValue></multiple></random></setTemplateValue>'
)
APART = (
    '<templateConstraint><gt><variable identifier="A"/><baseValue baseType="float">3</baseValue>'
    "</gt></templateConstraint>"
)
SUM = '<sum><variable identifier="A"/><product><variable identifier="B"/>{}</product></sum>'
THREE = '<baseValue baseType="float">3</baseValue>'
RIGHT = '<setCorrectResponse identifier="R">{}</setCorrectResponse>'


def test_a_template_of_qti_stays_drawn_where_it_marks_the_same() -> None:
    item = parse_xml(template(DRAWN + APART + RIGHT.format(SUM.format(THREE))).encode())
    made = read_item(item, lambda _: None)
    assert (made.type, made.losses, made.content["decimals"]) == ("calculation", {}, 1)
    assert made.key == {
        "parameters": {"A": {"from": "2", "to": "10", "step": "2"}, "B": ["0.5", "2"]},
        "formula": "(A+(B*3))",
        "conditions": ["A > 3"],
        "tolerance": "0",
        "tolerance_mode": "absolute",
    }
    assert "{A} {B}" in made.content["stem"]


@pytest.mark.parametrize(
    ("rules", "shown", "processing"),
    [
        (DRAWN + RIGHT.format(SUM.format('<variable identifier="X"/>')), "A B", ""),
        (DRAWN + RIGHT.format(SUM.format(THREE)), "A", ""),  # a value that nobody is shown
        (DRAWN + RIGHT.format(SUM.format(THREE)), "A B", NEAR.replace("0.5 0.5", "0.5 0.1")),
    ],
)
def test_a_template_that_says_more_comes_with_one_set_of_values(
    rules: str, shown: str, processing: str
) -> None:
    made = read_item(parse_xml(template(rules, shown, processing).encode()), lambda _: None)
    assert made.type == "numeric"
    assert "qti_one_variant" in made.losses


def written(content: Any, key: Any) -> Element:
    edition = EDITIONS["2.2"]
    root = written_item("C", "calculation", content, key, "", Writing(edition, {}))
    return parse_xml(document(root, edition))


@settings(max_examples=10, deadline=None)
@given(calculation())
def test_what_is_written_as_a_template_marks_as_the_calculation(made: Made) -> None:
    _, content, key = made
    item = written(content, key)
    draw = drawn(item, 3)
    names = key["parameters"]
    values = {name: as_number(draw.values[f"V_{name}"]) for name in names}
    texts = {name: shown(each) for name, each in values.items() if each is not None}
    drawable = [
        {name: plain(each) for name, each in one.values.items()}
        for one in calculations.possible_draws(content, key)
    ]
    assert texts in drawable
    _, _, right = calculations.as_drawn(content, key, texts)
    answer = single("float", Fraction(right["value"]))
    assert as_number(outcomes_of(item, {"RESPONSE": answer}, draw)["SCORE"]) == 1


CANVAS = """<questestinterop><item ident="c" title="c"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>calculated_question</fieldentry>
</qtimetadatafield></qtimetadata></itemmetadata><presentation><material>
<mattext texttype="text/html">[x] and [y]?</mattext></material>
<response_str ident="r" rcardinality="Single"><render_fib fibtype="Decimal">
<response_label ident="a"/></render_fib></response_str></presentation>
<itemproc_extension><calculated>
<answer_tolerance>0.1</answer_tolerance><formulas decimal_places="1"><formula>x^2/y</formula>
</formulas><var_sets><var_set ident="1"><var name="x">3</var><var name="y">2</var>
<answer>4.5</answer></var_set><var_set ident="2"><var name="x">2</var><var name="y">3</var>
<answer>{}</answer></var_set></var_sets>
</calculated></itemproc_extension></item></questestinterop>"""


@pytest.mark.parametrize(("answer", "kind"), [("1.3", "calculation"), ("1.4", "numeric")])
def test_values_of_canvas_stay_drawn_where_its_formula_gives_its_answers(
    answer: str, kind: str
) -> None:
    (item,) = read_qti(CANVAS.format(answer).encode(), {}, "c.xml").items
    assert item.type == kind
    if kind == "calculation":
        assert item.key["parameters"] == {"x": ["3", "2"], "y": ["2", "3"]}
        assert "{x} and {y}?" in item.content["stem"]
