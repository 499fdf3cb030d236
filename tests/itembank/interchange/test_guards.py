"""Hostile files cost a message: archives, XML and encodings within limits."""

import io
import warnings
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.interchange import guards
from itembank.interchange.guards import archive_of, text_of, xml_of
from itembank.interchange.report import UnreadableError

BOMB = b'<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><q>&b;</q>'
OUTSIDE = b'<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><q>&a;</q>'


def packed(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # that a name stands twice
        for name, body in files.items():
            archive.writestr(name.removesuffix("~"), body)
    return whole.getvalue()


def read(data: bytes, *, is_xml: bool) -> None:
    if is_xml:
        xml_of(data)
        return
    archive = archive_of(data)
    for name in archive.names:
        archive.read(name)


def refusal(data: bytes, *, is_xml: bool) -> str:
    with pytest.raises(UnreadableError) as refused:
        read(data, is_xml=is_xml)
    return refused.value.code


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_entities_are_never_read(data: bytes) -> None:
    assert refusal(data, is_xml=True) == "xml_declares"


def test_a_document_type_that_only_names_a_file_is_passed_over() -> None:
    root = xml_of(b'<!DOCTYPE q SYSTEM "http://example.org/q.dtd"><q>a&nbsp;b</q>')
    assert root.text == "a\u00a0b"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<q>", "xml_broken"),
        (b"", "xml_broken"),
        (b"<a>" * 1000, "xml_too_large"),
        (b"<q " + b" ".join(b'a%d="1"' % n for n in range(300)) + b"/>", "xml_too_large"),
        (b'<?xml version="1.0" encoding="x-nothing"?><q>' + b"\xff\xfe", "xml_broken"),
    ],
)
def test_xml_that_no_program_writes_is_refused(data: bytes, code: str) -> None:
    assert refusal(data, is_xml=True) == code


@pytest.mark.parametrize("encoding", ["GBK", "gb18030", "utf-16", "big5", "iso-8859-1"])
def test_xml_is_read_in_what_it_declares(encoding: str) -> None:
    words = "é" if encoding == "iso-8859-1" else "電"
    text = f'<?xml version="1.0" encoding="{encoding}"?><q>{words}</q>'
    assert xml_of(text.encode(encoding)).text == words


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "C:x", "..\\x", "a\\..\\..\\x"])
def test_no_name_leads_out_of_an_archive(name: str) -> None:
    assert refusal(packed(**{name: b""}), is_xml=False) == "zip_name_unsafe"


def test_a_name_that_stands_twice_is_refused() -> None:
    assert refusal(packed(**{"a": b"1", "a~": b"2"}), is_xml=False) == "zip_name_unsafe"


def test_an_archive_is_not_unpacked_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(a=bytes(10_000))
    monkeypatch.setattr(guards, "LARGEST_WHOLE", 5_000)
    assert refusal(whole, is_xml=False) == "zip_too_large"
    monkeypatch.setattr(guards, "LARGEST_WHOLE", 50_000)
    monkeypatch.setattr(guards, "LARGEST_ENTRY", 5_000)
    assert refusal(whole, is_xml=False) == "zip_too_large"
    monkeypatch.setattr(guards, "MOST_ENTRIES", 1)
    assert refusal(packed(a=b"", b=b""), is_xml=False) == "zip_too_large"


@given(st.binary(max_size=80), st.integers(0, 150), st.booleans())
def test_any_damage_is_a_reason(junk: bytes, place: int, is_xml: bool) -> None:  # noqa: FBT001
    whole = BOMB.replace(b"!DOCTYPE", b"x") if is_xml else packed(a=b"1" * 50)
    damaged = whole[:place] + junk + whole[place + len(junk) :]
    with suppress(UnreadableError):
        read(damaged, is_xml=is_xml)


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("电压 U=220V，电阻", "utf-8", "utf-8"),
        ("电压", "utf-8-sig", "utf-8-sig"),
        ("电压 U=220V，电阻", "gb18030", "gb18030"),
        ("What’s “création d’instance” à été créé ?", "cp1252", "windows-1252"),
        ("Größe über Maß", "cp1252", "windows-1252"),
        ("电压", "utf-16", "utf-16"),
        ("电压", "utf-32", "utf-32"),
    ],
)
def test_what_a_text_is_in_is_found_and_said(text: str, encoding: str, told: str) -> None:
    assert text_of(text.encode(encoding)) == (text, told)
