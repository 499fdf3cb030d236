"""Bodies of forms made and sealed for an exam session; a seat sees this and nothing else."""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.forms.custody import Held, HeldItem, form_items, said_by, seen_digest
from exam_server.forms.models import Form, PaperStructure, PreparedForm, SealedForm
from exam_server.forms.notices import notices_of
from exam_server.forms.sealing import KEY_LENGTH, seal, sha256_of, wrap_key
from exam_server.forms.titles import section_titles
from itembank.items.languages import changed
from itembank.items.registry import seat_view
from itembank.items.shapes import part_marks

KEY_ID = "secret-1"
FORMULA = "data-latex"
MEDIA = re.compile(r"media:([0-9a-f]{64})")


@dataclass(frozen=True)
class Releasing:
    """For which exam session, by whom, under which secret and when forms are sealed."""

    exam_session_id: int
    exam_session_uid: str
    by: int | None
    secret: bytes
    now: datetime


def sealed_form(db: Session, form_id: int, releasing: Releasing) -> SealedForm:
    """Return the sealed row of one form."""
    body = form_body(db, form_id, exam_session_uid=releasing.exam_session_uid)
    return SealedForm(
        exam_session_id=releasing.exam_session_id,
        form_id=form_id,
        **prepared(body, releasing.secret),
        released_at=releasing.now,
        released_by=releasing.by,
    )


class Bodies:
    """Bodies of many forms of one paper: what an item shows is made once for all of them."""

    def __init__(
        self, db: Session, structure: PaperStructure, held: Sequence[Held], exam_session_uid: str
    ) -> None:
        items = said_by(db, held)
        pictures = _pictures(db, structure.blueprint.organization_id, items)
        self._shown = {(each.item_version.id, each.mark): _item(each, pictures) for each in items}
        self._language, self._asked = structure.blueprint.language, structure.demand["sections"]
        self._head = {"exam_session": exam_session_uid, "title": structure.title}
        self._structure = structure

    def body(self, form_uid: str, held: Sequence[Held]) -> dict[str, Any]:
        """Return what a seat may see of a form of these items."""
        return {
            "form": form_uid,
            **self._head,
            "language": self._language,
            **_told(self._structure, held),
            "sections": _sections(self._asked, held, self._language),
            "items": [
                {**self._shown[each.item_version_id, each.mark], "position": each.position}
                for each in held
            ],
        }


def prepared(body: dict[str, Any], secret: bytes) -> dict[str, Any]:
    """Return a body sealed before its release: the columns that both kinds of rows have."""
    key = secrets.token_bytes(KEY_LENGTH)
    sealed = seal(body, key)
    return {
        "body": sealed,
        "sha256": sha256_of(sealed),
        "has_formulas": FORMULA in str(body["items"]),
        "wrapped_key": wrap_key(key, secret, key_id=KEY_ID),
        "key_id": KEY_ID,
    }


def release_prepared(db: Session, releasing: Releasing) -> None:
    """Make the prepared bodies of an exam session those that seats get; no body is copied."""
    kept = ("exam_session_id", "form_id", "sha256", "has_formulas", "wrapped_key", "key_id")
    chosen = select(
        *(getattr(PreparedForm, name) for name in kept),
        literal(releasing.now, SealedForm.released_at.type),
        literal(releasing.by, SealedForm.released_by.type),
    ).where(PreparedForm.exam_session_id == releasing.exam_session_id)
    names = [*kept, "released_at", "released_by"]
    db.execute(insert(SealedForm).from_select(names, chosen, include_defaults=False))


def body_of(db: Session, sealed: SealedForm) -> bytes:
    """Return the sealed body of a released form."""
    if sealed.body is not None:
        return sealed.body
    return db.get_one(PreparedForm, (sealed.exam_session_id, sealed.form_id)).body


def form_body(db: Session, form_id: int, *, exam_session_uid: str) -> dict[str, Any]:
    """Return what a seat may see of a form: no keys, nothing of other items."""
    form = db.get_one(Form, form_id)
    items = form_items(db, form)
    structure = form.run.paper_structure
    language = structure.blueprint.language
    pictures = _pictures(db, structure.blueprint.organization_id, items)
    return {
        "form": form.uid,
        "exam_session": exam_session_uid,
        "title": structure.title,
        "language": language,
        **_told(structure, items),
        "sections": _sections(structure.demand["sections"], items, language),
        "items": [_item(item, pictures) for item in items],
    }


def shown_items(
    db: Session, organization_id: int, items: Sequence[HeldItem]
) -> list[dict[str, Any]]:
    """Return what a seat may see of items that stand in no form: no keys."""
    pictures = _pictures(db, organization_id, items)
    return [_item(item, pictures) for item in items]


def form_digest(db: Session, form_id: int, *, exam_session_uid: str) -> str:
    """Return a keyed hash over the RFC 8785 JSON of a form's body: what would be sealed now."""
    body = form_body(db, form_id, exam_session_uid=exam_session_uid)
    plain = hashlib.sha256(rfc8785.dumps(body)).hexdigest()
    return seen_digest(db, db.get_one(Form, form_id), plain)


def _told(structure: PaperStructure, items: Sequence[Held | HeldItem]) -> dict[str, Any]:
    """Return what candidates are told of pilot items; nothing says which ones they are."""
    has_pilots = any(each.is_pilot for each in items)
    return {"notices": notices_of(structure.demand)} if has_pilots else {}


def _sections(
    asked: list[dict[str, Any]], items: Sequence[Held | HeldItem], language: str
) -> list[dict[str, Any]]:
    return [
        {
            "title": section_titles(section, language)[language],
            "titles": section_titles(section, language),
            "type": section["type"],
            "mark_each": section["mark"],
            "positions": [item.position for item in items if item.section == number],
        }
        for number, section in enumerate(asked, start=1)
    ]


def _item(item: HeldItem, pictures: dict[str, str]) -> dict[str, Any]:
    asked = item.asked
    view = seat_view(*asked)
    shown = _embedded(changed(view, lambda html: _with_pictures(html, pictures)), pictures)
    if asked.type == "item_set":
        marks = part_marks(asked.content, item.mark)
        for part in shown["parts"]:
            part["mark"] = str(marks[part["id"]])
            del part["mark_share"]
    return {"position": item.position, "type": asked.type, "mark": str(item.mark), **shown}


def _embedded(shown: dict[str, Any], pictures: dict[str, str]) -> dict[str, Any]:
    """Return what is shown with the pictures that a candidate points into."""
    if "picture" in shown:
        shown = {**shown, "picture": _with_pictures(shown["picture"], pictures)}
    if "parts" in shown:
        shown = {**shown, "parts": [_embedded(part, pictures) for part in shown["parts"]]}
    return shown


def _pictures(db: Session, organization_id: int, items: Sequence[HeldItem]) -> dict[str, str]:
    """Return the pictures the items name, as data addresses by ``media:`` name."""
    named = {name for item in items for name in MEDIA.findall(str(item.asked.content))}
    if not named:
        return {}
    chosen = select(Picture.sha256, Picture.mime, Picture.body).where(
        Picture.organization_id == organization_id, Picture.sha256.in_(named)
    )
    return {
        f"media:{row.sha256}": f"data:{row.mime};base64,{base64.b64encode(row.body).decode()}"
        for row in db.execute(chosen)
    }


def _with_pictures(html: str, pictures: dict[str, str]) -> str:
    for name, address in pictures.items():
        html = html.replace(name, address)
    return html
