"""An item as the editor posts it: every part of its shape checked before a rule looks at it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from exam_server.bank.writing import ItemDraft
from exam_server.inputs import In
from itembank.items.choices import BY_OPTION
from itembank.items.languages import LANGUAGE

LONGEST_HTML = 60_000
LONGEST_TEXT = 4_000
MOST = 40
Html = Annotated[str, Field(max_length=LONGEST_HTML)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^\w+$")]
Tag = Annotated[str, Field(max_length=16, pattern=rf"^{LANGUAGE.pattern}$")]
Pixels = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


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


class ContentIn(Shape):
    """What an item of any type may say."""

    stem: Html = ""
    options: list[SaidIn] = Field(default=[], max_length=MOST)
    blanks: list[BlankIn] = Field(default=[], max_length=MOST)
    unit: Text | None = None
    left: list[SaidIn] = Field(default=[], max_length=MOST)
    right: list[SaidIn] = Field(default=[], max_length=MOST)
    reuse: bool = False
    picture: Annotated[str, Field(pattern=r"^(media:[0-9a-f]{64})?$")] = ""
    alt: Text = ""
    width: Pixels = 0
    height: Pixels = 0
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


class KeyIn(Shape):
    """What may be right in an item of any type."""

    correct: list[Name] = Field(default=[], max_length=MOST)
    value: Text = ""
    tolerance: Text = "0"
    tolerance_mode: Literal["absolute", "relative"] = "absolute"
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


# What each type's content and key hold; nothing else of what was posted is kept.
CONTENT: dict[str, tuple[str, ...]] = {
    "matching": ("stem", "left", "right", "reuse"),
    "ordering": ("stem", "options"),
    "hotspot": ("stem", "picture", "alt", "width", "height"),
    "item_set": ("stem", "parts"),
}
USUAL_CONTENT = ("stem", "options", "blanks", "unit")
KEYS: dict[str, tuple[str, ...]] = {
    "single": ("correct",),
    "multiple": ("correct",),
    "true_false": ("correct",),
    "numeric": ("value", "tolerance", "tolerance_mode"),
    "text_entry": ("blanks", "case_sensitive"),
    "matching": ("pairs",),
    "ordering": ("order",),
    "hotspot": ("areas",),
    "item_set": ("parts",),
}


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
    made = {field: given.get(field) for field in CONTENT.get(name, USUAL_CONTENT)}
    if name == "matching":
        sides = ("left", "right")
        made |= {side: [_plain(each) for each in getattr(content, side)] for side in sides}
        if not content.reuse:
            del made["reuse"]
    if name == "item_set":
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
    made = {field: given[field] for field in KEYS.get(name, ()) if field in given}
    if key.policy:
        made["policy"] = key.policy
    if key.policy == BY_OPTION:
        made["points"] = given["points"]
    if name == "item_set":
        made["parts"] = {
            part.id: stored_key(part.type, key.parts.get(part.id, KeyIn()), part)
            for part in content.parts
        }
    return made


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
    if name == "item_set":
        parts = [{"id": part.id, **_translated("", part)} for part in said.parts or []]
        made |= {"parts": [part for part in parts if len(part) > 1]} if parts else {}
    return {field: value for field, value in made.items() if value}
