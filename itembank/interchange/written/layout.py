"""The common layout of written questions: which line is what, and which belong together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from itembank.interchange.written.keys import half_width, keys_in_line
from itembank.interchange.written.paragraphs import Paragraph, bare

HEADING: Final = re.compile(
    r"\s*(?:第[一二三四五六七八九十]+(?:部分|大题|节|章)|[（(]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．,，:：]"
    r"|[ⅠⅡⅢⅣⅤⅥ]\s*[、.．]|Part\s+[IVX\d]+[.:]?)\s*(\S.*)|\s*[【\[]?([^。？?]{0,12}题)[】\]]?\s*[:：]?\s*"
)
KINDS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"多选|多项选择|不定项|复选|multiple (choice|answer|response)", re.IGNORECASE),
        "multiple",
    ),
    (re.compile(r"单选|单项选择|single choice", re.IGNORECASE), "single"),
    (re.compile(r"判断|是非|正误|对错|true.{0,6}false", re.IGNORECASE), "true_false"),
    (re.compile(r"填空|fill", re.IGNORECASE), "text_entry"),
    (re.compile(r"计算|数值|calculation|numeric", re.IGNORECASE), "numeric"),
    (re.compile(r"匹配|连线|排序|点选|材料", re.IGNORECASE), "other"),
    (re.compile(r"选择题?|choice", re.IGNORECASE), "choice"),
    (re.compile(r"简答|问答|名词解释|short answer", re.IGNORECASE), "short_answer"),
    (re.compile(r"论述|案例|分析|作文|应用|essay|case", re.IGNORECASE), "essay"),
    (re.compile(r"综合|材料|识图|操作|画图", re.IGNORECASE), "hand"),
)
QUESTION: Final = re.compile(
    r"\s*(?:第\s*(\d{1,5})\s*题\s*[.．、:：]?|[（(【\[]\s*(\d{1,5})\s*[)）】\]]\s*[.．、]?"
    r"|(\d{1,5})\s*(?:[．、:：)）]|\.(?!\d)))\s*(.*)",
    re.DOTALL,
)
OPTION: Final = re.compile(
    r"(?:[（(]\s{0,8})?([A-HＡ-Ｈ])\s{0,8}(?:[)）]\s{0,8}[.．、:：]?|[.．、:：])\s{0,40}"
)
BARE_OPTION: Final = re.compile(r"([A-HＡ-Ｈ])(?![A-Za-z.．、:：)）])[\s　]*(\S.*)", re.DOTALL)
ENDS: Final = "。？！?!：:；;）)"  # options may follow these without a space
FEWEST: Final = 2  # options that are options without a sign behind their letter
LABELS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("答案", "正确答案", "参考答案", "标准答案", "答", "answer", "key"), "answer"),
    **dict.fromkeys(
        ("解析", "答案解析", "试题解析", "详解", "说明", "解释", "explanation"),
        "explanation",
    ),
    **dict.fromkeys(("难度", "难易度", "难度代码", "难易程度", "difficulty"), "difficulty"),
    **dict.fromkeys(
        (
            "鉴定点",
            "认定点",
            "考核点",
            "鉴定点代码",
            "认定点代码",
            "知识点",
            "考点",
            "章节",
            "point",
        ),
        "point",
    ),
    **dict.fromkeys(("编号", "题目编号", "试题编号", "id"), "id"),
    **dict.fromkeys(("题型", "试题类型", "type"), "type"),
    **dict.fromkeys(("分值", "分数", "mark"), "mark"),
    **dict.fromkeys(("单位", "unit"), "unit"),
}
NAMES: Final = "|".join(sorted(LABELS, key=len, reverse=True))
LABEL: Final = re.compile(
    rf"\s*(?:[【\[]\s*({NAMES})\s*[】\]]\s*[:：]?|({NAMES})\s*[:：])\s*", re.IGNORECASE
)
INNER_LABEL: Final = re.compile(
    rf"(?:[【\[]\s*(?:{NAMES})\s*[】\]]\s*[:：]?|(?<=\s)(?:{NAMES})\s*[:：])", re.IGNORECASE
)
KEY_HEADING: Final = re.compile(
    r"\s*[【\[]?(?:[一二三四五六七八九十]{1,3}[、.．])?\s*(?:参考|标准|正确)?答案(?:及评分标准|与解析|及解析)?[】\]]?\s*[:：]?\s*"
)
LONGEST_HEADING: Final = 60
MOST_SKIPPED: Final = 3  # numbers left out between two questions
LETTERS: Final = "ABCDEFGH"


@dataclass
class Written:
    """One question as written."""

    number: str
    paragraph: int
    section: int
    kind: str  # by its section's heading; empty where there is none
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)

    def told(self, label: str) -> str:
        """Return what a labelled line says."""
        return "\n".join(self.said.get(label, [])).strip()


@dataclass
class Layout:
    """What a text has been found to hold."""

    questions: list[Written] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)  # section, lines of a key list
    unread: list[Paragraph] = field(default_factory=list)


def heading_kind(text: str) -> str | None:
    """Return the type a heading names; ``None`` for what is no heading of a section.

    Examples
    --------
    >>> heading_kind("一、单项选择题（每题1分，共20分）"), heading_kind("电压？")
    ('single', None)
    """
    found = HEADING.fullmatch(text) if len(text) <= LONGEST_HEADING else None
    if found is None:
        return None
    words = found[1] or found[2] or ""
    return next((kind for pattern, kind in KINDS if pattern.search(words)), None)


def laid_out(paragraphs: Iterable[Paragraph]) -> Layout:
    """Return the questions of a text, and the paragraphs that belong to none."""
    reading = _Reading()
    for paragraph in paragraphs:
        if bare(paragraph.text).strip() or paragraph.text.strip():
            reading.line(paragraph)
    for written in reading.layout.questions:
        _take_bare_options(written)
    return reading.layout


def _take_bare_options(written: Written) -> None:
    """Take lines “A 甲”, “B 乙” as options, where a question has no others."""
    found = [BARE_OPTION.fullmatch(line) for line in written.stem]
    first = next((n for n, each in enumerate(found) if each and half_width(each[1]) == "A"), 0)
    taken = found[first:]
    letters = "".join(half_width(each[1]) if each else "?" for each in taken)
    if written.options or not first or len(taken) < FEWEST or not LETTERS.startswith(letters):
        return
    written.options = [each[2].strip() for each in taken if each]
    written.stem = written.stem[:first]


class _Reading:
    """Walks over lines and knows what the last one belonged to."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.kind = ""
        self.section = 0
        self.current: Written | None = None
        self.label = ""  # of the line before: its text may go on
        self.is_key_list = False
        self.style = ""  # of the numbers: 1. or (1)
        self.last = 0

    def line(self, paragraph: Paragraph) -> None:
        text = paragraph.text.strip()
        kind = heading_kind(bare(text))
        if kind is not None:
            self.heading(text, kind)
        elif self.begins_keys(bare(text)):
            self.is_key_list, self.current, self.section = True, None, 0
        elif self.is_key_list:
            self.layout.keys.append((self.section, bare(text)))
            if not bare(text).strip():  # a picture or a table that is no key list
                self.layout.unread.append(paragraph)
        elif keys := self.keys_of_section(bare(text)):
            self.layout.keys.append((self.section, keys))
            self.current, self.label = None, ""
        elif (found := QUESTION.fullmatch(text)) and self.begins_question(found):
            self.question(found, paragraph)
        elif self.current is None:
            self.layout.unread.append(paragraph)
        else:
            self.content(text, paragraph.number)

    def heading(self, text: str, kind: str) -> None:
        self.section += 1
        self.kind, self.current, self.label, self.last = kind, None, "", 0
        if self.is_key_list:
            self.layout.keys.append((self.section, bare(text)))

    def begins_keys(self, text: str) -> bool:
        """Say whether a line “参考答案” heads a list: then no question has had its own."""
        if len(text) > LONGEST_HEADING or not self.layout.questions:
            return False
        if not KEY_HEADING.fullmatch(text):
            return False
        has_colon = text.rstrip().endswith((":", "："))
        is_first = len(self.layout.questions) == 1
        return not any("answer" in each.said for each in self.layout.questions) and not (
            has_colon and is_first
        )

    def keys_of_section(self, text: str) -> str:
        """Return what a line lists of the answers of questions that have none of their own."""
        mine = [each for each in self.layout.questions if each.section == self.section]
        if len(mine) < FEWEST or any("answer" in each.said for each in mine):
            return ""
        return keys_in_line(text)

    def is_next_behind_options(self, number: int) -> bool:
        """Say whether a writer changed the sign of numbers: no step stands behind options."""
        if self.current is None or not self.current.options or self.label == "explanation":
            return False
        return number == self.last + 1

    def begins_question(self, found: re.Match[str]) -> bool:
        """Say whether a number begins a question, or a step inside of one."""
        style = "round" if found[2] else "plain"
        number = int(found[1] or found[2] or found[3])
        if self.style and style != self.style:
            return self.is_next_behind_options(number)
        if self.current is None or found[1]:
            return True
        if number <= self.last:
            return number == 1 and self.label == "answer"
        return number <= self.last + MOST_SKIPPED or self.label != "explanation"

    def question(self, found: re.Match[str], paragraph: Paragraph) -> None:
        number = found[1] or found[2] or found[3]
        self.style = self.style or ("round" if found[2] else "plain")
        self.last, self.label = int(number), ""
        self.current = Written(number, paragraph.number, self.section, self.kind)
        self.layout.questions.append(self.current)
        self.content(found[4], paragraph.number)

    def content(self, text: str, number: int) -> None:
        """Add a line to the question it belongs to."""
        written = self.current
        if written is None:
            return
        pieces = list(_labelled(text))
        for label, said in pieces:
            if label:
                self.label = label
                written.said.setdefault(label, []).append(said)
            elif self.label in {"answer", "explanation"}:
                written.said[self.label].append(said)
            elif self.label:
                self.layout.unread.append(Paragraph(number, said))
            elif not self.options(said):
                self.append(said)

    def options(self, text: str) -> bool:
        """Take the options of a line; say whether it had any."""
        written = self.current
        if written is None:
            return False
        before, options = split_options(text, len(written.options))
        if not options or (before.strip() and not written.stem and len(options) < 2):  # noqa: PLR2004
            return False
        if before.strip():
            self.append(before)
        written.options += options
        return True

    def append(self, text: str) -> None:
        written = self.current
        if written is None or not text.strip():
            return
        if written.options:
            written.options[-1] += f"\n{text.strip()}"
        else:
            written.stem.append(text.strip())


def split_options(text: str, known: int) -> tuple[str, list[str]]:
    """Return what stands before the options of a line, and the options from the next letter on.

    Examples
    --------
    >>> split_options("A.甲 B、乙　C．丙", 0), split_options("U=5V. A", 0)
    (('', ['甲', '乙', '丙']), ('U=5V. A', []))
    """
    places: list[tuple[int, int]] = []
    is_close = False  # the first stands right behind a sentence
    for found in OPTION.finditer(text):
        wanted = known + len(places)
        if wanted >= len(LETTERS) or half_width(found[1]) != LETTERS[wanted]:
            continue
        around = text[max(0, found.start() - 1) : found.start() + 1]
        is_apart = not found.start() or any(sign.isspace() for sign in around)
        if not places and not is_apart and around[0] not in ENDS:
            continue
        is_close = is_close or not (places or is_apart)
        places.append((found.start(), found.end()))
    if not places or (is_close and len(places) < FEWEST):
        return text, []
    starts = [start for start, _ in places[1:]] + [len(text)]
    options = [
        text[stop:start].strip().rstrip("；;|｜" if start == len(text) else "；;|｜，,、 ")
        for (_, stop), start in zip(places, starts, strict=True)
    ]
    return text[: places[0][0]], options


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """Give the pieces of a line with their labels, '' where there is none."""
    starts = [found.start() for found in INNER_LABEL.finditer(text) if found.start()]
    for start, stop in zip([0, *starts], [*starts, len(text)], strict=True):
        piece = text[start:stop]
        found = LABEL.match(piece)
        if found:
            yield LABELS[(found[1] or found[2]).lower()], piece[found.end() :].strip()
        elif piece.strip():
            yield "", piece
