"""Reviews in stages: each another person, approvals bound to the version they were given to."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import bulk, comments, stamps
from exam_server.bank.comments import CommentDraft
from exam_server.bank.key_positions import key_positions
from exam_server.bank.listing import ItemFilter, items_in
from exam_server.bank.models import Blueprint, Item, ItemFigure
from exam_server.bank.reviewing import approve, said_of, send_back, stage_of, waiting_in
from exam_server.bank.service import newest_version
from exam_server.bank.stamps import FlowIn, set_flow, stamps_of
from exam_server.bank.writing import change_item, create_item
from exam_server.errors import ConflictError, InvalidInputError, NotAllowedError
from tests.factories import NOW, actor_of, make_blueprint, make_organization, make_person
from tests.written_items import draft, single

LATER = NOW + timedelta(days=1)
OTHER_STEM = single()["content"] | {"stem": "<p>另一题干</p>"}


class Desk:
    """A bank with three reviews, its writer, officer and three reviewers, and a draft."""

    def __init__(self, db: Session, n_stages: int = 3, rerun: str = "any") -> None:
        self.db = db
        place = make_organization(db)
        self.blueprint: Blueprint = make_blueprint(db, place)

        def person(*roles: str) -> Actor:
            return actor_of(make_person(db, *roles, organization=place))

        self.writer, self.officer = person("item_writer", "reviewer"), person("exam_officer")
        self.reviewers = [person("reviewer") for _ in range(3)]
        self.flow(n_stages, rerun)
        self.item: Item = create_item(db, self.writer, self.blueprint, "", draft(), now=NOW)

    def flow(self, n_stages: int, rerun: str = "any", *, comments_block: bool = True) -> None:
        said = FlowIn(n_stages, rerun, comments_block, "省级题库")
        set_flow(self.db, self.officer, self.blueprint, said, NOW)

    def pass_on(self, *who: int) -> None:
        for each in who:
            seen = self.item.version_number
            approve(self.db, self.reviewers[each], self.item, seen_version=seen, now=NOW)

    def edit(self, **changed: object) -> None:
        seen = self.item.version_number
        given = draft(**changed)
        change_item(self.db, self.writer, self.item, given, seen_version=seen, now=LATER)

    def kinds(self) -> list[str]:
        return [each.kind for each in stamps_of(self.db, self.item)]

    def found(self, **asked: str) -> bool:
        return bool(items_in(self.db, self.blueprint, ItemFilter(**asked)).lines)


def test_three_reviews_by_three_people_make_an_item_active(db: Session) -> None:
    desk = Desk(db)
    for who, stage in enumerate(("first", "second", "final")):
        assert (stage_of(db, desk.item), desk.item.state) == (stage, "draft")
        assert desk.found(review=stage, reviewer=desk.reviewers[who].username)
        desk.pass_on(who)
        assert not desk.found(review=stage)
    assert desk.item.state == "active"
    assert desk.kinds() == ["standing"] * 3


def test_nobody_gives_two_reviews_nor_is_asked_to(db: Session) -> None:
    desk = Desk(db)
    desk.pass_on(0)
    assert waiting_in(db, desk.reviewers[0]) == {}
    assert waiting_in(db, desk.reviewers[1]) == {desk.blueprint.id: 1}
    with pytest.raises(NotAllowedError, match="stage_needs_another"):
        desk.pass_on(0)
    with pytest.raises(NotAllowedError, match="own_item"):
        approve(db, desk.writer, desk.item, seen_version=1, now=NOW)


def test_an_edit_turns_the_stamps_amber_and_says_where(db: Session) -> None:
    desk = Desk(db)
    desk.pass_on(0, 1)
    desk.edit(content=OTHER_STEM)
    assert desk.kinds() == ["amber", "amber", "open"]
    assert stamps_of(db, desk.item)[0].changed == ("stem",)
    assert stage_of(db, desk.item) == "first"
    desk.pass_on(1)  # another order of people is another run
    assert desk.kinds() == ["standing", "amber", "open"]


@pytest.mark.parametrize(
    ("changed", "stage"),
    [({"content": OTHER_STEM}, "final"), ({"key": {"correct": ["C"]}}, "first")],
)
def test_where_key_and_options_count_other_edits_ask_for_the_final_review_only(
    db: Session, changed: dict[str, object], stage: str
) -> None:
    desk = Desk(db, rerun="key_options")
    desk.pass_on(0, 1, 2)
    desk.edit(**changed)
    assert (desk.item.state, stage_of(db, desk.item)) == ("draft", stage)


@pytest.mark.parametrize(("is_reviewed", "state"), [(True, "draft"), (False, "active")])
def test_another_difficulty_for_many_is_reviewed_as_the_bank_says_and_can_be_undone(
    db: Session, *, is_reviewed: bool, state: str
) -> None:
    desk = Desk(db)
    desk.pass_on(0, 1, 2)
    said = FlowIn(3, "any", comments_block=True, reason="x", difficulty_reviews=is_reviewed)
    set_flow(db, desk.officer, desk.blueprint, said, NOW)
    wanted = bulk.Wanted("difficulty", difficulty=5, uids=(desk.item.uid,))
    done = bulk.act_on(db, desk.writer, desk.blueprint, wanted, now=NOW)
    db.expire_all()
    assert (desk.item.version_number, desk.item.state) == (2, state)
    assert desk.kinds() == ["amber" if is_reviewed else "standing"] * 3
    bulk.undo(db, desk.writer, desk.blueprint, done.act.uid, now=NOW)
    db.expire_all()
    assert (desk.item.difficulty, desk.item.state) == (3, "active")
    assert desk.kinds() == ["standing"] * 3


def test_what_a_reviewer_said_of_another_difficulty_is_not_undone(db: Session) -> None:
    desk = Desk(db, n_stages=1)
    desk.pass_on(0)
    wanted = bulk.Wanted("difficulty", difficulty=5, uids=(desk.item.uid,))
    done = bulk.act_on(db, desk.writer, desk.blueprint, wanted, now=NOW)
    db.expire_all()
    send_back(db, desk.reviewers[1], desk.item, seen_version=2, now=NOW, comment="答案有误")
    assert bulk.undo(db, desk.writer, desk.blueprint, done.act.uid, now=NOW).n_left == 1
    db.expire_all()
    assert desk.item.state == "draft"


def test_many_go_one_step_on_each_checked_and_who_stays_is_named(db: Session) -> None:
    desk = Desk(db, n_stages=1)
    said = FlowIn(1, "any", comments_block=True, reason="x", has_store=True, has_pilot=True)
    set_flow(db, desk.officer, desk.blueprint, said, NOW)
    back, own = (
        create_item(db, who, desk.blueprint, "", draft(), now=NOW)
        for who in (desk.writer, desk.reviewers[0])
    )
    send_back(db, desk.reviewers[1], back, seen_version=1, now=NOW, comment="改")
    forward = bulk.Wanted("forward", items=ItemFilter())

    def go(who: Actor) -> tuple[str, list[str]]:
        done = bulk.act_on(db, who, desk.blueprint, forward, now=NOW)
        db.expire_all()
        return done.act.uid, [each.why for each in done.refused]

    first, whys = go(desk.reviewers[0])
    assert (desk.item.state, own.state, back.state) == ("stored", "draft", "draft")
    assert whys == ["was_sent_back", "own_item"]
    with pytest.raises(ConflictError, match="nothing_to_change"):
        go(desk.reviewers[0])
    assert go(desk.officer)[1] == ["reviewer_only", "reviewer_only"]
    assert desk.item.state == "pilot"
    add_figure(db, desk.item, is_flagged=True)
    alone = bulk.Wanted("forward", uids=(desk.item.uid,))
    with pytest.raises(ConflictError, match="pilot_flagged"):
        bulk.act_on(db, desk.officer, desk.blueprint, alone, now=NOW)
    with pytest.raises(NotAllowedError, match="undo_not_yours"):
        bulk.undo(db, desk.reviewers[1], desk.blueprint, first, now=NOW)
    assert bulk.undo(db, desk.reviewers[0], desk.blueprint, first, now=NOW).n_left == 1


def test_undoing_a_step_takes_its_approvals_back(db: Session) -> None:
    desk = Desk(db)
    wanted = bulk.Wanted("forward", items=ItemFilter())
    done = bulk.act_on(db, desk.reviewers[0], desk.blueprint, wanted, now=NOW)
    db.expire_all()
    assert stage_of(db, desk.item) == "second"
    bulk.undo(db, desk.officer, desk.blueprint, done.act.uid, now=NOW)
    db.expire_all()
    assert (stage_of(db, desk.item), desk.kinds()) == ("first", ["next", "open", "open"])
    assert [each.is_withdrawn for each in said_of(db, desk.item)] == [True]
    desk.pass_on(0)
    assert stage_of(db, desk.item) == "second"


def test_right_options_are_counted_by_letter(db: Session) -> None:
    desk = Desk(db)
    create_item(db, desk.writer, desk.blueprint, "", draft(key={"correct": ["A"]}), now=NOW)
    found = key_positions(db, desk.blueprint)
    assert [(each.letter, each.count, each.expected) for each in found] == [
        ("A", 1, 0.5),
        ("B", 1, 0.5),
        ("C", 0, 0.5),
        ("D", 0, 0.5),
    ]


def add_figure(db: Session, item: Item, *, is_flagged: bool) -> None:
    figure = ItemFigure(
        item_id=item.id, version_number=1, persons=90, is_flagged=is_flagged, computed_at=NOW
    )
    db.add(figure)
    db.flush()


def test_what_was_sent_back_is_not_approved_before_it_is_changed(db: Session) -> None:
    desk = Desk(db)
    desk.pass_on(0)
    send_back(db, desk.reviewers[1], desk.item, seen_version=1, now=NOW, comment="选项有歧义")
    with pytest.raises(ConflictError, match="was_sent_back"):
        desk.pass_on(1)
    desk.edit(content=OTHER_STEM)
    desk.pass_on(0, 1, 2)
    assert desk.item.state == "active"


def test_a_setting_holds_from_its_time_and_leaves_what_is_in_use(db: Session) -> None:
    desk = Desk(db, n_stages=1)
    desk.pass_on(0)
    desk.flow(3)
    assert desk.item.state == "active"
    desk.edit(content=OTHER_STEM)
    assert stage_of(db, desk.item) == "first"
    assert [len(each.flow.stages) for each in stamps.flows_of(db, desk.blueprint.id)] == [3, 1]
    with pytest.raises(NotAllowedError, match="flow_not_yours"):
        set_flow(
            db,
            desk.writer,
            desk.blueprint,
            FlowIn(1, "any", comments_block=False, reason="快"),
            NOW,
        )
    with pytest.raises(InvalidInputError, match="no_such_flow"):
        desk.flow(4)


def test_an_open_comment_holds_the_next_review_up_until_a_reviewer_resolves_it(
    db: Session,
) -> None:
    desk = Desk(db)
    said = CommentDraft("甲、乙都对", "options.B", "乙")
    version = newest_version(db, desk.item)
    comment = comments.add_comment(db, desk.reviewers[0], version, said, now=NOW)
    comments.answer(db, desk.writer, comment, "已改", now=NOW)
    with pytest.raises(ConflictError, match="comments_open"):
        desk.pass_on(1)
    with pytest.raises(NotAllowedError, match="resolve_not_yours"):
        comments.resolve(db, desk.writer, comment, is_open=False, now=NOW)
    comments.resolve(db, desk.reviewers[1], comment, is_open=False, now=NOW)
    desk.pass_on(1)
    (thread,) = comments.comments_of(db, desk.item)
    assert [each.row.text for each in thread.answers] == ["已改"]
    assert thread.resolved_by == desk.reviewers[1].name


def test_open_comments_hold_nothing_up_where_the_bank_says_so(db: Session) -> None:
    desk = Desk(db, n_stages=1)
    desk.flow(1, comments_block=False)
    version = newest_version(db, desk.item)
    comments.add_comment(db, desk.reviewers[0], version, CommentDraft("再看"), now=NOW)
    desk.pass_on(1)
    assert desk.item.state == "active"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (CommentDraft(" "), "comment_empty"),
        (CommentDraft("长" * 2001), "comment_too_long"),
        (CommentDraft("何处", "options.Z"), "no_such_place"),
    ],
)
def test_a_comment_says_something_of_a_place(db: Session, said: CommentDraft, code: str) -> None:
    desk = Desk(db, n_stages=1)
    with pytest.raises(InvalidInputError, match=code):
        comments.add_comment(db, desk.reviewers[0], newest_version(db, desk.item), said, now=NOW)
