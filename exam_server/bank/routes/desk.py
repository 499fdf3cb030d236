"""The desk that all pages of the bank stand under, and what several of them show."""

from typing import Any

from flask import Blueprint as Desk
from flask import url_for
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import service
from exam_server.bank.listing import ItemFilter
from exam_server.bank.models import Blueprint, Item
from itembank.items.registry import TYPES

desk = Desk("bank", __name__, url_prefix="/bank")
READERS = service.READERS


def rights_in(actor: Actor, blueprint: Blueprint) -> dict[str, bool]:
    """Return what somebody may do in a bank, for its pages."""
    at = blueprint.organization_id
    return {
        "may_act": actor.may(*READERS, organization_id=at),
        "may_write": actor.may("item_writer", organization_id=at),
        "may_review": actor.may("reviewer", organization_id=at),
        "may_plan": actor.may("item_writer", "exam_officer", organization_id=at),
        "may_keep": actor.may("exam_officer", organization_id=at),
        "may_see_keys": actor.may("item_writer", "reviewer", organization_id=at),
    }


def bank_address(blueprint: Blueprint, wanted: ItemFilter, **more: Any) -> str:
    """Return the address of a bank's page with a filter."""
    return url_for("bank.bank_page", uid=blueprint.uid, **wanted.query(**more))


def type_names() -> list[str]:
    """Return the names of all item types."""
    return list(TYPES)


def item_of(db: Session, actor: Actor, blueprint: Blueprint, uid: str | None) -> Item | None:
    """Return the item an address names, if it is one of the bank's."""
    if not uid:
        return None
    item = service.item_for(db, actor, uid)
    return item if item.blueprint_id == blueprint.id else None
