"""What the kinds of Moodle's questions share while they are made into items."""

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from itembank.interchange.foreign_html import (
    Converted,
    as_line,
    as_stem,
    converted,
    has_elements,
    with_formulas,
)
from itembank.interchange.moodle.multilingual import apart
from itembank.interchange.moodle.questions import Question, RefusedQuestionError, Said
from itembank.interchange.report import PictureFile
from itembank.interchange.sources import is_about_others
from itembank.items.choices import IDS
from itembank.markup import marked_up_blocks

HAN: Final = re.compile(r"[\u3400-\u9fff]")
FORMULA: Final = re.compile(r'<span data-type="inline-math" data-latex="([^"]*)"></span>')
MARKDOWN: Final = ((re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),)
LONGEST_SAID: Final = 100_000  # characters of a text, pictures written into it included
JUDGED: Final = {"zh": ("正确", "错误"), "": ("True", "False")}


@dataclass
class Making:
    """A question on its way to an item: what it shows, and what does not come along."""

    question: Question
    files: Mapping[str, PictureFile]
    made: Converted = field(default_factory=Converted)
    translations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def lost(self, code: str, **detail: object) -> None:
        """Note that something of the question does not come along."""
        self.made.lost(code, **detail)

    def texts(self, said: Said) -> dict[str, str]:
        """Return a text as HTML by language; '' is the first one or the only one."""
        by_language = apart(said.text)
        if not by_language:
            return {"": self.html(said)}
        made = {
            language: self.html(Said(text, said.format, said.files))
            for language, text in by_language.items()
        }
        first, *others = made
        return {"": made[first], **{each: made[each] for each in others}}

    def html(self, said: Said) -> str:
        """Return a text as HTML that an item may hold."""
        if len(said.text) > LONGEST_SAID:
            raise RefusedQuestionError("text_too_long", "text", most=LONGEST_SAID)
        files = {**self.files, **said.files}
        if said.format == "plain":
            return with_formulas(said.text).replace("\n", "<br>")
        if said.format == "markdown":
            marked = marked_up_blocks(said.text)
            for pattern, element in MARKDOWN:
                marked = pattern.sub(element, marked)
            return marked
        if said.format == "moodle" and not has_elements(said.text):
            return with_formulas(html.unescape(said.text)).replace("\n", "<br>")
        return converted(said.text, files, self.made)

    def stem(self, said: Said | None = None, change: Callable[[str], str] = str) -> str:
        """Return the stem; its other languages stand aside as translations."""
        texts = self.texts(self.question.stem if said is None else said)
        for language, text in texts.items():
            if language:
                self.translations.setdefault(language, {})["stem"] = as_stem(change(text))
        return as_stem(change(texts[""]))

    def listed(
        self, name: str, said: Sequence[Said], ids: Sequence[str] = IDS
    ) -> list[dict[str, Any]]:
        """Return options, or a column of a match, with their ids."""
        rows = []
        for place, (each, one) in enumerate(zip(ids, said, strict=False)):
            texts = {language: as_line(text) for language, text in self.texts(one).items()}
            rows.append({"id": each, "content": texts.pop("")})
            for language, text in texts.items():
                entries = self.translations.setdefault(language, {}).setdefault(name, [])
                entries.append({"id": ids[place], "content": text})
        return rows

    def options(self, said: Sequence[Said]) -> list[dict[str, Any]]:
        """Return the options of a choice; those that speak of the others keep their places."""
        named = self.question.tagged("fixed")
        return [
            {
                **row,
                "fixed": row["id"] in named.split()
                if named is not None
                else self.question.facts.get("is_shuffled", True) is False
                or is_about_others(plain(row["content"])),
            }
            for row in self.listed("options", said)
        ]

    def judged(self) -> list[dict[str, Any]]:
        """Return the options of a judgement in the language of the stem."""
        told = (self.question.tagged("judged") or "").split(" / ")
        words = JUDGED["zh" if HAN.search(self.question.stem.text) else ""]
        words = (told[0], told[1]) if len(told) == len(words) else words
        return [
            {"id": letter, "content": text, "fixed": True}
            for letter, text in zip("AB", words, strict=True)
        ]

    def content(self, **facts: Any) -> dict[str, Any]:
        """Return a content with its translations."""
        said = {name: texts for name, texts in self.translations.items() if texts}
        return {**facts, "translations": said} if said else facts

    def explanation(self) -> str:
        """Return the general feedback and that of the answers as plain text."""
        lines = [self.plain(self.question.feedback)]
        for answer in self.question.answers:
            words = self.plain(answer.feedback)
            if words:
                about = self.plain(answer.said)
                lines.append(f"{about}: {words}" if about else words)
        return "\n".join(line for line in lines if line)

    def plain(self, said: Said) -> str:
        """Return a text as plain text; pictures in it are told as lost."""
        aside = Making(self.question, self.files)
        text = plain(aside.texts(said)[""])
        if aside.made.pictures:
            self.lost("explanation_picture_not_kept")
        for code, detail in aside.made.losses:
            self.lost(code, **detail)
        return text


def plain(text: str) -> str:
    r"""Return HTML as plain text, formulas between ``$``.

    Examples
    --------
    >>> plain('<p>a &lt; b</p><p><u>c</u></p>')
    'a < b\nc'
    """
    marked = FORMULA.sub(lambda found: f"${found[1]}$", text)
    marked = re.sub(r"<br>|</(p|li|tr)>", "\n", marked)
    lines = html.unescape(re.sub(r"<[^>]+>", "", marked)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def part_code(name: str, longest: int = 32) -> str:
    """Return a name as a code of a range; a changed one keeps apart by its hash.

    Examples
    --------
    >>> part_code("Ohm's law"), part_code("电工 基础")
    ('Ohm_s_law_5030b7', '电工_基础')
    """
    code = re.sub(r"[^\w]+", "_", name).strip("_")
    if code == re.sub(r"\s+", "_", name.strip()) and 0 < len(code) <= longest:
        return code
    return f"{code[: longest - 7]}_{digest(name)[:6]}".strip("_")


def digest(*texts: str) -> str:
    """Return what names texts."""
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
