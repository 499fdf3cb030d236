"""An item as the editor posts it: every part of its shape checked before a rule looks at it."""

import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from exam_server.bank.writing import ItemDraft
from exam_server.inputs import In
from itembank.items.choices import BY_OPTION
from itembank.items.item_types import About
from itembank.items.languages import LANGUAGE
from itembank.items.registry import TYPES

LONGEST_HTML = 60_000
LONGEST_TEXT = 4_000
MOST = 40
LONGEST_OWN = 200_000  # of a field that only its type knows, as JSON
NO_TYPE: Final = About("", {}, {}, ("stem",), ())
Html = Annotated[str, Field(max_length=LONGEST_HTML)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^\w+$")]
Tag = Annotated[str, Field(max_length=16, pattern=rf"^{LANGUAGE.pattern}$")]
Pixels = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=0, le=100_000)]


class Shape(BaseModel):
    """Base of what an item is made of; texts are kept as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SaidIn(Shape):
    """An option, or one side of a match."""

    id: Name
    content: Html = ""
    fixed: bool = False


class BlankIn(Shape):
    """A blank of the stem."""

    id: Name


class TranslationIn(Shape):
    """What an item says in another language; what is left out is shown in the first one."""

    stem: Html | None = None
    options: list[SaidIn] | None = Field(default=None, max_length=MOST)
    left: list[SaidIn] | None = Field(default=None, max_length=MOST)
    right: list[SaidIn] | None = Field(default=None, max_length=MOST)
    alt: Text | None = None
    unit: Text | None = None
    parts: list["TranslatedPartIn"] | None = Field(default=None, max_length=MOST)


class TranslatedPartIn(TranslationIn):
    """A part of an item set in another language."""

    id: Name


class OpenShape(Shape):
    """A shape that also takes the fields that some item type names as its own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name, value in (self.__pydantic_extra__ or {}).items():
            if not any(name in (*each.ABOUT.content, *each.ABOUT.key) for each in TYPES.values()):
                raise PydanticCustomError("extra_forbidden", "unknown field")
            if len(json.dumps(value)) > LONGEST_OWN:
                raise PydanticCustomError("string_too_long", "too long")
        return self


class ContentIn(OpenShape):
    """What an item of any type may say; fields of one type only come as they are."""

    stem: Html = ""
    options: list[SaidIn] = Field(default=[], max_length=MOST)
    blanks: list[BlankIn] = Field(default=[], max_length=MOST)
    unit: Text | None = None
    left: list[SaidIn] = Field(default=[], max_length=MOST)
    right: list[SaidIn] = Field(default=[], max_length=MOST)
    reuse: bool = False
    picture: Annotated[str, Field(pattern=r"^(media:[0-9a-f]{64})?$")] = ""
    alt: Text = ""
    width: Side = 0
    height: Side = 0
    parts: list["PartIn"] = Field(default=[], max_length=MOST)
    translations: dict[Tag, TranslationIn] = {}


class PartIn(ContentIn):
    """A part of an item set."""

    id: Name
    type: Name
    mark_share: Annotated[str, Field(max_length=16)] = "1"


class AreaIn(Shape):
    """An area of a picture that is right."""

    shape: Literal["circle", "rect", "poly"]
    coords: list[Pixels] = Field(max_length=200)


class KeyIn(OpenShape):
    """What may be right in an item of any type."""

    correct: list[Name] = Field(default=[], max_length=MOST)
    value: Text = ""
    tolerance: Text = "0"
    tolerance_mode: Literal["absolute", "relative", "range"] = "absolute"
    blanks: dict[Name, list[Text]] = {}
    case_sensitive: bool = False
    pairs: list[tuple[Name, Name]] = Field(default=[], max_length=MOST * MOST)
    order: list[Name] = Field(default=[], max_length=MOST)
    areas: list[AreaIn] = Field(default=[], max_length=MOST)
    policy: Annotated[str, Field(max_length=32)] | None = None
    points: dict[Name, Annotated[str, Field(max_length=16)]] = {}
    parts: dict[Name, "KeyIn"] = {}


class ItemIn(In):
    """An item as posted: a new one, or a new version of what the writer saw."""

    type: str
    point: str = ""
    code: Annotated[str, Field(max_length=64)] = ""
    content: ContentIn
    key: KeyIn
    difficulty: int = Field(default=3, ge=1, le=5)
    explanation: Text = ""
    explanations: dict[Tag, Text] = Field(default_factory=dict)
    seen_version: int = 0


def draft_of(sent: ItemIn) -> ItemDraft:
    """Return what was posted as a draft."""
    return ItemDraft(
        point=sent.point,
        type=sent.type,
        content=stored_content(sent.type, sent.content),
        key=stored_key(sent.type, sent.key, sent.content),
        difficulty=sent.difficulty,
        explanation=sent.explanation.strip(),
        explanations={tag: text.strip() for tag, text in sent.explanations.items() if text.strip()},
    )


def stored_content(name: str, content: ContentIn) -> dict[str, Any]:
    """Return a content with exactly what its type holds."""
    given = content.model_dump(exclude={"parts", "translations"})
    made = {field: given[field] for field in _about(name).content if field in given}
    for side in {"left", "right"} & made.keys():
        made[side] = [_plain(each) for each in getattr(content, side)]
    if not made.get("reuse", True):
        del made["reuse"]
    if _about(name).has_parts:
        made["parts"] = [_stored_part(part) for part in content.parts]
    said = {
        language: _translated(name, each)
        for language, each in content.translations.items()
        if _translated(name, each)
    }
    return {**made, "translations": said} if said else made


def stored_key(name: str, key: KeyIn, content: ContentIn) -> dict[str, Any]:
    """Return a key with exactly what its type holds."""
    given = key.model_dump(exclude={"parts"}, mode="json")
    made = {field: given[field] for field in _about(name).key if field in given}
    if not key.policy:
        made.pop("policy", None)
    if key.policy != BY_OPTION:
        made.pop("points", None)
    if _about(name).has_parts:
        made["parts"] = {
            part.id: stored_key(part.type, key.parts.get(part.id, KeyIn()), part)
            for part in content.parts
        }
    return made


def _about(name: str) -> About:
    """Return what a type says of itself; of one that is none, that it holds a stem."""
    return TYPES[name].ABOUT if name in TYPES else NO_TYPE


def _stored_part(part: PartIn) -> dict[str, Any]:
    own = {"id": part.id, "type": part.type, "mark_share": part.mark_share}
    return {**own, **stored_content(part.type, part)}


def _plain(said: SaidIn) -> dict[str, str]:
    return {"id": said.id, "content": said.content}


def _translated(name: str, said: TranslationIn) -> dict[str, Any]:
    """Return a translation without what it leaves out; empty when it says nothing."""
    made: dict[str, Any] = {}
    for field in ("stem", "alt", "unit"):
        if getattr(said, field):
            made[field] = getattr(said, field)
    for field in ("options", "left", "right"):
        given = [_plain(each) for each in getattr(said, field) or [] if each.content]
        if given:
            made[field] = given
    if _about(name).has_parts:
        parts = [{"id": part.id, **_translated("", part)} for part in said.parts or []]
        made |= {"parts": [part for part in parts if len(part) > 1]} if parts else {}
    return {field: value for field, value in made.items() if value}
