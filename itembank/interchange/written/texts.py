"""Plain text in the common layout, and the older form ``A-B-A-001 B 3 5`` / ``{A}…{B}…``."""

import re
from collections.abc import Mapping
from typing import Final

from itembank.interchange.report import Parsed, PictureFile, RowFinding, encoding_notes
from itembank.interchange.written.layout import laid_out
from itembank.interchange.written.older import older_layout
from itembank.interchange.written.paragraphs import Pieces, lines_of
from itembank.interchange.written.reading import items_of

Pictures = Mapping[str, PictureFile]
FORMAT: Final = "written_text"
OLDER: Final = "older_text"
NUMBERED: Final = re.compile(
    r"^[ \t\u3000]{0,40}(第\s{0,8}\d{1,5}\s{0,8}题|[（(]?\d{1,5}\s{0,8}([)）．、:：]|\.(?!\d)))",
    re.MULTILINE,
)
LETTERED: Final = re.compile(r"(^|\s)[（(]?[AＡ]\s{0,8}[)）.．、:：]", re.MULTILINE)
ANSWERED: Final = re.compile(
    r"答案|^\s{0,40}答\s{0,8}[:：]"
    r"|[（(]\s{0,40}(?:[A-HＡ-ＨTF√×]{1,8}|正确|错误|对|错)\s{0,40}[）)]",
    re.MULTILINE,
)


def is_written(text: str) -> bool:
    """Say whether a text has numbered lines, and options or answers."""
    return NUMBERED.search(text) is not None and bool(
        LETTERED.search(text) or ANSWERED.search(text)
    )


def read_written(text: str, encoding: str, _pictures: Pictures, source: str) -> Parsed:
    """Read a text in the common layout."""
    pieces = Pieces()
    return items_of(laid_out(lines_of(text)), pieces, FORMAT, source, encoding_notes(encoding))


def read_older(text: str, encoding: str, _pictures: Pictures, source: str) -> Parsed:
    """Read a text in the older form; its type letters mean what the spreadsheet's do."""
    notes: list[RowFinding] = encoding_notes(encoding)
    layout, ratings = older_layout(lines_of(text))
    parsed = items_of(layout, Pieces(), OLDER, source, notes)
    lost = [
        RowFinding(
            item.row,
            item.code,
            "一致性代码",
            "column_not_kept",
            {"column": "一致性代码"},
            is_loss=True,
        )
        for item in parsed.items
        if item.row in ratings
    ]
    return Parsed(
        OLDER, parsed.items, parsed.refused, (*parsed.notes, *lost), language=parsed.language
    )
