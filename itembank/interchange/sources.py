"""What the readers share: bytes to JSON or to rows, within limits, or a reason why not."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from itembank.interchange.report import UnreadableError, decoded

LARGEST_FILE: Final = 64 * 1024 * 1024  # bytes
MOST_TITLE_LINES: Final = 8  # in which a sheet's headings are looked for
MOST_ROWS: Final = 100_000
LARGEST_CELL: Final = 1024 * 1024  # characters; what an item may hold is far less
# Options that speak of the others must keep their places when options are shuffled.
ABOUT_OTHERS: Final = re.compile(
    r"(以上|上述|前述|前面|前三)[^，。；]{0,12}(都|均|全|皆)[^，。；]{0,8}"
    r"|(都|均|皆|全)(不?是|不?对|不?正确|不?属于|要?满足|不?可以|有可能)"
    r"|(all|none|both|either|neither) (of )?(these|the) (choices|answers|above)\b.*"
    r"|(alle|keine|beide)r? (der )?(genannten|aufgeführten|obigen|vorgenannten)"
    r"( (Antworten|Aussagen|Angaben|Möglichkeiten))?( (sind|ist) (richtig|falsch))?",
    re.IGNORECASE,
)
ABOUT_A_FIGURE: Final = re.compile(r"如图|下图|附图|右图|图[一二三四五六七八九十\d]+[所中]")

Row = Mapping[str, str | None]


def is_about_others(text: str) -> bool:
    """Say whether an option speaks of the others and must keep its place.

    Examples
    --------
    >>> is_about_others("以上说法都不对"), is_about_others("均压")
    (True, False)
    >>> is_about_others("All these choices are correct")
    True
    """
    return ABOUT_OTHERS.fullmatch(text.strip().rstrip("。.")) is not None


def plain_start(data: bytes) -> bytes:
    """Return the beginning of a file without a byte order mark and leading space."""
    return data[:4000].lstrip(b"\xef\xbb\xbf \r\n\t")


def json_of(data: bytes) -> Any:
    """Return what a JSON file holds.

    Raises UnreadableError: ``not_json``, ``encoding_unknown``, ``file_too_large``.
    """
    check_size(data)
    text, _ = decoded(data)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError("not_json", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; endless nesting
        raise UnreadableError("not_json", line=1, column=1) from None


def listed(value: Any) -> list[Any]:
    """Return a list of rows.

    Raises UnreadableError: ``not_a_list``, ``too_many_rows``.
    """
    if not isinstance(value, list):
        raise UnreadableError("not_a_list")
    if len(value) > MOST_ROWS:
        raise UnreadableError("too_many_rows", most=MOST_ROWS)
    return value


def table_of(data: bytes, columns: Sequence[str]) -> tuple[list[Row], str]:
    """Return the rows of a CSV file with exactly these columns, and the file's encoding.

    A row with too few or too many cells holds ``None`` as a value or as a key.

    Raises UnreadableError: ``columns_wrong``, ``not_csv``, ``cell_too_large``, ``too_many_rows``,
    ``encoding_unknown``, ``file_too_large``.
    """
    check_size(data)
    text, encoding = decoded(data)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = list(_rows(reader, columns))
    return rows, encoding


def _rows(reader: "csv.DictReader[str]", columns: Sequence[str]) -> Iterator[Row]:
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise UnreadableError("columns_wrong", wanted=", ".join(columns))
        yield from islice(reader, MOST_ROWS)
        if next(reader, None) is not None:
            raise UnreadableError("too_many_rows", most=MOST_ROWS)
    except csv.Error as error:
        code = "cell_too_large" if "field limit" in str(error) else "not_csv"
        raise UnreadableError(code, line=reader.line_num, most=LARGEST_CELL) from None
    finally:
        csv.field_size_limit(before)


def lines_of(data: bytes) -> tuple[list[list[str]], str]:
    """Return the cells of a CSV file, commas or tabs between them, and the file's encoding.

    Raises UnreadableError as ``table_of`` does, but for ``columns_wrong``.
    """
    check_size(data)
    text, encoding = decoded(data)
    delimiter = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        lines = list(islice(reader, MOST_ROWS + 2))
    except csv.Error as error:
        code = "cell_too_large" if "field limit" in str(error) else "not_csv"
        raise UnreadableError(code, line=reader.line_num, most=LARGEST_CELL) from None
    finally:
        csv.field_size_limit(before)
    if len(lines) > MOST_ROWS + 1:
        raise UnreadableError("too_many_rows", most=MOST_ROWS)
    return lines, encoding


def delimiter_of(text: str) -> str:
    r"""Return what stands between the cells of a sheet as text: a tab, a semicolon or a comma.

    Examples
    --------
    >>> delimiter_of("题库\n题目;答案\n"), delimiter_of("题目,答案;解析")
    (';', ',')
    """
    lines = text.split("\n", MOST_TITLE_LINES)[:MOST_TITLE_LINES]
    counts = {sign: max(line.count(sign) for line in lines) for sign in ("\t", ",", ";")}
    return "\t" if counts["\t"] else max((",", ";"), key=lambda sign: counts[sign])


def check_size(data: bytes) -> None:
    """Raise UnreadableError ``file_too_large`` for more than can be read at once."""
    if len(data) > LARGEST_FILE:
        raise UnreadableError("file_too_large", most=LARGEST_FILE // 1024 // 1024)
