"""Answers in words (extendedTextInteraction): the rubric for scorers becomes the key.

A rubricBlock for scorers holds the model answer and the rubric, a paragraph a line, as
``written_cells`` reads them.
"""

from typing import Any, Final

from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.parts import Part
from itembank.interchange.qti.values import Maybe
from itembank.items.written import LIMITS, MOST_CHARACTERS, MOST_LINES
from itembank.items.written_cells import read_written_cell

EXTENDED: Final = "extendedTextInteraction"
SHORT: Final = 8  # lines up to which an answer counts as short
KINDS: Final = ("short_answer", "essay")
SCORER: Final = "scorer"


def written_part(root: Element, interaction: Element, declared: Declaration) -> Part:
    """Return an answer in words with its rubric; one criterion where the file has none."""
    said = interaction.get("expectedLines", "0")
    lines = min(int(said), MOST_LINES) if said.isdecimal() else 0
    words = interaction.get("class").split()
    named = [kind for kind in KINDS if kind in words]
    kind = named[0] if named else "short_answer" if 0 < lines <= SHORT else "essay"
    told = _told(root)
    content: dict[str, Any] = {"stem": "", "lines": lines}
    for name, number in (word.rpartition("-")[::2] for word in words):
        if name in LIMITS and number.isdecimal():
            content[name] = min(int(number[:5]), MOST_CHARACTERS)
    return Part(kind, content, read_written_cell(told), _say(declared), [])


def _say(declared: Declaration) -> Any:
    def say(answer: Any) -> dict[str, Maybe]:
        return {declared.name: answer or None}

    return say


def _told(root: Element) -> str:
    for block in root.find("rubricBlock"):
        if SCORER in block.get("view").split():
            children = [each for each in block.children if isinstance(each, Element)]
            return "\n".join(each.text() for each in children) or block.text()
    return ""
