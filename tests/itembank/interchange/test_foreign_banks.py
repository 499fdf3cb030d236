"""German, Bavarian and CMMLU banks: the real ones with their traps, and broken ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.items.registry import item_problems, item_type

CMMLU_HEAD = ",Question,A,B,C,D,Answer"


def read_file(path: Path) -> Parsed:
    return read_pool(path.read_bytes(), {}, path.name)


def catalogue(*rows: Any, titles: tuple[str, ...] = ("Technik", "Größen", "Einheiten")) -> Any:
    inner: dict[str, Any] = {"title": titles[-1], "questions": list(rows)}
    for title in titles[-2::-1]:
        inner = {"title": title, "sections": [inner]}
    return {"sections": [inner], "metadata": {}}


def question(**values: Any) -> dict[str, Any]:
    answers = {f"answer_{each}": f"text {each}" for each in "abcd"}
    return {"number": "NA101", "class": "1", "question": "Frage?", **answers, **values}


def read_de(*rows: Any, **pictures: bytes) -> Parsed:
    files = {f"{name}.png": PictureFile(body, "image/png") for name, body in pictures.items()}
    return read_pool(json.dumps(catalogue(*rows)).encode(), files)


def hunting(**values: Any) -> dict[str, Any]:
    answers = [{"text": f"text {n}", "correct": n == 1} for n in range(3)]
    row = {"sg": 1, "no": 7, "topic": "1.7 Waffen", "question": "Frage?", "answers": answers}
    return {**row, **values}


def read_hunting(*rows: Any) -> Parsed:
    return read_pool(json.dumps({"source_date": "2024-08-05", "questions": rows}).encode(), {})


def read_cmmlu(*rows: str, name: str = "agronomy.csv", encoding: str = "utf-8") -> Parsed:
    return read_pool("\r\n".join([CMMLU_HEAD, *rows]).encode(encoding), {}, name)


def refusals(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in parsed.refused]


@pytest.mark.parametrize(
    ("name", "carried", "figures", "refused"), [("N", 562, 52, 9), ("E", 435, 97, 28)]
)
def test_the_german_catalogue_is_carried_with_its_losses_named(
    shared: Path, name: str, carried: int, figures: int, refused: int
) -> None:
    parsed = read_file(shared / f"banks/de-amateurfunk/fragenkatalog-klasse-{name}.json")
    assert len(parsed.items) == carried
    assert Counter(each.code for each in parsed.refused) == {"answers_are_pictures": refused}
    losses = Counter(note.code for note in parsed.notes if note.is_loss)
    assert losses.pop("latex_outside_formula", 0) == (2 if name == "E" else 0)
    assert losses == {"figure_missing": figures}
    assert parsed.language == "de"
    for item in parsed.items:
        assert item_problems(item.type, item.content, item.key) == []


def test_the_place_of_a_german_option_says_nothing_of_the_key(shared: Path) -> None:
    keys: Counter[str] = Counter()
    for name in "NE":
        path = shared / f"banks/de-amateurfunk/fragenkatalog-klasse-{name}.json"
        keys.update(item.key["correct"][0] for item in read_file(path).items)
    assert min(keys.values()) > 200
    assert sum(keys.values()) == 997


def test_the_right_german_answer_stays_right_wherever_it_lands(shared: Path) -> None:
    path = shared / "banks/de-amateurfunk/fragenkatalog-klasse-N.json"
    item = next(each for each in read_file(path).items if each.code == "NA103")
    right = next(o for o in item.content["options"] if o["id"] == item.key["correct"][0])
    assert right["content"] == "26,2 m"
    assert item.path == (
        ("N", "Technische Kenntnisse, Klasse N"),
        ("A", "Allgemeine mathematische Grundkenntnisse und Größen"),
        ("001", "Allgemeine mathematische Grundkenntnisse"),
    )


def test_commands_outside_of_formulas_are_read_and_told(shared: Path) -> None:
    parsed = read_file(shared / "banks/de-amateurfunk/fragenkatalog-klasse-E.json")
    items = {item.code: str(item.content) for item in parsed.items}
    assert "ca. 3,41 mΩ" in items["EC521"]
    assert "il vous plaît" in items["EE405"]
    told = {note.item for note in parsed.notes if note.code == "latex_outside_formula"}
    assert told == {"EC521", "EE405"}


def test_formulas_and_underlining_are_kept_and_other_markup_is_text() -> None:
    text = r"<u>nicht</u> $\dfrac{1}{2}$ <b>a < b</b>"
    (item,) = read_de(question(question=text)).items
    assert "<u>nicht</u>" in item.content["stem"]
    assert r'data-latex="\dfrac{1}{2}"' in item.content["stem"]
    assert "&lt;b&gt;a &lt; b&lt;/b&gt;" in item.content["stem"]


def test_pictures_that_came_along_are_shown() -> None:
    named = {"picture_question": "NA101_q"} | {f"picture_{x}": f"NA101_{x}" for x in "abcd"}
    row = question(**named, answer_a="", answer_b="", answer_c="", answer_d="")
    files = {f"NA101_{each}": each.encode() for each in "qabcd"}
    (item,) = read_de(row, **files).items
    assert len(item.pictures) == 5
    assert all(o["content"].startswith("<img src=") for o in item.content["options"])
    assert refusals(read_de(row)) == [(1, "picture_a-d", "answers_are_pictures")]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("text", "row", "row_not_an_object"),
        (question(number="X"), "number", "id_unknown"),
        (question(number=["NA101"]), "number", "id_unknown"),
        (question(question=" "), "question", "stem_empty"),
        (question(answer_c=""), "answer_c", "option_empty"),
        (question(answer_a="same", answer_b="same"), "options", "option_repeated"),
        (question(question="a\x00b"), "row", "text_unstorable"),
        (question(question="x" * 30_000), "stem", "text_too_long"),
    ],
)
def test_a_bad_german_row_is_refused_and_hides_no_other(row: Any, column: str, code: str) -> None:
    parsed = read_de(row, question(number="NA102"))
    assert refusals(parsed) == [(1, column, code)]
    assert [item.code for item in parsed.items] == ["NA102"]


def test_wrong_answers_that_say_the_same_are_left_out_and_told() -> None:
    parsed = read_de(question(answer_b="same", answer_d="same"))
    (item,) = parsed.items
    assert [option["id"] for option in item.content["options"]] == ["A", "B", "C"]
    right = next(o for o in item.content["options"] if o["id"] == item.key["correct"][0])
    assert right["content"] == "text a"
    assert [(note.code, note.is_loss) for note in parsed.notes] == [("option_left_out", True)]


def test_the_bavarian_catalogue_is_carried_whole(shared: Path) -> None:
    parsed = read_file(shared / "banks/de-jagd-bayern/fragenkatalog-sg123.json")
    assert (len(parsed.items), parsed.refused, parsed.notes) == (734, (), ())
    assert Counter(item.type for item in parsed.items) == {"single": 493, "multiple": 241}
    names = {item.path for item in parsed.items}
    assert {path[0] for path in names} == {
        ("1", "Jagdwaffen, Jagd- und Fanggeräte"),
        ("2", "Biologie der Wildarten"),
        ("3", "Rechtliche Vorschriften"),
    }
    by_code = {item.code: item for item in parsed.items}
    assert by_code["SG1-001"].key == {"correct": ["A", "C", "D"]}
    for item in parsed.items:
        assert item_problems(item.type, item.content, item.key) == []
        assert "|--" not in str(item.content)


def test_markdown_tables_become_tables() -> None:
    text = "Daten:\n\n| a | b |\n|---|---|\n| 1 | < 2 |\n\nUnd?"
    stem = read_hunting(hunting(question=text)).items[0].content["stem"]
    table = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>&lt; 2</td></tr></table>"
    assert stem == f"<p>Daten:</p>{table}<p>Und?</p>"


def test_several_right_answers_make_a_multiple_choice() -> None:
    answers = [{"text": str(n), "correct": n < 5} for n in range(6)]
    (item,) = read_hunting(hunting(answers=answers)).items
    assert (item.type, item.key["correct"]) == ("multiple", ["A", "B", "C", "D", "E"])


def test_topics_of_an_area_are_its_points() -> None:
    parsed = read_hunting(
        hunting(), hunting(no=8, topic="1.8 Munition"), hunting(no=9, topic="1.9 Waffen")
    )
    assert [item.path[-1] for item in parsed.items] == [
        ("001", "Waffen"),
        ("002", "Munition"),
        ("001", "Waffen"),
    ]
    assert {item.path[0] for item in parsed.items} == {("1", "Sachgebiet 1")}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (None, "row", "row_not_an_object"),
        (hunting(no="7"), "sg, no", "id_unknown"),
        (hunting(sg=True), "sg, no", "id_unknown"),
        (hunting(topic=" "), "topic", "chapter_unknown"),
        (hunting(question=""), "question", "stem_empty"),
        (hunting(answers=[]), "answers", "option_count"),
        (hunting(answers=[{"text": "a", "correct": True}] * 9), "answers", "option_count"),
        (hunting(answers=[{"text": "a"}, {"text": "b"}]), "answers", "key_missing"),
        (hunting(answers=[{"text": "a", "correct": False}] * 2), "answers", "key_missing"),
        (hunting(answers=[{"text": "a", "correct": True}, 3]), "answers", "option_empty"),
    ],
)
def test_a_bad_bavarian_row_is_refused(row: Any, column: str, code: str) -> None:
    parsed = read_hunting(row, hunting(no=8))
    assert refusals(parsed) == [(1, column, code)]
    assert len(parsed.items) == 1


@pytest.mark.parametrize(
    ("name", "count", "losses"),
    [
        ("agronomy", 169, 0),
        ("chinese_driving_rule", 131, 0),
        ("chinese_teacher_qualification", 179, 2),
        ("construction_project_management", 139, 0),
        ("electrical_engineering", 172, 0),
    ],
)
def test_the_cmmlu_banks_are_read_whole(shared: Path, name: str, count: int, losses: int) -> None:
    parsed = read_file(shared / f"banks/cmmlu-cn/{name}.csv")
    assert (len(parsed.items), parsed.refused, len(parsed.notes)) == (count, (), losses)
    assert {item.path for item in parsed.items} == {((name, name), ("001", name))}
    assert parsed.items[0].code == f"{name}-0000"


def test_commas_quotes_line_ends_and_latex_in_cells() -> None:
    row = '7,"若 ""x, y"" 满足\n$x<1$","$\\frac{1}{2}$",乙,丙,以上都不对,A'
    (item,) = read_cmmlu(row).items
    assert item.code == "agronomy-0007"
    formula = '<span data-type="inline-math" data-latex="x&lt;1"></span>'
    assert item.content["stem"] == f'<p>若 "x, y" 满足<br>{formula}</p>'
    assert [option["fixed"] for option in item.content["options"]] == [False, False, False, True]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("0,题,甲,乙,丙,丁", "row", "field_count"),
        ("0,题,甲,乙,丙,丁,A,more", "row", "field_count"),
        ("x,题,甲,乙,丙,丁,A", "1", "id_unknown"),
        ("0,,甲,乙,丙,丁,A", "Question", "stem_empty"),
        ("0,题,甲, ,丙,丁,A", "B", "option_empty"),
        ("0,题,甲,乙,丙,丁,", "Answer", "key_missing"),
        ("0,题,甲,乙,丙,丁,AB", "Answer", "key_without_option"),
        ("0,题,甲,甲,丙,丁,A", "options", "option_repeated"),
    ],
)
def test_a_bad_cmmlu_row_is_refused(row: str, column: str, code: str) -> None:
    parsed = read_cmmlu(row, "1,题,甲,乙,丙,丁,A")
    assert refusals(parsed) == [(1, column, code)]
    assert len(parsed.items) == 1


def test_two_subjects_never_share_codes() -> None:
    row = "0,题,甲,乙,丙,丁,A"
    codes = {read_cmmlu(row, name=name).items[0].code for name in ("a.csv", "b.csv")}
    assert codes == {"a-0000", "b-0000"}


def test_other_encodings_are_read_and_told() -> None:
    row = "0,题干？,甲,乙,丙,丁,A"
    assert read_cmmlu(row, encoding="utf-8-sig").notes == ()
    parsed = read_cmmlu(row, encoding="gb18030")
    assert [note.code for note in parsed.notes] == ["read_as_gb18030"]
    assert parsed.items[0].content["stem"] == "<p>题干？</p>"


def deep(depth: int) -> bytes:
    return b'{"sections": ' + b'[{"sections":' * depth + b"[]" + b"}]" * depth + b"}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"sections": 3}', "not_a_list"),
        (b'{"sections": [3]}', "not_a_list"),
        (b'{"sections": [{"questions": {}}]}', "not_a_list"),
        (deep(20), "too_many_tiers_in_file"),
        (deep(100_000), "not_json"),
        (b'{"questions": 1}', "not_a_list"),
        (b'{"questions": [' + b"1" * 5000 + b"]}", "not_json"),
        (b'{"questions": [' + b"0," * 100_001 + b"0]}", "too_many_rows"),
        (CMMLU_HEAD.encode() + b"\n" + b"0,q,a,b,c,d,A\n" * 100_001, "too_many_rows"),
        (CMMLU_HEAD.encode() + b',more\n"', "columns_wrong"),
        (CMMLU_HEAD.encode() + b"\n" + b"x" * 1_100_000, "cell_too_large"),
        (b"{" + b" " * (64 * 1024 * 1024) + b'"sections": []}', "file_too_large"),
        (b'{"sections": []}' + b" " * (64 * 1024 * 1024), "file_too_large"),
    ],
)
def test_an_unreadable_file_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_pool(data, {})
    assert refused.value.code == code


def test_every_real_item_can_be_answered_rightly(shared: Path) -> None:
    for path in sorted((shared / "banks").glob("*/*.json")) + sorted(
        (shared / "banks").glob("*/*.csv")
    ):
        if path.stem in {"exam-rule", "schema"}:
            continue
        for item in read_file(path).items:
            kind = item_type(item.type)
            answer = kind.right_answer(item.content, item.key)
            assert kind.score(item.content, item.key, answer, 1) == 1  # type: ignore[arg-type]
