"""Pools of Blackboard and what QTI 1.2 leaves to people come along as their programs mean it."""

from typing import Any

import pytest

from itembank.interchange.qti.reading import read_qti
from itembank.interchange.report import DraftItem

RIGHT = '<displayfeedback feedbacktype="Response" linkrefid="correct"/>'
MOST = '<setvar variablename="SCORE" action="Set">SCORE.max</setvar>'
NONE = (
    '<respcondition title="incorrect"><conditionvar><other/></conditionvar>'
    '<setvar variablename="SCORE" action="Set">0</setvar></respcondition>'
)


def said(text: str) -> str:
    words = f'<mat_formattedtext type="HTML">&lt;b&gt;{text}&lt;/b&gt;</mat_formattedtext>'
    return f"<material><mat_extension>{words}</mat_extension></material>"


def block(name: str, inner: str) -> str:
    return f'<flow class="{name}">{inner}</flow>'


def equal(name: str, value: str) -> str:
    return f'<varequal respident="{name}" case="No">{value}</varequal>'


def condition(held: str, inner: str = RIGHT) -> str:
    return f"<respcondition><conditionvar>{held}</conditionvar>{inner}</respcondition>"


def read(kind: str, response: str, rules: str, beside: str = "", partial: str = "") -> DraftItem:
    asked = block("QUESTION_BLOCK", block("FORMATTED_TEXT_BLOCK", said("Asked")))
    answered = block("RESPONSE_BLOCK", response) + beside
    text = (
        "<questestinterop><assessment><section><item><itemmetadata>"
        f"<bbmd_asi_object_id>_7_1</bbmd_asi_object_id><bbmd_questiontype>{kind}</bbmd_questiontype>"
        f"<bbmd_partialcredit>{partial}</bbmd_partialcredit></itemmetadata>"
        f"<presentation>{block('Block', asked + answered)}</presentation>"
        '<resprocessing><outcomes><decvar varname="SCORE" minvalue="0" maxvalue="3"/></outcomes>'
        f"{rules}{NONE}</resprocessing></item></section></assessment></questestinterop>"
    )
    parsed = read_qti(text.encode(), {}, "pool.dat")
    assert [each.code for each in parsed.refused] == []
    (item,) = parsed.items
    assert (item.code, item.state) == ("7_1", "active")
    return item


def labels(texts: list[str]) -> str:
    listed = "".join(
        f'<flow_label class="Block"><response_label ident="id{n}">{said(text)}</response_label>'
        "</flow_label>"
        for n, text in enumerate(texts)
    )
    return f"<render_choice>{listed}</render_choice>"


def test_a_choice_is_right_by_what_earns_the_most() -> None:
    lid = (
        f'<response_lid ident="response" rcardinality="Single">{labels(["x", "y"])}</response_lid>'
    )
    asked = [condition(equal("response", "id1"), MOST), condition(equal("id0", ""), MOST)]
    item = read("Multiple Choice", lid, "".join(asked))
    assert (item.type, item.key) == ("single", {"correct": ["B"]})
    assert "<b>Asked</b>" in item.content["stem"]


def row(name: str, text: str) -> str:
    own = "".join(f'<response_label ident="{name}{n}"/>' for n in range(3))
    lid = (
        f'<response_lid ident="{name}" rcardinality="Single"><render_choice><flow_label>{own}'
        "</flow_label></render_choice></response_lid>"
    )
    return block("Block", lid + block("FORMATTED_TEXT_BLOCK", said(text)))


@pytest.mark.parametrize(
    ("partial", "policy"), [("", "part_marks"), ("true", "part_marks"), ("false", "all_or_nothing")]
)
def test_a_match_finds_its_texts_in_the_right_column(partial: str, policy: str) -> None:
    right = [block("Block", said(text)) for text in ("insect", "mammal", "fish")]
    rules = condition(equal("p", "p1")) + condition(equal("q", "q2"))
    item = read(
        "Matching",
        row("p", "cat") + row("q", "pike"),
        rules,
        block("RIGHT_MATCH_BLOCK", "".join(right)),
        partial,
    )
    assert (item.type, item.key["pairs"]) == ("matching", [["p", "R2"], ["q", "R3"]])
    assert item.key["policy"] == policy
    assert [each["content"] for each in item.content["right"]][2] == "<b>fish</b>"


def test_a_number_lies_between_its_bounds() -> None:
    held = (
        '<vargte respident="response">1.3</vargte><varlte respident="response">1.5</varlte>'
        + equal("response", "1.4")
    )
    number = '<response_num ident="response"><render_fib fibtype="Decimal"/></response_num>'
    item = read("Numeric", number, condition(held))
    assert item.key == {"tolerance_mode": "range", "least": "1.3", "most": "1.5"}


FIB = '<response_str ident="{}" rcardinality="Single"><render_fib rows="1"/></response_str>'


def test_blanks_and_essays() -> None:
    text = condition(equal("response", "frog")) + condition(equal("response", "newt"))
    item = read("Fill in the Blank", FIB.format("response"), text)
    assert (item.type, item.key["blanks"]) == ("text_entry", {"1": ["frog", "newt"]})
    held = f"<and><or>{equal('a', '4')}{equal('a', 'four')}</or><or>{equal('b', '6')}</or></and>"
    both = read("Fill in the Blank Plus", FIB.format("a") + FIB.format("b"), condition(held, MOST))
    assert (both.type, both.key["whole"]) == ("text_entry", True)
    essay = read("Essay", FIB.format("response"), condition("", MOST))
    assert essay.type == "essay"


ESSAY = """<questestinterop><item ident="e" title="e">{}<presentation><material>
<mattext>Why?</mattext></material><response_str ident="r" rcardinality="Single"><render_fib>
<response_label ident="a"/></render_fib></response_str></presentation><resprocessing><outcomes>
<decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes><respcondition continue="No">
<conditionvar><other/></conditionvar></respcondition></resprocessing></item></questestinterop>"""
KIND = """<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>
<fieldentry>essay_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"""


@pytest.mark.parametrize("kind", ["", KIND])
def test_what_no_rule_marks_is_marked_by_people(kind: str) -> None:
    parsed: Any = read_qti(ESSAY.format(kind).encode(), {}, "e.xml")
    assert [(each.type, each.state) for each in parsed.items] == [("essay", "active")]
