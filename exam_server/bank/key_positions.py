"""Over which letters the right options of a bank's single choices are spread."""

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Blueprint, Item, ItemVersion
from itembank.key_positions import LETTERS, Position, positions_in

MOST_OPTIONS = len(LETTERS)


def key_positions(db: Session, blueprint: Blueprint) -> list[Position]:
    """Return where the right options of the single choices in use and under way stand."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    right = ItemVersion.key["correct"][0].as_string()
    if db.get_bind().dialect.name == "postgresql":
        size = func.jsonb_array_length(ItemVersion.content["options"], type_=Integer)
    else:
        size = func.json_array_length(ItemVersion.content, "$.options", type_=Integer)
    counted = (
        select(size, right, func.count())
        .join(Item, newest)
        .where(Item.blueprint_id == blueprint.id, Item.type == "single", Item.state != "retired")
        .group_by(size, right)
    )
    return positions_in(
        {
            (n_options, letter): count
            for n_options, letter, count in db.execute(counted)
            if letter in LETTERS[:n_options] and n_options <= MOST_OPTIONS
        }
    )
