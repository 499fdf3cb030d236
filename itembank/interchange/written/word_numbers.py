"""Numbers that Word makes itself: what stands before a paragraph of a numbered list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHINESE: Final = "一二三四五六七八九十"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HIGHEST: Final = 9  # levels of a list
Level = tuple[str, str, int]  # format, text such as "%1.", first number


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    levels: Mapping[tuple[str, int], Level] = field(default_factory=dict)
    counted: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element | None) -> "Numbering":
        """Return the lists that ``numbering.xml`` describes."""
        if root is None:
            return cls()
        kinds = {
            each.get(f"{W}abstractNumId", ""): _levels(each)
            for each in root.findall(f"{W}abstractNum")
        }
        levels: dict[tuple[str, int], Level] = {}
        for number in root.findall(f"{W}num"):
            kind = number.find(f"{W}abstractNumId")
            name = "" if kind is None else kind.get(f"{W}val", "")
            for place, level in kinds.get(name, {}).items():
                levels[number.get(f"{W}numId", ""), place] = level
        return cls(levels)

    def label(self, paragraph: Element) -> str:
        """Return a paragraph's number as it is shown, and count it."""
        found = paragraph.find(f"{W}pPr/{W}numPr")
        if found is None:
            return ""
        numbers, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
        name = "" if numbers is None else numbers.get(f"{W}val", "")
        said = "0" if level is None else level.get(f"{W}val", "0")
        place = int(said) if said.isdecimal() and int(said) < HIGHEST else 0
        if (name, place) not in self.levels:
            return ""
        return self._counted(name, place)

    def _counted(self, name: str, place: int) -> str:
        form, text, first = self.levels[name, place]
        here = self.counted.get((name, place), first - 1) + 1
        self.counted[name, place] = here
        for deeper in range(place + 1, HIGHEST):
            self.counted.pop((name, deeper), None)
        shown = text.replace(f"%{place + 1}", _written(here, form))
        for higher in range(place):
            above = self.levels.get((name, higher), ("decimal", "", 1))
            number = self.counted.get((name, higher), above[2])
            shown = shown.replace(f"%{higher + 1}", _written(number, above[0]))
        return f"{shown} " if form != "bullet" else ""


def _levels(kind: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for each in kind.findall(f"{W}lvl"):
        place = each.get(f"{W}ilvl", "0")
        if place.isdecimal():
            found[int(place)] = (
                _said(each, "numFmt", "decimal"),
                _said(each, "lvlText", f"%{int(place) + 1}."),
                int(first) if (first := _said(each, "start", "1")).isdecimal() else 1,
            )
    return found


def _said(each: Element, name: str, usual: str) -> str:
    found = each.find(f"{W}{name}")
    return usual if found is None else found.get(f"{W}val", usual)


def _written(number: int, form: str) -> str:
    """Return a number as a list shows it.

    Examples
    --------
    >>> _written(2, "upperLetter"), _written(12, "chineseCountingThousand"), _written(3, "decimal")
    ('B', '十二', '3')
    """
    if form in {"upperLetter", "lowerLetter"} and 1 <= number <= len(LETTERS):
        letter = LETTERS[number - 1]
        return letter if form == "upperLetter" else letter.lower()
    if "hinese" in form or "ideograph" in form or form == "japaneseCounting":
        tens, ones = divmod(number, 10)
        if not 0 < number < 100:  # noqa: PLR2004 - two digits
            return str(number)
        before = CHINESE[tens - 1] if tens > 1 else ""
        return f"{before}{'十' if tens else ''}{CHINESE[ones - 1] if ones else ''}"
    return str(number)
