"""Which format a file is, and reading it."""

from collections.abc import Mapping

from itembank.interchange.checking import checked
from itembank.interchange.cmmlu import is_cmmlu, read_cmmlu
from itembank.interchange.cn_radio import is_cn_radio, read_cn_radio
from itembank.interchange.de_hunting import is_de_hunting, read_de_hunting
from itembank.interchange.de_radio import is_de_radio, read_de_radio
from itembank.interchange.field_sheet import is_field_sheet, read_field_sheet
from itembank.interchange.own_json import is_own_json, read_own_json
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.interchange.us_pool import is_us_pool, read_us_pool

READERS = (
    (is_us_pool, read_us_pool),
    (is_cn_radio, read_cn_radio),
    (is_de_radio, read_de_radio),
    (is_de_hunting, read_de_hunting),
    (is_field_sheet, read_field_sheet),
)


def read_pool(data: bytes, pictures: Mapping[str, PictureFile], name: str = "") -> Parsed:
    """Read a file of any known format; ``name`` is the file's.

    Raises UnreadableError: ``file_empty``, ``format_unknown``, and those of the formats.
    """
    if not data.strip():
        raise UnreadableError("file_empty")
    if is_own_json(data):
        return read_own_json(data)
    if is_cmmlu(data):
        return checked(read_cmmlu(data, pictures, name))
    for is_it, read in READERS:
        if is_it(data):
            return checked(read(data, pictures))
    raise UnreadableError("format_unknown")
