"""A bank for Word: what is printed is read back, keys only when asked for."""

import io
import zipfile
from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.bank.exporting import Wanted, bank_moodle, bank_word
from exam_server.bank.sheet_rows import SheetItem
from exam_server.bank.word_export import bank_document
from exam_server.bank.writing import create_item
from exam_server.documents.formulas import formula_tree
from exam_server.documents.omml import equation
from exam_server.documents.word_files import NAMESPACES
from itembank.interchange.detect import read_pool
from itembank.interchange.guards import xml_of
from itembank.interchange.written.omml import latex_of
from tests.exam_server.bank.test_pictures import drawn
from tests.factories import NOW, actor_of, make_blueprint, make_organization, make_person
from tests.written_items import draft, single

PICTURE = drawn("PNG")
NAME = "a" * 64


def formula(latex: str) -> str:
    return f'<span data-type="inline-math" data-latex="{latex}"></span>'


def item(kind: str, key: dict[str, Any], stem: str, *options: str, **facts: Any) -> SheetItem:
    rows = [
        {"id": name, "content": text, "fixed": kind == "true_false"}
        for name, text in zip("ABCDEF", options, strict=False)
    ]
    content = {"stem": stem, "options": rows, "blanks": [], "unit": None, **facts}
    code = f"{kind}-1"
    return SheetItem("bank", code, "A-B-001", kind, content, key, 4, "因为\n所以")


BLANK = '<span data-type="blank" data-blank="1"></span>'
RATIO = formula(r"\frac{U_{1}}{R}")
SHOWN = f'<img src="media:{NAME}" alt="图 1">'
ITEMS = [
    item(
        "single",
        {"correct": ["B"]},
        f"<p>求 {RATIO}：H<sub>2</sub>O {SHOWN}</p>",
        formula(r"\sqrt{3}"),
        "10<sup>3</sup> Ω",
        "<u>不</u>变",
    ),
    item("multiple", {"correct": ["A", "C"]}, "<p>多选 &lt;x&gt;</p>", "a", "b", "c"),
    item("true_false", {"correct": ["B"]}, "<p>判断。</p>", "正确", "错误"),
    item(
        "text_entry",
        {"blanks": {"1": ["PLC", "可编程控制器"]}, "case_sensitive": False},
        f"<p>用{BLANK}控制。</p><table><tr><td>a</td><td>b</td></tr></table>",
        blanks=[{"id": "1"}],
    ),
    item(
        "numeric",
        {"value": "12.5", "tolerance": "0.1", "tolerance_mode": "relative"},
        "<p>求 U。</p>",
        unit="V",
    ),
]


def test_what_is_written_for_word_is_read_back() -> None:
    lost = [("I1", "可填的其他单位", "other units")]
    made = bank_document("电工", ITEMS, {NAME: PICTURE}, with_keys=True, lost=lost)
    parsed = read_pool(made, {}, "bank.docx")
    assert [(each.code, each.detail) for each in parsed.refused] == []
    assert [note.code for note in parsed.notes if note.is_loss] == []
    for written, read in zip(ITEMS, parsed.items, strict=True):
        assert (read.code, read.type, read.key) == (written.code, written.type, written.key)
        assert read.content["options"] == written.content["options"]
        assert read.content["unit"] == written.content["unit"]
        assert (read.difficulty, read.explanation) == (4, "因为\n所以")
        assert "-".join(code for code, _ in read.path) == written.point
    first, *_, with_table, _ = parsed.items
    (digest,) = first.pictures
    assert first.pictures[digest].body == PICTURE
    assert first.content["stem"] == str(ITEMS[0].content["stem"]).replace(NAME, digest)
    assert with_table.content["stem"] == ITEMS[3].content["stem"]


def test_without_keys_nothing_tells_the_answer() -> None:
    made = bank_document("电工", ITEMS, {NAME: PICTURE}, with_keys=False)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        text = archive.read("word/document.xml").decode()
    assert not any(word in text for word in ("答案", "解析", "因为", "PLC", "12.5"))
    refused = {each.code for each in read_pool(made, {}, "bank.docx").refused}
    assert refused == {"key_missing"}


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{U^{2}}{R}",
        r"\sqrt[3]{x_{1}^{2}+y}",
        r"\sum_{i=1}^{n} a_{i}",
        r"\int_{0}^{1} x",
        r"\left(\frac{a}{b}\right)",
        r"\left\{\begin{matrix}a & b \\ c & d\end{matrix}\right\}",
        r"\vec{F}=m\vec{a}",
        r"\overline{AB}\parallel CD",
        r"\text{电压}\leq 5\%",
        r"\alpha +\Omega \times \pi",
        r"\sin \varphi",
        r"\lim_{x\to \infty }x",
        r"P=\mathrm{UI}\cos \varphi",
    ],
)
def test_an_equation_is_the_same_behind_word(latex: str) -> None:
    def trees(text: str) -> Any:
        return formula_tree(text)

    made = equation(trees(latex))
    root = xml_of(f"<x {NAMESPACES}>{made}</x>".encode())
    assert trees(latex_of(root[0])) == trees(latex), latex_of(root[0])


def test_a_bank_goes_out_as_word_and_as_moodle(db: Session) -> None:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    writer = actor_of(make_person(db, "item_writer", organization=organization))
    create_item(db, writer, blueprint, "Q1", draft(**single()), now=NOW)
    wanted = Wanted(with_keys=True)
    for make, name in ((bank_word, "b.docx"), (bank_moodle, "b.xml")):
        (read,) = read_pool(make(db, blueprint, wanted, by=None), {}, name).items
        assert (read.code, read.type, read.key["correct"]) == ("Q1", "single", ["B"])
    bare = bank_moodle(db, blueprint, Wanted(), by=None).decode()
    assert 'fraction="100"' not in bare
