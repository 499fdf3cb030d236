"""Which format a file is, and reading it."""

from collections.abc import Mapping

from itembank.interchange.cn_radio import is_cn_radio, read_cn_radio
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.interchange.us_pool import is_us_pool, read_us_pool


def read_pool(data: bytes, pictures: Mapping[str, PictureFile]) -> Parsed:
    """Read a file of any known format.

    Raises UnreadableError: ``file_empty``, ``format_unknown``, and those of the formats.
    """
    if not data.strip():
        raise UnreadableError("file_empty")
    if is_us_pool(data):
        return read_us_pool(data, pictures)
    if is_cn_radio(data):
        return read_cn_radio(data, pictures)
    raise UnreadableError("format_unknown")
