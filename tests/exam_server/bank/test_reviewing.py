"""Review: nobody approves an own item; what is sent back waits until it is changed."""

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank.listing import ItemFilter, items_in
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.reviewing import approve, said_of, send_back, sent_back_to, waiting_in
from exam_server.bank.writing import change_item, create_item
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from tests.factories import NOW, actor_of, make_blueprint, make_organization, make_person
from tests.written_items import draft


def desk(db: Session) -> tuple[Actor, Actor, Blueprint, Item]:
    """Return a writer who also reviews, a reviewer, their bank and a draft of the writer's."""
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    writer = actor_of(make_person(db, "item_writer", "reviewer", organization=organization))
    reviewer = actor_of(make_person(db, "reviewer", organization=organization))
    return writer, reviewer, blueprint, create_item(db, writer, blueprint, "", draft(), now=NOW)


def waiting(db: Session, blueprint: Blueprint) -> list[str]:
    listed = items_in(db, blueprint, ItemFilter(review="waiting"))
    return [line.code for line in listed.lines]


def test_somebody_else_makes_a_draft_active(db: Session) -> None:
    _, reviewer, blueprint, item = desk(db)
    assert waiting(db, blueprint) == [item.code]
    approve(db, reviewer, item, seen_version=1, now=NOW)
    assert item.state == "active"
    assert waiting(db, blueprint) == []
    assert [said.outcome for said in said_of(db, item)] == ["approved"]


def test_an_author_cannot_approve_the_own_item_nor_one_changed_by_another(db: Session) -> None:
    writer, reviewer, blueprint, item = desk(db)
    with pytest.raises(NotAllowedError, match="own_item"):
        approve(db, writer, item, seen_version=1, now=NOW)
    other = actor_of(make_person(db, "item_writer"))
    change_item(db, other, item, draft(), seen_version=1, now=NOW)
    with pytest.raises(NotAllowedError, match="own_item"):
        approve(db, writer, item, seen_version=2, now=NOW)
    assert waiting_in(db, reviewer) == {blueprint.id: 1}
    assert waiting_in(db, writer) == {}


def test_a_version_that_the_reviewer_has_not_seen_is_not_approved(db: Session) -> None:
    writer, reviewer, _, item = desk(db)
    change_item(db, writer, item, draft(), seen_version=1, now=NOW)
    with pytest.raises(ConflictError, match="item_changed_meanwhile"):
        approve(db, reviewer, item, seen_version=1, now=NOW)
    assert item.state == "draft"


def test_sending_back_needs_a_comment_that_the_writer_sees(db: Session) -> None:
    writer, reviewer, blueprint, item = desk(db)
    with pytest.raises(InvalidInputError, match="comment_missing"):
        send_back(db, reviewer, item, seen_version=1, now=NOW, comment=" ")
    send_back(db, reviewer, item, seen_version=1, now=NOW, comment="选项 A 有歧义")
    assert waiting(db, blueprint) == []
    assert sent_back_to(db, writer) == {blueprint.id: 1}
    assert said_of(db, item)[0].comment == "选项 A 有歧义"
    change_item(db, writer, item, draft(), seen_version=1, now=NOW)
    assert waiting(db, blueprint) == [item.code]
    assert sent_back_to(db, writer) == {}


def test_a_reviewer_of_another_organization_may_not(db: Session) -> None:
    _, _, _, item = desk(db)
    stranger = actor_of(make_person(db, "reviewer"))
    with pytest.raises(NotAllowedError, match="reviewer_only"):
        approve(db, stranger, item, seen_version=1, now=NOW)


def test_an_active_item_cannot_be_sent_back(db: Session) -> None:
    _, reviewer, _, item = desk(db)
    approve(db, reviewer, item, seen_version=1, now=NOW)
    with pytest.raises(ConflictError, match="state_not_possible"):
        send_back(db, reviewer, item, seen_version=1, now=NOW, comment="再改")
