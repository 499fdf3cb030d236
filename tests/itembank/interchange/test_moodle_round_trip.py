"""Items written as Moodle XML are read back as they were, in every type and language."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.interchange.detect import read_pool
from itembank.interchange.moodle.question_writing import OutItem
from itembank.interchange.moodle.writing import moodle_xml
from itembank.interchange.report import PictureFile
from itembank.items.registry import item_problems
from tests.itembank.interchange.calculations import calculation

GIF = PictureFile(b"GIF89a" + bytes([100, 0, 50, 0]), "image/gif")
NAME = hashlib.sha256(GIF.body).hexdigest()
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z", "Co", "Cn"]),
    min_size=1,
    max_size=8,
).filter(lambda text: not set(text) & set("<>&$\\`"))
FORMULA = '<span data-type="inline-math" data-latex="\\frac{U}{R}"></span>'
IDS = st.sampled_from(["x", "y1", "k-2", "C", "7", "b_"])


def html(words: str, rich: int) -> str:
    """Return words with something rich beside them."""
    pictured = f'<img src="media:{NAME}" alt="图">'
    return words + ["", FORMULA, pictured, " <u>u</u>", "<br>x"][rich % 5]


@st.composite
def options(draw: st.DrawFn, ids: str = "ABCDEFGH", most: int = 5) -> list[dict[str, Any]]:
    texts = draw(st.lists(WORDS, min_size=2, max_size=most, unique=True))
    return [
        {"id": name, "content": html(text, draw(st.integers(0, 4))), "fixed": draw(st.booleans())}
        for name, text in zip(ids, texts, strict=False)
    ]


def shell(stem: str, **facts: Any) -> dict[str, Any]:
    return {"stem": f"<p>{stem}</p>", "options": [], "blanks": [], "unit": None, **facts}


@st.composite
def choice(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    rows = draw(options())
    kind = draw(st.sampled_from(["single", "multiple"]))
    names = [row["id"] for row in rows]
    many = draw(st.lists(st.sampled_from(names), min_size=1, unique=True).map(sorted))
    content = shell(html(draw(WORDS), draw(st.integers(0, 4))), options=rows)
    if draw(st.booleans()):
        said = [{"id": name, "content": f"option {name}"} for name in names]
        content["translations"] = {"en": {"stem": "<p>in English</p>", "options": said}}
    key: dict[str, Any] = {"correct": many[:1] if kind == "single" else many}
    policies = ["by_option"] if kind == "single" else ["part_marks", "minus", "by_option"]
    policy = draw(st.sampled_from([None, *policies]))
    # With a single right option, all that are wrong earn nothing whichever way it is said.
    if policy and (policy == "by_option" or (len(many) > 1 and len(names) > len(many))):
        key["policy"] = policy
    if policy == "by_option":
        wrong = st.sampled_from(["0", "-0.5", "-2"])
        key["points"] = {name: "1.5" if name in key["correct"] else draw(wrong) for name in names}
    return kind, content, key


@st.composite
def judgement(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    words = draw(st.sampled_from([("正确", "错误"), ("对", "错"), ("True", "False")]))
    rows = [
        {"id": name, "content": word, "fixed": True} for name, word in zip("AB", words, strict=True)
    ]
    right = draw(st.sampled_from("AB"))
    return "true_false", shell(draw(WORDS), options=rows), {"correct": [right]}


@st.composite
def number(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    value = f"{draw(st.decimals(-1000, 1000, places=2)):f}"
    key: dict[str, Any] = {
        "value": value,
        "tolerance": draw(st.sampled_from(["0", "0.5", "0.02"])),
        "tolerance_mode": draw(st.sampled_from(["absolute", "relative"])),
    }
    unit = draw(st.sampled_from([None, "V", "Ω·m"]))
    others = [("kV", "1000"), ("mV", "0.001"), ("分", "1/60"), ("七", "7"), ("µ", "1/3")]
    typed = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if unit else []
    if typed:
        key["units"] = [{"unit": name, "factor": factor} for name, factor in typed]
    return "numeric", shell(draw(WORDS), unit=unit), key


@st.composite
def blanks(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    names = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    stem = "".join(
        f'{draw(WORDS)} <span data-type="blank" data-blank="{name}"></span>' for name in names
    )
    accepted = {name: draw(st.lists(WORDS, min_size=1, max_size=2, unique=True)) for name in names}
    shown = draw(st.permutations(names))
    content = shell(stem, blanks=[{"id": name} for name in shown])
    if draw(st.booleans()):
        content["translations"] = {"en": {"stem": f"<p>in English: {stem}</p>"}}
    key = {
        "blanks": {name: accepted[name] for name in shown},
        "case_sensitive": draw(st.booleans()),
    }
    return "text_entry", content, key


@st.composite
def match(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    lefts, rights = draw(st.lists(IDS, min_size=2, max_size=3, unique=True)), ["1", "r-2", "z"]
    texts = draw(st.lists(WORDS, min_size=6, max_size=6, unique=True))
    taken = draw(st.permutations(rights))[: len(lefts)]
    content = {
        "stem": f"<p>{draw(WORDS)}</p>",
        "left": [
            {"id": each, "content": text} for each, text in zip(lefts, texts[:3], strict=False)
        ],
        "right": [
            {"id": each, "content": text} for each, text in zip(rights, texts[3:], strict=False)
        ],
    }
    key: dict[str, Any] = {"pairs": [list(pair) for pair in zip(lefts, taken, strict=True)]}
    policy = draw(st.sampled_from([None, "part_marks", "all_or_nothing"]))
    return "matching", content, {**key, **({"policy": policy} if policy else {})}


@st.composite
def order(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    rows = [{**row, "fixed": False} for row in draw(options("MKXA", 4))]
    key = {"order": draw(st.permutations([row["id"] for row in rows])), "policy": "part_marks"}
    return "ordering", {"stem": f"<p>{draw(WORDS)}</p>", "options": rows}, key


@st.composite
def place(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    content = {
        "stem": f"<p>{draw(WORDS)}</p>",
        "picture": f"media:{NAME}",
        "alt": "图",
        "width": 100,
        "height": 50,
    }
    areas = [
        {"shape": "circle", "coords": [10, 20, 5]},
        {"shape": "rect", "coords": [1, 2.5, 30, 40]},
        {"shape": "poly", "coords": [0, 0, 10, 0, 10, 10.25]},
    ]
    return "hotspot", content, {"areas": areas[: draw(st.integers(1, 3))]}


PARTS = st.one_of(choice(), judgement(), number(), blanks(), match(), order(), place())


@st.composite
def material(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    parts, keys = [], {}
    for name, (kind, content, key) in zip(
        ["p", "q2"], draw(st.lists(PARTS, min_size=1, max_size=2)), strict=False
    ):
        own = {field: each for field, each in content.items() if field != "translations"}
        parts.append(
            {"id": name, "type": kind, "mark_share": draw(st.sampled_from(["1", "2.5"])), **own}
        )
        keys[name] = key
    return "item_set", {"stem": f"<p>{draw(WORDS)}</p>", "parts": parts}, {"parts": keys}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(PARTS, material(), calculation()), min_size=1, max_size=3), st.data())
def test_what_is_written_is_read_back(
    made: list[tuple[str, dict[str, Any], dict[str, Any]]], data: st.DataObject
) -> None:
    items = [
        OutItem(
            code=f"K-{number}",
            path=data.draw(
                st.sampled_from(
                    [
                        (("A", "基础/安全"), ("001", "电路")),
                        (("A", "基础/安全"), ("B", "B"), ("002", "x")),
                    ]
                )
            ),
            type=kind,
            content=content,
            key=key,
            difficulty=data.draw(st.integers(1, 5)),
            explanation=data.draw(st.one_of(st.just(""), WORDS)),
            explanations=data.draw(st.sampled_from([{}, {"en": "because: so"}])),
            state=data.draw(st.sampled_from(["draft", "active", "retired"])),
        )
        for number, (kind, content, key) in enumerate(made)
        if not item_problems(kind, content, key)
    ]
    parsed = read_pool(moodle_xml(items, {NAME: GIF}), {}, "bank.xml")
    assert [(each.code, each.detail) for each in parsed.refused] == []
    assert [note.code for note in parsed.notes if note.is_loss] == []
    for item, read in zip(items, parsed.items, strict=True):
        assert (read.code, read.path, read.type) == (item.code, item.path, item.type)
        assert read.content == item.content
        assert read.key == item.key
        assert read.difficulty == item.difficulty
        assert (read.explanation or "") == item.explanation
        assert (read.explanations or {}) == item.explanations
        assert read.state == item.state
        assert set(read.pictures) <= {NAME}


UNITS = [{"unit": "kV", "factor": "1000"}]
NUMBER = {"value": "0.00", "tolerance": "0", "tolerance_mode": "absolute", "units": UNITS}
RUBRIC = {
    "model_answer": "先断电",
    "rubric": [
        {"id": "1", "words": "断电", "points": "2"},
        {"id": "2", "words": "验电", "points": "3"},
    ],
}


@pytest.mark.parametrize(
    ("kind", "content", "key"),
    [
        ("numeric", {"options": [], "blanks": [], "unit": "V"}, NUMBER),
        ("short_answer", {"lines": 4}, RUBRIC),
        ("essay", {"lines": 20}, RUBRIC),
    ],
)
def test_own_tags_are_never_told_as_lost(kind: str, content: Any, key: Any) -> None:
    path = (("A", "A"), ("001", "x"))
    item = OutItem("K-0", path, kind, {"stem": "<p>0</p>", **content}, key)
    parsed = read_pool(moodle_xml([item], {}), {}, "bank.xml")
    assert [note.code for note in parsed.notes if note.is_loss] == []
    (read,) = parsed.items
    assert (read.type, read.content, read.key) == (kind, dict(item.content), key)
