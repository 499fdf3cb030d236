"""Which format a file is, and reading it."""

import json
import re
from collections.abc import Mapping

from itembank.interchange.checking import checked
from itembank.interchange.cmmlu import is_cmmlu, read_cmmlu, subject_of
from itembank.interchange.cn_radio import is_cn_radio, read_cn_radio
from itembank.interchange.de_hunting import is_de_hunting, read_de_hunting
from itembank.interchange.de_radio import is_de_radio, read_de_radio
from itembank.interchange.field_sheet import is_field_sheet, read_field_sheet
from itembank.interchange.moodle.reading import is_moodle_xml, read_moodle_xml
from itembank.interchange.own_json import is_own_json, read_own_json
from itembank.interchange.qti.reading import is_qti, read_qti
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.interchange.sources import check_size
from itembank.interchange.texts import read_text
from itembank.interchange.us_pool import is_us_pool, read_us_pool
from itembank.interchange.written.sheets import is_people_sheet, read_people_sheet
from itembank.interchange.written.word import is_word, read_word

GIFT_TEXT = re.compile(rb"\s*\[(html|markdown|plain|moodle)\]")  # no JSON begins so
OTHERS = (  # formats that are known and not read
    (re.compile(rb"<POOL>|bbmd_|<ASSESSMENT>|assessment/x-bb"), "Blackboard"),
    (re.compile(rb"^\s*:TYPE:|\n:TYPE:"), "WebCT"),
    (re.compile(rb"<examview"), "ExamView"),
)
READERS = (
    (is_us_pool, read_us_pool),
    (is_cn_radio, read_cn_radio),
    (is_de_radio, read_de_radio),
    (is_de_hunting, read_de_hunting),
    (is_field_sheet, read_field_sheet),
)
SOURCED = (  # items that may say nothing of their place belong to the file's name
    (is_people_sheet, read_people_sheet),
    (is_word, read_word),
    (is_moodle_xml, read_moodle_xml),
)


def read_pool(data: bytes, pictures: Mapping[str, PictureFile], name: str = "") -> Parsed:
    """Read a file of any known format; ``name`` is the file's.

    Raises UnreadableError: ``file_empty``, ``format_unknown``, and those of the formats.
    """
    if not data.strip():
        raise UnreadableError("file_empty")
    if is_own_json(data):
        return read_own_json(data)
    if is_qti(data, name):
        return checked(read_qti(data, pictures, name))
    if is_cmmlu(data):
        return checked(read_cmmlu(data, pictures, name))
    return checked(_read_foreign(data, pictures, subject_of(name)))


def _is_json(data: bytes) -> bool:
    """Say whether a file is data for programs: its braces are no answers in a text."""
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[{")):
        return False
    check_size(data)
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _read_foreign(data: bytes, pictures: Mapping[str, PictureFile], source: str) -> Parsed:
    """Read a file of others; ``source`` is where items belong that have no place of their own."""
    for is_it, read in () if GIFT_TEXT.match(data) else READERS:
        if is_it(data):
            return read(data, pictures)
    for is_it, read_there in SOURCED:
        if is_it(data):
            return read_there(data, pictures, source)
    read_as_text = None if _is_json(data) else read_text(data, pictures, source)
    if read_as_text is not None:
        return read_as_text
    for pattern, program in OTHERS:
        if pattern.search(data[:200_000]):
            raise UnreadableError("format_not_read", program=program)
    raise UnreadableError("format_unknown")
