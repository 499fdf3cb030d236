"""Moodle XML and embedded answers: each kind, its scoring, its losses, hostile texts."""

import base64
from pathlib import Path
from typing import Any

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, UnreadableError

PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x64\x00\x00\x00\x32"
).decode()


def quiz(kind: str, inner: str, stem: str = "Q") -> str:
    text = stem.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<question type="{kind}"><name><text>n</text></name>'
        f'<questiontext format="html"><text>{text}</text></questiontext>{inner}</question>'
    )


def answer(fraction: str, text: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}</answer>'


def read(*questions: str) -> Parsed:
    whole = f'<?xml version="1.0" encoding="UTF-8"?><quiz>{"".join(questions)}</quiz>'
    return read_pool(whole.encode(), {}, "q.xml")


def outcome(*questions: str) -> tuple[list[str], list[str], list[str]]:
    made = read(*questions)
    losses = sorted({note.code for note in made.notes if note.is_loss})
    return [item.type for item in made.items], losses, [each.code for each in made.refused]


MANY = "<single>false</single>"
UNITS = "<units><unit><multiplier>1</multiplier><unit_name>V</unit_name></unit>{}</units>"


@pytest.mark.parametrize(
    ("question", "kinds", "losses", "refused"),
    [
        (quiz("multichoice", answer("100", "a") + answer("0", "b")), ["single"], [], []),
        (
            quiz("multichoice", answer("100", "a") + answer("-50", "b") + answer("50", "c")),
            ["single"],
            ["minus_not_kept"],
            [],
        ),
        (
            quiz("multichoice", answer("100", "a") + answer("100", "b")),
            ["single"],
            [],
            [],
        ),
        (
            quiz("multichoice", MANY + "".join(answer("33.33333", each) for each in "abc")),
            ["multiple"],
            [],
            [],
        ),
        (
            quiz("multichoice", MANY + answer("100", "a") + answer("-100", "b")),
            ["multiple"],
            [],
            [],
        ),
        (
            quiz("multichoice", MANY + answer("50", "a") + answer("0", "b")),
            [],
            [],
            ["no_full_answer"],
        ),
        (
            quiz("shortanswer", answer("100", "a*") + answer("100", r"a\*") + answer("0", "*")),
            ["text_entry"],
            ["wildcard_not_kept"],
            [],
        ),
        (
            quiz("numerical", answer("100", "5", "<tolerance>0.1</tolerance>") + UNITS.format("")),
            ["numeric"],
            [],
            [],
        ),
        (
            quiz("numerical", answer("100", "5") + answer("100", "6")),
            [],
            [],
            ["several_numbers_right"],
        ),
        (quiz("essay", ""), ["essay"], [], []),
        (quiz("ddimageortext", ""), [], [], ["moodle_kind_not_carried"]),
        (
            quiz(
                "truefalse",
                answer("100", "true") + answer("0", "false") + "<hint><text>h</text></hint>",
            ),
            ["true_false"],
            ["hints_not_kept"],
            [],
        ),
        (
            quiz("ordering", "<gradingtype>0</gradingtype>" + answer("1", "a") + answer("1", "b")),
            ["ordering"],
            [],
            [],
        ),
    ],
)
def test_a_kind_is_carried_with_its_losses_or_refused(
    question: str, kinds: list[str], losses: list[str], refused: list[str]
) -> None:
    assert outcome(question) == (kinds, losses, refused)


def boxes(name: str, *choices: tuple[str, str]) -> str:
    return "".join(
        f"<{name}><text>{text}</text><group>{group}</group></{name}>" for text, group in choices
    )


def test_gaps_of_one_group_are_matched_and_those_of_several_are_a_set() -> None:
    one = quiz("ddwtos", boxes("dragbox", ("a", "1"), ("b", "1"), ("c", "1")), "[[2]] x [[1]]")
    two = quiz(
        "gapselect",
        boxes("selectoption", ("a", "1"), ("b", "1"), ("c", "2"), ("d", "2")),
        "[[1]] [[4]]",
    )
    match, whole = read(one, two).items
    assert match.key == {"pairs": [["g1", "2"], ["g2", "1"]], "policy": "part_marks"}
    assert whole.key == {"parts": {"p1": {"correct": ["A"]}, "p2": {"correct": ["B"]}}}


def test_embedded_answers_of_one_weight_are_blanks_and_others_a_set() -> None:
    even = quiz("cloze", "", "A {1:SA:=x~=y} b {1:SA:=z}")
    mixed = quiz("cloze", "", "C {2:NM:=5:0.5} d {1:MC:=a~b} e {1:SAC:=X}")
    blanks, whole = read(even, mixed).items
    assert blanks.key["blanks"] == {"1": ["x", "y"], "2": ["z"]}
    assert [(part["type"], part["mark_share"]) for part in whole.content["parts"]] == [
        ("numeric", "2"),
        ("single", "1"),
        ("text_entry", "1"),
    ]
    assert whole.key["parts"]["p1"] == {
        "value": "5",
        "tolerance": "0.5",
        "tolerance_mode": "absolute",
    }


def drawn(name: str, *values: str) -> str:
    items = "".join(f"<dataset_item><value>{each}</value></dataset_item>" for each in values)
    return (
        f"<dataset_definition><name><text>{name}</text></name>"
        f"<dataset_items>{items}</dataset_items></dataset_definition>"
    )


def calculated(formula: str, kind: str = "2") -> str:
    more = f"<tolerance>0.01</tolerance><tolerancetype>{kind}</tolerancetype>"
    sets = drawn("U", "220", "12") + drawn("R", "44", "7")
    inner = answer("100", formula, more) + f"<dataset_definitions>{sets}</dataset_definitions>"
    return quiz("calculated", inner, "U={U} V, R={R}, {=2*{R}}?")


def test_a_formula_becomes_an_item_for_each_row_and_they_are_enemies() -> None:
    made = read(calculated("{U}/{R}"))
    assert [item.key["value"] for item in made.items] == ["5", "1.71428571428571"]
    assert "U=220 V, R=44, 88?" in made.items[0].content["stem"]
    assert made.enemies == ((made.items[0].code, made.items[1].code),)


@pytest.mark.parametrize(("formula", "kind"), [("sin({U})", "2"), ("{X}", "2"), ("{U}", "3")])
def test_a_formula_that_is_not_exact_here_is_refused(formula: str, kind: str) -> None:
    assert outcome(calculated(formula, kind))[2] in (
        ["formula_not_carried"],
        ["tolerance_not_carried"],
    )


@pytest.mark.parametrize(
    ("field", "fractions"),
    [("=a~=b~c", ["50", "50", "-50"]), ("=a~b", ["100", "-100"]), ("%50%a~%50%b~c", ["50", "50"])],
)
def test_embedded_multiple_answers_share_the_mark(field: str, fractions: list[str]) -> None:
    (item,) = read(quiz("cloze", "", f"Pick {{1:MULTIRESPONSE:{field}}}")).items
    key = item.key["parts"]["p1"]
    policy = key.get("policy")
    expected = {"-50": "minus", "-100": None}.get(fractions[-1], "by_option")
    assert (policy, len(key["correct"])) == (expected, sum("-" not in each for each in fractions))


def test_a_penalty_for_units_is_told() -> None:
    more = "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>"
    inner = answer("100", "5", "<tolerance>0</tolerance>") + more
    assert [note.code for note in read(quiz("numerical", inner, "How?")).notes] == [
        "unit_penalty_not_kept"
    ]


def test_files_inside_are_shown_and_missing_ones_told() -> None:
    stem = '<img src="@@PLUGINFILE@@/a%20b.png" alt="图"> <img src="@@PLUGINFILE@@/none.png">'
    question = quiz("truefalse", answer("100", "true") + answer("0", "false"), stem)
    file = f'<file name="a b.png" encoding="base64">{PNG}</file></questiontext>'
    made = read(question.replace("</questiontext>", file))
    (item,) = made.items
    assert len(item.pictures) == 1
    assert 'alt="图"' in item.content["stem"]
    assert [note.code for note in made.notes] == ["figure_missing"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<svg><script>alert(1)</script></svg>",
        '<a href="javascript:alert(1)">x</a>',
        '<iframe src="//example.org"></iframe>',
        "<style>p{}</style><p onclick=alert(1)>",
    ],
)
def test_nothing_in_a_text_can_run(text: str) -> None:
    (item,) = read(
        quiz("truefalse", answer("100", "true") + answer("0", "false"), f"Q {text}")
    ).items
    stem = item.content["stem"]
    assert not any(word in stem for word in ("script", "onerror", "onclick", "iframe", "alert"))


def test_texts_in_several_languages_are_kept_apart() -> None:
    def both(one: str, other: str) -> str:
        return "".join(
            f'&lt;span lang="{tag}" class="multilang"&gt;{text}&lt;/span&gt;'
            for tag, text in (("zh_cn", one), ("en", other))
        )

    inner = answer("100", both("伏特", "volt")) + answer("0", both("安培", "ampere"))
    question = quiz("multichoice", inner).replace(
        "<text>Q</text>", f"<text>{both('电压', 'U')}</text>"
    )
    (item,) = read(question).items
    assert item.content["stem"] == "<p>电压</p>"
    assert item.content["translations"] == {
        "en": {
            "stem": "<p>U</p>",
            "options": [{"id": "A", "content": "volt"}, {"id": "B", "content": "ampere"}],
        }
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<quiz><question>", "xml_broken"),
        (b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "xml_declares"),
        (b"<other><quiz>\n</quiz></other>", "not_moodle_xml"),
        (b"<POOL></POOL>", "format_not_read"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_pool(data, {}, "q.xml")
    assert refused.value.code == code


def test_every_real_question_is_carried_or_refused_by_name(shared: Path) -> None:
    counts: dict[str, Any] = {}
    for file in sorted((shared / "interop/moodlexml").rglob("*.xml")):
        made = read_pool(file.read_bytes(), {}, file.name)
        counts[str(file.relative_to(shared))] = len(made.items) + len(made.refused)
        n_questions = file.read_text(encoding="utf-8").count("<question type=")
        n_categories = file.read_text(encoding="utf-8").count('<question type="category"')
        assert counts[str(file.relative_to(shared))] == n_questions - n_categories, file
    assert sum(counts.values()) > 10
