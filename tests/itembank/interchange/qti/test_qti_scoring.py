"""Scores of given answers: as files say, and as the items taken from them are marked."""

import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from benchmarks.interop import as_our_items_mark, as_the_file_says, imported
from itembank.interchange.qti.elements import parse_xml
from itembank.interchange.qti.items import read_item
from itembank.interchange.qti.processing import outcomes_of
from itembank.interchange.qti.values import Value, as_number, gathered, single
from itembank.items.registry import item_type
from tests.source import ROOT

GIVEN = Path(os.environ.get("EXAM_SERVER_INTEROP", ROOT.parent / "shared" / "interop"))
needs_cases = pytest.mark.skipif(not GIVEN.is_dir(), reason="no interoperability cases here")
# Its outcome is what one program's random numbers happen to be.
DRAWN = "templateProcessing_templateConstraint"


@needs_cases
def test_all_given_answers_earn_what_they_should() -> None:
    found = as_the_file_says(GIVEN)
    assert [each for each in found.wrong if DRAWN not in each] == []
    assert found.right > 100


@needs_cases
def test_items_taken_are_marked_as_their_files_mark() -> None:
    found = as_our_items_mark(GIVEN)
    assert found.wrong == []
    assert found.right > 20


@pytest.mark.long
@needs_cases
def test_no_given_file_breaks_a_reader_and_each_item_is_accounted_for() -> None:
    report = imported(GIVEN)
    assert [each for outcome in report.by_format.values() for each in outcome.crashed] == []
    for outcome in report.by_format.values():
        assert outcome.read == outcome.carried + outcome.with_loss + outcome.refused


HEAD = '<assessmentItem identifier="I" title="T">'
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
MAPPED = """<responseDeclaration identifier="RESPONSE" cardinality="multiple"
baseType="identifier"><correctResponse><value>a</value><value>b</value></correctResponse>
<mapping defaultValue="-1" lowerBound="0" upperBound="1.5"><mapEntry mapKey="a" mappedValue="1"/>
<mapEntry mapKey="b" mappedValue="1"/></mapping></responseDeclaration>"""
CHOICES = """<itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">
<prompt>Which?</prompt><simpleChoice identifier="a">1</simpleChoice>
<simpleChoice identifier="b">2</simpleChoice><simpleChoice identifier="c">3</simpleChoice>
</choiceInteraction></itemBody>"""


def item(*parts: str) -> str:
    return HEAD + "".join(parts) + "</assessmentItem>"


def scored(text: str, **responses: Value | None) -> Fraction | None:
    return as_number(outcomes_of(parse_xml(text.encode()), responses)["SCORE"])


@pytest.mark.parametrize(
    ("chosen", "wanted"), [("", 0), ("a", 1), ("ab", Fraction(3, 2)), ("ac", 0), ("abc", 1)]
)
def test_a_mapping_sums_within_its_bounds(chosen: str, wanted: Fraction) -> None:
    rule = '<responseProcessing template="http://x/rptemplates/map_response.xml"/>'
    given = gathered("identifier", list(chosen), "multiple")
    assert scored(item(MAPPED, SCORE, CHOICES, rule), RESPONSE=given) == wanted


def test_areas_count_once_each() -> None:
    declared = """<responseDeclaration identifier="RESPONSE" cardinality="multiple"
baseType="point"><areaMapping><areaMapEntry shape="circle" coords="10,10,5" mappedValue="0.1"/>
<areaMapEntry shape="ellipse" coords="50,50,20,10" mappedValue="0.2"/></areaMapping>
</responseDeclaration>"""
    rule = '<responseProcessing template="http://x/rptemplates/map_response_point"/>'
    at = [(Fraction(x), Fraction(y)) for x, y in ((10, 15), (9, 9), (70, 50), (70, 51))]
    given = Value("point", tuple(at), "multiple")
    assert scored(item(declared, SCORE, rule), RESPONSE=given) == Fraction(3, 10)


@pytest.mark.parametrize(
    ("default", "marking"),
    [
        ("-1", {"policy": "minus"}),
        ("-2", {"policy": "part_marks"}),
        ("-0.5", {"policy": "by_option", "points": {"A": "0.5", "B": "0.5", "C": "-0.25"}}),
    ],
)
def test_an_item_whose_options_bring_points_is_marked_by_them(
    default: str, marking: dict[str, Any]
) -> None:
    rule = '<responseProcessing template="http://x/rptemplates/map_response"/>'
    mapped = MAPPED.replace('"1.5"', '"2"').replace('"-1"', f'"{default}"')
    made = read_item(parse_xml(item(mapped, SCORE, CHOICES, rule).encode()), lambda _: None)
    assert (made.type, made.key) == ("multiple", {"correct": ["A", "B"], **marking})
    assert made.reason is None


def test_an_item_whose_points_are_cut_off_is_kept_for_reading() -> None:
    rule = '<responseProcessing template="http://x/rptemplates/map_response"/>'
    made = read_item(parse_xml(item(MAPPED, SCORE, CHOICES, rule).encode()), lambda _: None)
    assert (made.type, made.key) == ("multiple", {"correct": ["A", "B"]})
    assert made.reason == ("qti_needs_part_marks", {})


def number_item(test: str) -> str:
    return item(
        '<responseDeclaration identifier="R" cardinality="single" baseType="float"/>',
        SCORE,
        '<itemBody><p>? <textEntryInteraction responseIdentifier="R"/></p></itemBody>',
        f"<responseProcessing><responseCondition><responseIf>{test}",
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">2</baseValue>',
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>",
    )


NUMBER = '<variable identifier="R"/><baseValue baseType="float">{}</baseValue>'
TURNED = '<baseValue baseType="float">{}</baseValue><variable identifier="R"/>'
RANGES = {
    "exact": (f"<equal>{NUMBER.format('0.63')}</equal>", {"value": "0.63", "tolerance": "0"}, None),
    "absolute": (
        f'<equal toleranceMode="absolute" tolerance="0.5">{TURNED.format(10)}</equal>',
        {"value": "10", "tolerance": "0.5"},
        None,
    ),
    "relative": (
        f'<equal toleranceMode="relative" tolerance="2">{TURNED.format(50)}</equal>',
        {"value": "50", "tolerance": "0.02", "tolerance_mode": "relative"},
        None,
    ),
    "between": (
        f"<and><gte>{NUMBER.format(3)}</gte><lte>{NUMBER.format(4)}</lte></and>",
        {"least": "3", "most": "4"},
        None,
    ),
    "half open": (
        f"<and><gt>{NUMBER.format(3)}</gt><lte>{NUMBER.format(4)}</lte></and>",
        {"least": "3", "most": "4", "open": "least"},
        None,
    ),
    "one end": (f"<gt>{NUMBER.format('3.50')}</gt>", {"least": "3.50", "open": "least"}, None),
    "rounded": (
        f'<equalRounded roundingMode="decimalPlaces" figures="1">{TURNED.format(2)}</equalRounded>',
        {"least": "1.95", "most": "2.05", "open": "most"},
        None,
    ),
}


@pytest.mark.parametrize(("test", "key", "reason"), RANGES.values(), ids=RANGES)
def test_a_number_takes_the_range_that_earns_the_mark(
    test: str, key: dict[str, str], reason: str | None
) -> None:
    made = read_item(parse_xml(number_item(test).encode()), lambda _: None)
    mode = {"tolerance_mode": "range" if "value" not in key else "absolute"}
    assert made.key == {**mode, **key}
    assert (made.reason and made.reason[0]) == reason


def test_blanks_that_count_together_are_all_or_nothing() -> None:
    blanks = "".join(
        f'<responseDeclaration identifier="{name}" cardinality="single" baseType="string">'
        f"<correctResponse><value>{name.lower()}</value></correctResponse></responseDeclaration>"
        for name in "RS"
    )
    body = "".join(f'<textEntryInteraction responseIdentifier="{name}"/>' for name in "RS")
    tests = "".join(
        f'<match><variable identifier="{name}"/><correct identifier="{name}"/></match>'
        for name in "RS"
    )
    text = item(
        blanks,
        SCORE,
        f"<itemBody><p>? {body}</p></itemBody>",
        f"<responseProcessing><responseCondition><responseIf><and>{tests}</and>",
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">2</baseValue>',
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>",
    )
    made = read_item(parse_xml(text.encode()), lambda _: None)
    assert (made.type, made.reason) == ("text_entry", None)
    assert made.key["whole"] is True
    assert made.key["blanks"] == {"1": ["r"], "2": ["s"]}


def test_a_text_keeps_whether_case_counts() -> None:
    for case in ("true", "false"):
        text = item(
            '<responseDeclaration identifier="R" cardinality="single" baseType="string"/>',
            SCORE,
            '<itemBody><p>? <textEntryInteraction responseIdentifier="R"/></p></itemBody>',
            "<responseProcessing><responseCondition><responseIf>",
            f'<stringMatch caseSensitive="{case}">',
            '<variable identifier="R"/><baseValue baseType="string">PLC</baseValue></stringMatch>',
            '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>',
            "</setOutcomeValue></responseIf></responseCondition></responseProcessing>",
        )
        made = read_item(parse_xml(text.encode()), lambda _: None)
        own = item_type(made.type)
        assert made.reason is None
        marks = [
            own.score(made.content, made.key, {"1": each}, Decimal(1)) for each in ("PLC", "plc")
        ]
        theirs = [scored(text, R=single("string", each)) for each in ("PLC", "plc")]
        assert marks == theirs
