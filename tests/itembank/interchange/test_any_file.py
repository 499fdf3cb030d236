"""No file whatever makes a reader fail otherwise than by a reason; what is taken is right."""

import ast
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.interchange.checking import finding_of
from itembank.interchange.detect import read_pool
from itembank.interchange.report import UnreadableError
from tests.catalogues import entries, texts_of
from tests.source import ROOT, tree_of

US = {"id": "T1A01", "correct": 2, "question": "Which?", "answers": ["1", "2", "3", "4"]}
DE = {"number": "NA101", "question": "?", **{f"answer_{x}": x for x in "abcd"}}
HUNTING = {
    "sg": 1,
    "no": 1,
    "topic": "1.1 x",
    "question": "?",
    "answers": [{"text": "a", "correct": True}, {"text": "b", "correct": False}],
}
HEADS = [
    "J,P,I,Q,T,A,B,C,D\n",
    ",Question,A,B,C,D,Answer\n",
    "认定点代码,题型代码,试题(题干),正确答案,选项A,选项B,难度代码,【图】及位置\n",
]
CELLS = ["MC1-0001", "1.2", "A", "7", "A-001", "B", "T", "U", "C", "5±x", "（  ）", "x.png"]
text = st.text(max_size=6) | st.sampled_from(["$x$", "<u>", "|", "\\Ohm", "\ud800", "\x00", "a"])
anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


def changed(row: dict[str, Any]) -> Any:
    """Give rows of which some fields hold anything."""
    fields = st.dictionaries(st.sampled_from(sorted(row)), anything, max_size=3)
    return fields.map(lambda other: {**row, **other}) | anything


def read(data: bytes) -> None:
    try:
        parsed = read_pool(data, {}, "file.csv")
    except UnreadableError:
        return
    for item in parsed.items:
        assert finding_of(item) is None
    places = [each.row for each in parsed.refused]
    assert len({item.row for item in parsed.items} | set(places)) == len(parsed.items) + len(places)


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.sampled_from([b"{", b"[", b"J,P,I,Q,T"]), st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    read(start + rest)


@settings(max_examples=60)
@given(
    st.lists(changed(US), max_size=3),
    st.lists(changed(DE), max_size=3),
    st.lists(changed(HUNTING), max_size=3),
    anything,
)
def test_any_json_is_read_or_refused(
    us: list[Any], german: list[Any], hunting: list[Any], other: Any
) -> None:
    section = {"title": other, "questions": german, "sections": []}
    for whole in (us, {"sections": [section]}, {"questions": hunting}, {"sections": other}, other):
        read(json.dumps(whole).encode())


@settings(max_examples=60)
@given(
    st.sampled_from(HEADS),
    st.lists(st.lists(text | st.sampled_from(CELLS), max_size=10)),
)
def test_any_table_is_read_or_refused(head: str, rows: list[list[str]]) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    read((head + "\n".join(lines)).encode("utf-8", "surrogatepass"))


# Where the code stands among the arguments of what names a reason.
OF_FILES = {"UnreadableError": 0}
OF_ROWS = {
    "RowFinding": 3,
    "RefusedQuestionError": 0,
    "_WrongError": 0,
    "GiftError": 0,
    "lost": 0,
    "refuse": 3,
}


def reasons(places: dict[str, int]) -> set[str]:
    """Return the codes with which readers refuse or tell a loss."""
    return {
        code
        for path in sorted((ROOT / "itembank" / "interchange").rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "id", getattr(node.func, "attr", ""))]
        if name in places and len(node.args) > places[name]
        for code in texts_of(node.args[places[name]])
    }


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_reason_has_a_sentence(language: str) -> None:
    sentences = entries(language)
    codes = reasons(OF_FILES | OF_ROWS)
    assert len(codes) > 60
    assert {code for code in codes if ("error", code) not in sentences} == set()


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_reason_of_a_row_has_a_short_name(language: str) -> None:
    named = entries(language)
    assert {code for code in reasons(OF_ROWS) if ("reason", code) not in named} == set()
