"""A question of Moodle as plain data, whichever file it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from itembank.interchange.report import PictureFile

# Of this program: what Moodle has no field for stands in tags such as ``point:A-B-001``.
OWN_TAGS: Final = frozenset(
    (
        "point", "difficulty", "state", "type", "fixed", "policy", "points", "share", "reuse",
        "alt", "set", "part_of", "part", "relative", "judged", "blanks", "left", "right", "ids",
        "order", "units", "calculation",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A text in one of Moodle's formats, with the files it shows by name."""

    text: str = ""
    format: str = "html"  # html, plain, markdown, moodle
    files: Mapping[str, PictureFile] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """An answer and what it earns, in hundredths; ``tolerance`` is a number's."""

    said: Said
    fraction: Decimal
    feedback: Said = Said()
    tolerance: str = ""


@dataclass(frozen=True)
class Question:
    """A question: its kind by Moodle's name, and what that kind has in ``facts``."""

    row: int
    kind: str
    name: str
    stem: Said
    id: str = ""
    answers: tuple[Answer, ...] = ()
    feedback: Said = Said()
    mark: Decimal = Decimal(1)
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def tagged(self, name: str) -> str | None:
        """Return what an own tag says; raises KeyError for a name that is none.

        So that what is read back can never be told as lost beside it.
        """
        if name not in OWN_TAGS:
            raise KeyError(name)
        found = [each.partition(":")[2] for each in self.tags if each.startswith(f"{name}:")]
        return found[0].strip() if found else None

    @property
    def foreign_tags(self) -> list[str]:
        """The tags that another program or a person gave."""
        return [
            tag
            for tag in self.tags
            if not tag.startswith("explanation.")
            and (":" not in tag or tag.partition(":")[0] not in OWN_TAGS)
        ]


class RefusedQuestionError(ValueError):
    """A question that has no counterpart: ``code`` says why."""

    def __init__(self, code: str, where: str = "row", **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.detail = detail
