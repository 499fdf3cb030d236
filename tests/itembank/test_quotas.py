"""Writers' orders: every item counts once, the narrowest order takes first."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from itembank.quotas import STANDINGS, Progress, Quota, Written, share_out

DAY = datetime(2026, 6, 1, tzinfo=UTC)
PLACES = ("A-001", "A-002", "A-B-001", "AB-001")
TYPES = ("single", "multiple")
written = st.lists(
    st.builds(
        Written,
        st.integers(1, 10**6),
        st.sampled_from(PLACES),
        st.sampled_from(TYPES),
        st.just(DAY),
        st.sampled_from((*STANDINGS, "retired")),
    ),
    max_size=12,
    unique_by=lambda item: item.id,
)
orders = st.lists(
    st.builds(
        Quota,
        st.integers(1, 100),
        st.sampled_from(("", "A", "A-B", *PLACES)),
        st.sampled_from(("", *TYPES)),
        st.integers(1, 6),
        st.just(DAY),
        st.dates(date(2026, 6, 1), date(2026, 7, 1)),
    ),
    max_size=5,
    unique_by=lambda quota: quota.id,
)


@given(orders, written)
def test_no_item_counts_twice_and_no_order_gets_more_than_it_asks(
    quotas: list[Quota], items: list[Written]
) -> None:
    found = share_out(quotas, items)
    assert found.keys() == {quota.id for quota in quotas}
    assert all(0 <= each.delivered <= each.begun <= each.wanted for each in found.values())
    assert all(each.missing >= 0 for each in found.values())
    for standing in STANDINGS:
        counted = sum(getattr(each, standing) for each in found.values())
        assert counted <= sum(item.standing == standing for item in items)


@given(orders, written)
def test_one_item_more_takes_nothing_away(quotas: list[Quota], items: list[Written]) -> None:
    if not items:
        return
    fewer, more = share_out(quotas, items[1:]), share_out(quotas, items)
    assert sum(each.begun for each in more.values()) >= sum(each.begun for each in fewer.values())


def test_the_narrowest_order_takes_first_and_accepted_items_before_others() -> None:
    wide = Quota(1, "A", "", 2, DAY, date(2026, 6, 2))
    narrow = Quota(2, "A-001", "single", 1, DAY, date(2026, 6, 30))
    one = Written(1, "A-001", "single", DAY, "waiting")
    other = replace(one, id=2, standing="accepted")
    found = share_out([wide, narrow], [one, other])
    assert found == {2: Progress(1, accepted=1), 1: Progress(2, waiting=1)}


def test_what_was_begun_before_the_order_does_not_count() -> None:
    late = Quota(1, "", "", 1, DAY.replace(day=2), date(2026, 6, 30))
    assert share_out([late], [Written(1, "A-001", "single", DAY, "accepted")])[1].begun == 0
