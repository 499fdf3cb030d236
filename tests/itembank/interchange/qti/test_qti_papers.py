"""QTI tests as papers: written and read back, and what of others is carried, lost or refused."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.interchange.qti.paper_writing import OutPaper, OutSection
from itembank.interchange.qti.reading import read_qti, read_qti_files
from itembank.interchange.qti.writing import BankFacts, BankItem, written_package
from itembank.interchange.report import PaperRead, SectionRead

PATH = (("A", "Range"), ("001", "Point"))
MARKS = st.integers(1, 10_000).map(lambda each: Decimal(each) / 100)
HEAD = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="T" title="T"'
ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{0}"
title="{0}" adaptive="false" timeDependent="false"><responseDeclaration identifier="RESPONSE"
cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>
</responseDeclaration><outcomeDeclaration identifier="SCORE" cardinality="single"
baseType="float" {1}/><itemBody><choiceInteraction responseIdentifier="RESPONSE"
maxChoices="1"><prompt>{0}?</prompt><simpleChoice identifier="A">a</simpleChoice>
<simpleChoice identifier="B">b</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
/></assessmentItem>"""


def item(number: int) -> BankItem:
    content = {
        "stem": f"<p>Question {number}</p>",
        "options": [{"id": each, "content": each, "fixed": False} for each in "AB"],
    }
    return BankItem(f"Q{number}", PATH, "single", content, {"correct": ["A"]})


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.integers(1, 3), MARKS), min_size=1, max_size=4),
    st.integers(1, 600),
    st.sampled_from(["2.2", "3.0"]),
)
def test_a_paper_that_is_written_comes_back_as_it_was(
    asked: list[tuple[int, Decimal]], minutes: int, edition: str
) -> None:
    items, sections, expected = [], [], []
    for place, (count, mark) in enumerate(asked):
        numbers = range(len(items) + 1, len(items) + count + 1)
        items += [item(number) for number in numbers]
        title = f"Section {place}"
        sections.append(OutSection(title, [(number, mark) for number in numbers]))
        codes = tuple(f"Q{number}" for number in numbers)
        expected.append(SectionRead(title, "single", mark, codes))
    paper = OutPaper("FORM-1", "A paper", minutes, sections)
    body = written_package(BankFacts("Bank", "en"), items, {}, edition, paper)
    parsed = read_qti(body, {}, "paper.zip")
    assert parsed.papers == (PaperRead("FORM-1", "A paper", minutes, tuple(expected)),)
    assert [each.code for each in parsed.items] == [each.code for each in items]


def test_a_whole_bank_is_no_paper() -> None:
    body = written_package(BankFacts("Bank", "en"), [item(1)], {}, "3.0")
    assert read_qti(body, {}, "bank.zip").papers == ()


def read(inside: str, *, before: str = "", after: str = "", score: str = "") -> PaperRead:
    """Read a test of two items, ``a`` and ``b``."""
    part = '<testPart identifier="P" navigationMode="linear" submissionMode="individual">'
    test = f"<assessmentTest {HEAD}>{before}{part}{inside}</testPart>{after}</assessmentTest>"
    files = {"t.xml": test, **{f"{each}.xml": ITEM.format(each, score) for each in "ab"}}
    (paper,) = read_qti_files({name: text.encode() for name, text in files.items()}, {}).papers
    return paper


def section(inside: str, rules: str = '<ordering shuffle="true"/>') -> str:
    start = f'<assessmentSection identifier="S" title="S" visible="true">{rules}'
    return f"{start}{inside}</assessmentSection>"


def ref(name: str, inside: str = "") -> str:
    return f'<assessmentItemRef identifier="{name}" href="{name}.xml">{inside}</assessmentItemRef>'


BOTH = ref("a") + ref("b")
WEIGHTED = '<weight identifier="W" value="{}"/>'


def test_marks_are_weight_times_the_items_highest_score() -> None:
    weighted = section(ref("a", WEIGHTED.format("1.5")) + ref("b"))
    paper = read(weighted, before='<timeLimits maxTime="3601"/>', score='normalMaximum="2"')
    assert paper.sections == (
        SectionRead("S", "single", Decimal("3.00"), ("a",)),
        SectionRead("S", "single", Decimal("2.00"), ("b",)),
    )
    assert (paper.minutes, paper.losses, paper.refusals) == (61, (), ())


@pytest.mark.parametrize(
    ("inside", "losses", "refusals"),
    [
        (section(BOTH, '<selection select="2"/><ordering shuffle="true"/>'), [], []),
        (section(BOTH, '<selection select="1"/>'), ["test_order"], ["test_branches"]),
        (section(BOTH, ""), ["test_order"], []),
        (section(BOTH + section(ref("c"))), [], ["test_item_not_carried"]),
        (section(ref("a", "<preCondition/>") + ref("b")), [], ["test_branches"]),
        (section(ref("a", "<branchRule target='EXIT_TEST'/>")), [], ["test_branches"]),
        (section(ref("a", '<timeLimits maxTime="9"/>')), ["test_time"], []),
        (section(ref("a", "<itemSessionControl maxAttempts='2'/>")), ["test_rule"], []),
        (section(ref("a", WEIGHTED.format("0"))), [], ["test_mark"]),
        (section(ref("a", WEIGHTED.format("oo"))), [], ["test_mark"]),
        (section(ref("a", WEIGHTED.format("0.333"))), ["test_mark_rounded"], []),
        (section(""), [], ["test_without_items"]),
    ],
)
def test_what_a_paper_cannot_say_is_lost_or_refused_by_name(
    inside: str, losses: list[str], refusals: list[str]
) -> None:
    paper = read(inside)
    assert [code for code, _ in paper.losses] == losses
    assert [code for code, _ in paper.refusals] == refusals


def test_a_sum_is_carried_and_scoring_beyond_it_is_told() -> None:
    summed = '<sum><testVariables variableIdentifier="SCORE"/></sum>'
    processing = '<outcomeProcessing><setOutcomeValue identifier="T">{}</setOutcomeValue>'
    end = "</outcomeProcessing>"
    assert read(section(BOTH), after=processing.format(summed) + end).losses == ()
    lessened = f"<divide>{summed}<baseValue baseType='float'>2</baseValue></divide>"
    paper = read(section(BOTH), after=processing.format(lessened) + end)
    assert paper.losses == (("test_outcomes", "T"),)


def test_tests_of_other_programs_keep_their_items_and_marks(shared: Path) -> None:
    folder = shared / "interop/qti21/qtiworks/testimplementation/WebDeveloperTest1"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.xml")}
    (paper,) = read_qti_files(files, {}).papers
    assert sum(len(each.codes) for each in paper.sections) == 9
    assert {each.mark for each in paper.sections} == {Decimal("1.00"), Decimal("2.00")}
    assert paper.refusals == ()


CHOICE = """<item ident="{0}" title="{0}"><itemmetadata><qtimetadata><qtimetadatafield>
<fieldlabel>question_type</fieldlabel><fieldentry>true_false_question</fieldentry>
</qtimetadatafield><qtimetadatafield><fieldlabel>points_possible</fieldlabel>
<fieldentry>{1}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material>
<mattext>{0}?</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice>
<response_label ident="t"><material><mattext>yes</mattext></material></response_label>
<response_label ident="f"><material><mattext>no</mattext></material></response_label>
</render_choice></response_lid></presentation><resprocessing><outcomes>
<decvar maxvalue="100" varname="SCORE"/></outcomes><respcondition><conditionvar>
<varequal respident="r">t</varequal></conditionvar><setvar varname="SCORE">100</setvar>
</respcondition></resprocessing></item>"""
TEXT = """<item ident="x"><itemmetadata><qtimetadata><qtimetadatafield>
<fieldlabel>question_type</fieldlabel><fieldentry>text_only_question</fieldentry>
</qtimetadatafield></qtimetadata></itemmetadata><presentation/></item>"""


def assessment(*sections: str, fields: str = "") -> PaperRead:
    body = (
        f'<questestinterop><assessment ident="A1" title="Quiz">{fields}'
        f'<section ident="root_section">{"".join(sections)}</section></assessment>'
        "</questestinterop>"
    )
    (paper,) = read_qti_files({"quiz.xml": body.encode()}, {}).papers
    return paper


def group(name: str, inner: str, pick: int, more: str = "") -> str:
    rules = f"<selection><selection_number>{pick}</selection_number>{more}</selection>"
    ordered = f'<selection_ordering>{rules}<order order_type="Random"/></selection_ordering>'
    return f'<section ident="{name}" title="{name}">{ordered}{inner}</section>'


def test_an_assessment_of_qti_12_brings_its_paper() -> None:
    points = "<selection_extension><points_per_item>3</points_per_item></selection_extension>"
    limit = "<qtimetadata><qtimetadatafield><fieldlabel>qmd_timelimit</fieldlabel>"
    limit += "<fieldentry>45</fieldentry></qtimetadatafield></qtimetadata>"
    two = CHOICE.format("b", "1") + CHOICE.format("c", "1")
    paper = assessment(CHOICE.format("a", "2.5"), group("Group", two, 2, points), fields=limit)
    assert (paper.identifier, paper.title, paper.minutes) == ("A1", "Quiz", 45)
    assert paper.sections == (
        SectionRead("", "true_false", Decimal("2.50"), ("a",)),
        SectionRead("Group", "true_false", Decimal("3.00"), ("b", "c")),
    )
    assert paper.refusals == ()


def test_what_an_assessment_of_qti_12_draws_makes_no_paper() -> None:
    two = CHOICE.format("b", "1") + CHOICE.format("c", "1")
    bank = "<sourcebank_ref>elsewhere</sourcebank_ref>"
    for drawn in (group("G", two, 1), group("G", two, 2, bank)):
        assert [code for code, _ in assessment(drawn).refusals] == ["test_branches"]
    told = assessment(TEXT, CHOICE.format("a", "1"))
    assert (told.refusals, len(told.sections)) == ((), 1)
    assert "test_rule" in [code for code, _ in told.losses]
