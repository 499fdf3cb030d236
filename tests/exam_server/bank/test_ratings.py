"""Experts' ratings: blind until one's own is in, of others' items, bound to what was asked."""

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import bulk, ratings
from exam_server.bank.listing import ItemFilter
from exam_server.bank.ratings import RatingIn, agreement_in, next_to_rate, rate, ratings_of
from exam_server.bank.work_models import ItemRating
from exam_server.bank.writing import create_item
from exam_server.db import Database
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from tests.exam_server.bank.test_routes import make_bank, reviewer_at, write
from tests.exam_server.bank.test_stamps import OTHER_STEM
from tests.exam_server.bank.test_stamps import Desk as Bank
from tests.factories import NOW
from tests.staff import desk_of
from tests.written_items import draft


def say(bank: Bank, who: Actor, congruence: int = 4, difficulty: int = 3) -> ItemRating:
    said = RatingIn(congruence, difficulty)
    return rate(bank.db, who, bank.item, said, seen_version=bank.item.version_number, now=NOW)


def test_nobody_sees_the_others_before_the_own_is_in(db: Session) -> None:
    bank = Bank(db)
    first, second, third = bank.reviewers
    say(bank, first, congruence=2)
    hidden = ratings_of(db, second, bank.item)
    assert (hidden.n, hidden.is_hidden, hidden.congruence, list(hidden.given)) == (
        1,
        True,
        None,
        [],
    )
    assert ratings.rated_items(db, second, bank.blueprint) == []
    say(bank, second, congruence=3)
    open_ones = ratings_of(db, second, bank.item)
    assert ([each.congruence for each in open_ones.given], open_ones.congruence) == ([2, 3], 2.5)
    assert open_ones.is_low
    assert ratings_of(db, third, bank.item).is_hidden
    assert [each.is_low for each in ratings.rated_items(db, bank.officer, bank.blueprint)] == [True]


def test_a_rating_is_of_anothers_item_complete_and_given_once(db: Session) -> None:
    bank = Bank(db)
    with pytest.raises(NotAllowedError, match="own_item"):
        say(bank, bank.writer)
    with pytest.raises(NotAllowedError, match="reviewer_only"):
        say(bank, bank.officer)
    with pytest.raises(InvalidInputError, match="rating_wrong") as refused:
        say(bank, bank.reviewers[0], congruence=0, difficulty=6)
    assert [each.where for each in refused.value.problems] == ["congruence", "difficulty"]
    say(bank, bank.reviewers[0])
    with pytest.raises(ConflictError, match="rated_already"):
        say(bank, bank.reviewers[0])
    assert next_to_rate(db, bank.writer, bank.blueprint, ItemFilter()) == (None, 0)


def test_a_rating_stands_while_the_item_asks_the_same(db: Session) -> None:
    bank = Bank(db)
    say(bank, bank.reviewers[0])
    other = bulk.Wanted("difficulty", difficulty=5, uids=(bank.item.uid,))
    bulk.act_on(db, bank.writer, bank.blueprint, other, now=NOW)
    db.expire_all()
    assert ratings_of(db, bank.officer, bank.item).n == 1
    bank.edit(content=OTHER_STEM)
    db.expire_all()
    assert ratings_of(db, bank.officer, bank.item).n == 0
    assert next_to_rate(db, bank.reviewers[0], bank.blueprint, ItemFilter()) == (bank.item, 1)


@pytest.mark.parametrize(("n_raters", "kind"), [(2, "kappa"), (3, "icc")])
def test_agreement_of_a_bank(db: Session, n_raters: int, kind: str) -> None:
    bank = Bank(db)
    rng = np.random.default_rng(3)
    assert agreement_in(db, bank.blueprint) is None
    for place in range(12):
        bank.item = create_item(db, bank.writer, bank.blueprint, "", draft(), now=NOW)
        for who in bank.reviewers[:n_raters]:
            say(bank, who, congruence=1 + place % 5, difficulty=int(rng.integers(1, 6)))
    found = agreement_in(db, bank.blueprint)
    assert found is not None
    assert (found.kind, found.congruence.value, found.congruence.n) == (kind, 1.0, 12)
    assert found.difficulty.low < found.difficulty.value < found.difficulty.high < 1


def test_pages_rate_item_after_item(client: FlaskClient, sqlite_database: Database) -> None:
    desk = desk_of(client, sqlite_database, "item_writer")
    bank = make_bank(desk)
    uids = [write(desk, bank)["uid"] for _ in "12"]
    assert client.get(f"{bank}/rate").status_code == 403
    reviewer_at(desk)
    assert uids[0] in client.get(f"{bank}/rate").text
    address = f"/bank/items/{uids[0]}/rate"
    refused = client.post(address, data={"seen_version": "1", "congruence": "4"})
    assert refused.status_code == 422
    sent = {"seen_version": "1", "congruence": "4", "difficulty": "2"}
    following = client.post(address, data=sent, follow_redirects=True)
    assert uids[1] in following.text
    assert client.post(address, data=sent).status_code == 409
    for page in (f"{bank}/ratings", f"/bank/items/{uids[0]}", address):
        assert client.get(page).status_code == 200
    with desk.database.reading() as db:
        assert db.scalars(select(ItemRating.congruence)).all() == [4]
