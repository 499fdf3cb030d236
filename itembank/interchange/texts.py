"""Plain text in one of several layouts, told apart by what stands in it."""

from collections.abc import Callable, Mapping
from typing import Final

from itembank.interchange.guards import text_of
from itembank.interchange.moodle.aiken import is_aiken, read_aiken
from itembank.interchange.moodle.cloze import is_cloze
from itembank.interchange.moodle.gift import is_gift, read_gift
from itembank.interchange.moodle.items import Gathered, gather
from itembank.interchange.moodle.questions import Question, Said
from itembank.interchange.report import Parsed, PictureFile, UnreadableError, encoding_notes
from itembank.interchange.sources import check_size
from itembank.interchange.written.older import is_older
from itembank.interchange.written.texts import is_written, read_older, read_written

Pictures = Mapping[str, PictureFile]
MOST_CHARACTERS: Final = 8_000_000


def read_cloze(text: str, encoding: str, pictures: Pictures, source: str) -> Parsed:
    """Read a text with embedded answers: all of it is one question."""
    gathered = Gathered("cloze", source, pictures)
    gathered.notes += encoding_notes(encoding)
    gather([Question(1, "cloze", "", Said(text.strip(), "moodle"))], gathered)
    return gathered.parsed()


READERS: Final[
    tuple[tuple[Callable[[str], bool], Callable[[str, str, Pictures, str], Parsed]], ...]
] = (
    (is_older, read_older),
    (is_aiken, read_aiken),
    (is_cloze, read_cloze),
    (is_gift, read_gift),
    (is_written, read_written),
)


def read_text(data: bytes, pictures: Pictures, source: str) -> Parsed | None:
    """Read a text; ``None`` where it is in no layout known here.

    Raises UnreadableError: ``encoding_unknown``, ``file_too_large``.
    """
    check_size(data)
    if b"\x00" in data[:4000] and data[:2] not in {b"\xff\xfe", b"\xfe\xff", b"\x00\x00"}:
        return None
    text, encoding = text_of(data)
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError("file_too_large", most=MOST_CHARACTERS // 1_000_000)
    whole = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for is_it, read in READERS:
        if is_it(whole):
            return read(whole, encoding, pictures, source)
    return None
