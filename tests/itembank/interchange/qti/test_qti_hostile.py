"""A hostile or broken file costs nothing but a message; what is taken is right and bare."""

import io
import re
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.interchange import guards
from itembank.interchange.checking import finding_of
from itembank.interchange.detect import read_pool
from itembank.interchange.qti import elements
from itembank.interchange.report import Parsed, UnreadableError
from tests.catalogues import entries
from tests.source import ROOT

HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="I1" title="T">'
ITEM = (
    HEAD
    + """<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>B</value></correctResponse></responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><p>{stem}</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
<simpleChoice identifier="A">一</simpleChoice><simpleChoice identifier="B">二</simpleChoice>
</choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>
</assessmentItem>"""
)
MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{}</resources>
</manifest>"""
RESOURCE = """<resource identifier="R{0}" type="imsqti_item_xmlv2p2" href="{1}">
<file href="{1}"/></resource>"""


def zipped(files: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def packed(items: dict[str, bytes | str], **more: bytes | str) -> bytes:
    listed = "".join(RESOURCE.format(n, name) for n, name in enumerate(items))
    return zipped({"imsmanifest.xml": MANIFEST.format(listed), **items, **more})


def read(data: bytes, name: str = "p.zip") -> Parsed:
    return read_pool(data, {}, name)


@dataclass(frozen=True)
class Hostile:
    code: str
    data: bytes
    name: str = "p.zip"


def item(stem: str = "?", start: str = "") -> bytes:
    return (start + ITEM.format(stem=stem)).encode()


LAUGH = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "laughs": Hostile("xml_declares", item("&b;", LAUGH), "i.xml"),
    "outside": Hostile("xml_declares", item("&e;", OUTSIDE), "i.xml"),
    "deep": Hostile("xml_too_large", item("<div>" * 500 + "</div>" * 500), "i.xml"),
    "cut off": Hostile("xml_broken", item()[:-30], "i.xml"),
    "up": Hostile("zip_name_unsafe", packed({"a.xml": item()}, **{"../../evil.xml": b"x"})),
    "absolute": Hostile("zip_name_unsafe", packed({"a.xml": item()}, **{"/etc/cron": b"x"})),
    "drive": Hostile("zip_name_unsafe", packed({"a.xml": item()}, **{"C:\\x.xml": b"x"})),
    "broken": Hostile("zip_broken", packed({"a.xml": item()})[:-40]),
    "no zip": Hostile("zip_broken", b"not a zip at all"),
    "no manifest": Hostile("qti_no_manifest", zipped({"in/imsmanifest.xml": "<manifest/>"})),
    "nothing": Hostile("qti_nothing_in_it", packed({})),
}


@pytest.mark.parametrize("case", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(case: Hostile) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(case.data, case.name)
    assert refused.value.code == case.code


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LARGEST_WHOLE", 1_000_000)
    bomb = packed({"a.xml": item()}, zeros=bytes(5_000_000))
    assert len(bomb) < 50_000
    with pytest.raises(UnreadableError, match="zip_too_large"):
        read(bomb)


def test_a_size_that_a_header_lies_about_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LARGEST_ENTRY", 1_000_000)
    with pytest.raises(UnreadableError, match="zip_too_large"):
        read(packed({"a.xml": item()}, zeros=bytes(5_000_000)))


def test_a_million_elements_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 1000)
    with pytest.raises(UnreadableError, match="xml_too_large"):
        read(item("<br/>" * 2000), "i.xml")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8"])
def test_an_item_is_read_in_the_encoding_it_says(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + ITEM.format(stem="三相异步电动机")
    (taken,) = read(text.encode(encoding), "i.xml").items
    assert taken.content["stem"] == "<p>三相异步电动机</p>"


def test_chinese_that_claims_to_be_utf_8_is_read_as_gb18030() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>' + ITEM.format(stem="电工")
    (taken,) = read(text.encode("gb18030"), "i.xml").items
    assert taken.content["stem"] == "<p>电工</p>"


def test_one_broken_item_is_named_and_the_others_are_read() -> None:
    parsed = read(packed({"a.xml": item(), "b.xml": item()[:-9]}))
    assert [each.code for each in parsed.items] == ["I1"]
    assert [(each.item, each.code) for each in parsed.refused] == [("R1", "xml_broken")]


def test_scripts_do_not_come_along() -> None:
    stem = '<script>alert(1)</script><b onclick="x()">bold</b><iframe src="http://x"/>'
    (taken,) = read(item(stem), "i.xml").items
    assert taken.content["stem"] == "<p><b>bold</b></p>"


def test_a_picture_is_not_guessed_where_two_have_its_name() -> None:
    pictures = {"x/a.png": b"one", "y/a.png": b"two"}
    parsed = read(packed({"items/i.xml": item('<img src="a.png" alt="a"/>')}, **pictures))
    assert [note.code for note in parsed.notes] == ["figure_missing"]


def test_a_pattern_that_never_ends_is_not_tried() -> None:
    rules = """<responseProcessing><setOutcomeValue identifier="SCORE"><patternMatch
pattern="(a+)+b"><baseValue baseType="string">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</baseValue>
</patternMatch></setOutcomeValue></responseProcessing>"""
    text = ITEM.format(stem="?").partition("<responseProcessing")[0] + rules + "</assessmentItem>"
    parsed = read(text.encode(), "i.xml")
    assert [(each.code, each.state) for each in parsed.items] == [("I1", "draft")]
    assert [note.code for note in parsed.notes] == ["qti_pattern"]


def value(said: str, base: str = "float") -> str:
    return f'<baseValue baseType="{base}">{said}</baseValue>'


GROWING = {
    "power": f"<power>{value('9e99')}{value('999')}</power>",
    "squares": f"<popSD><multiple>{value('9e299')}{value('1')}</multiple></popSD>",
    "quotient": f"<divide>{value('9e299')}<divide>{value('1')}{value('9e299')}</divide></divide>",
    "pattern": f'<patternMatch pattern="{".*" * 7}x">{value("a" * 30, "string")}</patternMatch>',
}


@pytest.mark.parametrize("expression", GROWING.values(), ids=GROWING)
def test_numbers_and_patterns_without_bounds_are_not_computed(expression: str) -> None:
    rules = f"""<responseProcessing><setOutcomeValue identifier="SCORE">{expression}
</setOutcomeValue></responseProcessing>"""
    text = ITEM.format(stem="?").partition("<responseProcessing")[0] + rules + "</assessmentItem>"
    (taken,) = read(text.encode(), "i.xml").items
    assert taken.state == "draft"


TAGS = ["p", "itemBody", "choiceInteraction", "value", "mapping", "mapEntry", "responseProcessing"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_change_of_an_item_is_read_or_refused(data: st.DataObject) -> None:
    text = ITEM.format(stem="?")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        stop = min(len(text), start + data.draw(st.integers(0, 40)))
        piece = data.draw(st.sampled_from(["", "<", "&", '"', "é", "\x00", "99", *TAGS]))
        text = text[:start] + piece + text[stop:]
    try:
        parsed = read(packed({"a.xml": text.encode("utf-8", "replace")}))
    except UnreadableError:
        return
    assert len(parsed.items) + len(parsed.refused) == 1
    assert all(finding_of(each) is None for each in parsed.items)


def test_every_reason_has_words() -> None:
    codes = set()
    for path in (ROOT / "itembank" / "interchange" / "qti").glob("*.py"):
        codes |= set(re.findall(r'"((?:qti|xml|zip)_[a-z_]+)"', path.read_text("utf-8")))
    assert len(codes) > 40
    for language in ("zh_Hans_CN", "en"):
        known = entries(language)
        without = {(kind, each) for each in codes for kind in ("error", "reason")} - set(known)
        assert without == set()
