"""Spreadsheets as people fill them in: a row a question, columns by their usual headings."""

import codecs
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from itembank.interchange.report import Parsed, PictureFile, UnreadableError, encoding_notes
from itembank.interchange.sources import MOST_TITLE_LINES, delimiter_of, lines_of
from itembank.interchange.written.keys import half_width
from itembank.interchange.written.layout import KINDS, LETTERS, Layout, Written, split_options
from itembank.interchange.written.paragraphs import Pieces, bare
from itembank.interchange.written.reading import items_of

FORMAT: Final = "written_sheet"
STEMS: Final = (
    "题干",
    "题目",
    "试题",
    "问题",
    "试题内容",
    "题目内容",
    "试题题干",
    "题目描述",
    "question",
)
ANSWERS: Final = ("答案", "正确答案", "标准答案", "参考答案", "answer")
OPTIONS: Final = ("选项", "备选项", "选项内容", "options")
LABELS: Final[Mapping[str, str]] = {
    **dict.fromkeys(ANSWERS, "answer"),
    **dict.fromkeys(("解析", "答案解析", "试题解析", "题目解析", "说明"), "explanation"),
    **dict.fromkeys(("难度", "难易度", "难易程度", "难度等级", "难度系数"), "difficulty"),
    **dict.fromkeys(("知识点", "考点", "鉴定点", "认定点", "章节", "分类", "题目分类"), "point"),
    **dict.fromkeys(("编号", "题目编号", "试题编号", "id"), "id"),
    **dict.fromkeys(("题型", "试题类型", "题目类型", "类型", "type"), "type"),
    **dict.fromkeys(("分值", "分数", "得分"), "mark"),
    "单位": "unit",
}
NUMBER: Final = ("序号", "题号", "no", "no.")
OPTION: Final = re.compile(r"(?:选项|答案选项|option)?\s*[（(]?([a-h]|[1-8])[)）]?", re.IGNORECASE)
BEGINNING: Final = 16_000  # bytes in which headings are looked for
BETWEEN: Final = re.compile(r"\s*(?:\||\n|[;；])\s*")
NEUTRALIZED: Final = re.compile(r"'(?=[=+\-@])")


def is_people_sheet(data: bytes) -> bool:
    """Say whether one of a file's first lines names a question and its answer."""
    head = _beginning(data)
    delimiter = delimiter_of(head)
    lines = head.split("\n")[:MOST_TITLE_LINES]
    return any(
        _is_heading([each.strip().strip('"') for each in line.split(delimiter)]) for line in lines
    )


def _beginning(data: bytes) -> str:
    """Return the beginning of a file as text, whatever its encoding."""
    start = data[:BEGINNING]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start.decode("utf-16", "ignore")
    lines = b"\n".join(start.split(b"\n")[:MOST_TITLE_LINES])
    try:
        return lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        return lines.decode("gb18030", "replace")


def _is_heading(cells: Sequence[str]) -> bool:
    names = [_name(cell) for cell in cells]
    return any(name in STEMS for name in names) and any(name in ANSWERS for name in names)


def read_people_sheet(data: bytes, _pictures: Mapping[str, PictureFile], source: str) -> Parsed:
    """Read a sheet; raises UnreadableError: ``column_unknown``, and as ``lines_of`` does."""
    lines, encoding = lines_of(data)
    first = next((n for n, line in enumerate(lines[:MOST_TITLE_LINES]) if _is_heading(line)), 0)
    names = [_name(cell) for cell in lines[first]]
    unknown = [name for name in names if name and not _is_known(name)]
    if unknown:
        raise UnreadableError("column_unknown", column=unknown[0][:40])
    layout = Layout()
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        cells = {
            name: NEUTRALIZED.sub("", bare(cell).strip(), count=1)
            for name, cell in zip(names, line, strict=False)
        }
        if any(cells.values()):
            layout.questions.append(_written(number, cells))
    return items_of(layout, Pieces(), FORMAT, source, encoding_notes(encoding))


def _name(cell: str) -> str:
    """Return a heading as it is compared: half width, without what stands in brackets."""
    text = unicodedata.normalize("NFKC", cell).strip().lower().strip("*:： ")
    return re.sub(r"\s*[(（【\[][^)）】\]]*[)）】\]]\s*$", "", text) or text


def _is_known(name: str) -> bool:
    known = {*STEMS, *OPTIONS, *LABELS, *NUMBER}
    return name in known or OPTION.fullmatch(name) is not None


def _written(number: int, cells: Mapping[str, str]) -> Written:
    kind = next((kind for pattern, kind in KINDS if pattern.search(_type(cells))), "")
    written = Written(str(number), number, 0, kind)
    for name, cell in cells.items():
        if name in STEMS and cell:
            written.stem = cell.split("\n")
        elif name in LABELS and cell:
            written.said[LABELS[name]] = [cell]
    written.options = _options(cells)
    if kind == "true_false":
        written.options = []
    return written


def _type(cells: Mapping[str, str]) -> str:
    return next((cell for name, cell in cells.items() if LABELS.get(name) == "type"), "")


def _options(cells: Mapping[str, str]) -> list[str]:
    """Return the options of columns of their own, or of one cell with all of them."""
    by_letter: dict[str, str] = {}
    for name, cell in cells.items():
        found = OPTION.fullmatch(name)
        if found:
            sign = found[1].upper()
            by_letter[LETTERS[int(sign) - 1] if sign.isdigit() else sign] = cell
    filled = [place for place, letter in enumerate(LETTERS) if by_letter.get(letter)]
    if filled:
        listed = [by_letter.get(letter, "") for letter in LETTERS[: filled[-1] + 1]]
        split = [split_options(each, place) for place, each in enumerate(listed)]
        is_lettered = all(not before and len(own) == 1 for before, own in split)
        return [own[0] for _, own in split] if is_lettered else listed
    whole = next((cell for name, cell in cells.items() if name in OPTIONS), "")
    before, options = split_options(whole, 0)
    if options and not before.strip():
        return options
    return _without_letters([part for part in BETWEEN.split(whole) if part])


def _without_letters(parts: list[str]) -> list[str]:
    """Return options without the letters that stand before all of them, such as “A甲”."""
    own = [half_width(part[:1]) == letter for part, letter in zip(parts, LETTERS, strict=False)]
    is_lettered = len(parts) > 1 and len(own) == len(parts) and all(own)
    bare_parts = [part[1:].strip() for part in parts]
    return bare_parts if is_lettered and all(bare_parts) else parts
