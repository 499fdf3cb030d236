"""One question of Moodle's XML being written: texts in all languages, pictures, plain fields."""

import base64
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from itembank.interchange.moodle.multilingual import together
from itembank.interchange.own_paths import Path
from itembank.interchange.report import PictureFile

PICTURE: Final = re.compile(r"media:([0-9a-f]{64})")
FORMULA: Final = re.compile(r'<(span|div)\b[^>]*?\bdata-latex="([^"]*)"[^>]*></\1>')
BLANK: Final = re.compile(r'<span\b[^>]*?\bdata-blank="([\w-]+)"[^>]*></span>')
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CLOZE_SIGNS: Final = re.compile(r'([~}#/"\\*])')


@dataclass(frozen=True)
class OutItem:
    """An item on its way out; an empty key leaves it without right answers."""

    code: str
    path: Path
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    difficulty: int = 3
    explanation: str = ""
    explanations: Mapping[str, str] = field(default_factory=dict)
    state: str = "active"
    language: str = "zh_Hans_CN"


@dataclass
class Writing:
    """One question being written: the item or part it is of, and the pictures there are."""

    item: OutItem
    pictures: Mapping[str, PictureFile]
    element: Element
    tags: list[str] = field(default_factory=list)

    def text(
        self, parent: Element, name: str, shown: str | Mapping[str, str], **facts: str
    ) -> Element:
        """Add a text in HTML, with the files of its pictures."""
        whole = shown if isinstance(shown, str) else together(shown)
        made = SubElement(parent, name, {"format": "html", **facts})
        SubElement(made, "text").text = UNWRITABLE.sub("", moodle_html(whole, self.pictures))
        for digest in dict.fromkeys(PICTURE.findall(whole)):
            if digest in self.pictures:
                self.file(made, digest)
        return made

    def file(self, parent: Element, digest: str) -> None:
        """Add a picture's file."""
        picture = self.pictures[digest]
        facts = {"name": _file_name(digest, picture), "path": "/", "encoding": "base64"}
        file = SubElement(parent, "file", facts)
        file.text = base64.b64encode(picture.body).decode("ascii")

    def plain(self, name: str, text: str) -> None:
        """Add a field of plain text."""
        SubElement(self.element, name).text = UNWRITABLE.sub("", text)

    def answer(self, fraction: str, shown: str | Mapping[str, str]) -> Element:
        """Add an answer that is worth so many per cent."""
        return self.text(self.element, "answer", shown, fraction=fraction)


def languages_said(item: OutItem, say: Callable[[Mapping[str, Any]], str]) -> dict[str, str]:
    """Return what is said in each language; one without words of its own is left out."""
    own = {item.language: _with_cloze(item, say(item.content))}
    for language, texts in (item.content.get("translations") or {}).items():
        if said := say(texts):
            own[language] = _with_cloze(item, said)
    return own


def row_said(item: OutItem, name: str, row_id: str) -> dict[str, str]:
    """Return what a row, such as an option, says in each language."""

    def say(content: Mapping[str, Any]) -> str:
        found = [each for each in content.get(name) or [] if each.get("id") == row_id]
        return str(found[0].get("content", "")) if found else ""

    return languages_said(item, say)


def _with_cloze(item: OutItem, text: str) -> str:
    """Return a text whose blanks are embedded questions."""
    if item.type != "text_entry":
        return text
    accepted = item.key.get("blanks", {})
    kind = "SHORTANSWER_C" if item.key.get("case_sensitive") else "SHORTANSWER"

    def field_of(found: re.Match[str]) -> str:
        texts = accepted.get(found[1]) or [""]
        answers = "~".join(
            f"={CLOZE_SIGNS.sub(_escaped, html.escape(each, quote=False))}" for each in texts
        )
        return f"{{1:{kind}:{answers}}}"

    return BLANK.sub(field_of, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def moodle_html(text: str, pictures: Mapping[str, PictureFile]) -> str:
    """Return HTML as Moodle shows it: formulas in TeX, pictures by their files."""
    shown = FORMULA.sub(lambda found: f"\\({found[2]}\\)", text)

    def address(found: re.Match[str]) -> str:
        picture = pictures.get(found[1])
        return f"@@PLUGINFILE@@/{_file_name(found[1], picture)}" if picture else found[0]

    return PICTURE.sub(address, shown)


def _file_name(digest: str, picture: PictureFile | None) -> str:
    ending = picture.mime.rpartition("/")[2].replace("jpeg", "jpg") if picture else "png"
    return f"{digest[:24]}.{ending}"
