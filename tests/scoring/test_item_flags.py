"""Flags: what raises each, and that chance alone raises none."""

import numpy as np
import pytest

from scoring.classical import correlation
from scoring.distributions import score_bins
from scoring.item_flags import SEVERITIES, ItemFacts, OptionFacts, flags_of, limits_of_r

KEY = OptionFacts("A", is_key=True, count=60, r=0.35)
B = OptionFacts("B", is_key=False, count=20, r=-0.2)
C = OptionFacts("C", is_key=False, count=20, r=-0.15)


def codes(item: ItemFacts) -> list[str]:
    return [flag.code for flag in flags_of(item)]


def facts(n: int = 100, p: float | None = 0.6, r: float | None = 0.35, **more: object) -> ItemFacts:
    options = more.pop("options", (KEY, B, C))
    return ItemFacts(n, p, r, chance=1 / 3, options=options, **more)  # type: ignore[arg-type]


def test_a_sound_item_raises_nothing() -> None:
    assert codes(facts()) == []


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (facts(p=0.95), ["too_easy"]),
        (facts(p=0.36), ["too_hard"]),  # three options: guessing earns a third
        (ItemFacts(100, 0.21, 0.3), []),
        (ItemFacts(100, 0.19, 0.3), ["too_hard"]),
        (facts(r=-0.1), ["weak"]),  # it may be 0
        (facts(r=-0.2), ["negative"]),
        (facts(r=0.02), ["weak"]),
        (facts(r=0.05), []),  # its upper limit is above 0.20: nothing is sure
        (facts(n=400, r=0.1), ["weak"]),
        (facts(p=0.97, r=0.0), ["too_easy"]),  # nothing to tell the strong by
        (facts(omitted=0.11), ["omitted"]),
        (facts(not_reached=0.3, omitted=0.1), ["not_reached"]),
        (facts(n=29, p=0.99, r=-0.9), []),
        (ItemFacts(100, None, None), []),
    ],
)
def test_each_figure_raises_its_flag(item: ItemFacts, found: list[str]) -> None:
    assert codes(item) == found


def test_a_distractor_stronger_than_the_key_is_a_likely_wrong_key() -> None:
    key = OptionFacts("A", is_key=True, count=20, r=-0.25)
    other = OptionFacts("B", is_key=False, count=60, r=0.3)
    (flag,) = flags_of(facts(p=0.4, r=-0.25, options=(key, other, C)))
    assert (flag.code, [each.id for each in flag.options]) == ("wrong_key", ["B"])


def test_a_key_nobody_chose_is_suspected_where_another_option_draws_the_strong() -> None:
    key = OptionFacts("A", is_key=True, count=0, r=None)
    other = OptionFacts("B", is_key=False, count=70, r=0.3)
    assert "wrong_key" in codes(facts(p=0.0, r=None, options=(key, other)))


def test_a_distractor_that_draws_the_strong_is_named_while_the_key_is_better() -> None:
    other = OptionFacts("B", is_key=False, count=25, r=0.25)
    (flag,) = flags_of(facts(options=(KEY, other, C)))
    assert (flag.code, flag.options) == ("draws_strong", (other,))


@pytest.mark.parametrize(
    ("n", "counts", "found"),
    [
        (29, (1, 24), ["preferred"]),
        (10, (0, 9), ["preferred"]),
        (9, (0, 9), []),
        (20, (6, 11), []),  # more than half, but chance explains the lead
        (40, (10, 20), []),  # exactly half
    ],
)
def test_a_crowd_at_another_option_is_told_even_by_few(
    n: int, counts: tuple[int, int], found: list[str]
) -> None:
    key = OptionFacts("A", is_key=True, count=counts[0], r=None)
    other = OptionFacts("B", is_key=False, count=counts[1], r=0.05)
    item = facts(n=n, p=counts[0] / n, r=None, options=(key, other))
    assert [code for code in codes(item) if code == "preferred"] == found


def test_of_several_keys_the_weakest_counts_and_parts_stay_apart() -> None:
    keys = (KEY, OptionFacts("D", is_key=True, count=30, r=-0.3))
    other = OptionFacts("B", is_key=False, count=40, r=0.28)
    assert codes(facts(r=0.2, options=(*keys, other))) == ["wrong_key"]
    elsewhere = OptionFacts("B", is_key=False, count=40, r=0.28, part="2")
    sound = OptionFacts("C", is_key=True, count=60, r=0.5, part="2")
    assert codes(facts(r=0.2, options=(KEY, sound, elsewhere))) == ["draws_strong"]


def test_options_nobody_chose_are_named_unless_all_were_right() -> None:
    empty = OptionFacts("C", is_key=False, count=0, r=None)
    (flag,) = flags_of(facts(options=(KEY, B, empty)))
    assert (flag.code, flag.options) == ("unused", (empty,))
    few = OptionFacts("B", is_key=False, count=4, r=-0.2)  # half a chance each, four times
    assert codes(facts(options=(KEY, few, empty))) == []
    assert codes(facts(p=1.0, r=None, options=(KEY, empty))) == ["too_easy"]


def test_the_gravest_flag_stands_first() -> None:
    found = codes(facts(p=0.3, r=-0.3, omitted=0.2))
    assert found == [code for code in SEVERITIES if code in found]
    assert found[0] == "negative"


def test_limits_of_r_narrow_with_persons_and_keep_the_ends() -> None:
    assert limits_of_r(0.5, 3) == (-1.0, 1.0)
    assert limits_of_r(1.0, 50) == (1.0, 1.0)
    low, high = limits_of_r(0.3, 100)
    assert low < 0.3 < high
    wider = limits_of_r(0.3, 30)
    assert wider[0] < low
    assert wider[1] > high


@pytest.mark.parametrize("n", [30, 60, 300])
def test_chance_seldom_suspects_the_key_of_a_sound_item(n: int) -> None:
    rng, suspected, trials = np.random.default_rng(7), 0, 400
    for _ in range(trials):
        ability = rng.normal(size=n)
        is_right = rng.random(n) < 1 / (1 + np.exp(-ability - 0.5))
        wrong = rng.integers(0, 3, size=n)
        rest = 20 + 5 * ability + rng.normal(size=n) * 2
        chosen = [is_right, *(~is_right & (wrong == each) for each in range(3))]
        options = tuple(
            OptionFacts("ABCD"[place], place == 0, int(each.sum()), correlation(each * 1.0, rest))
            for place, each in enumerate(chosen)
            if 0 < each.sum() < n
        )
        r = correlation(is_right * 1.0, rest)
        found = codes(ItemFacts(n, float(is_right.mean()), r, 0.25, options=options))
        suspected += "wrong_key" in found or "negative" in found
    assert suspected / trials <= 0.01


def test_bins_have_the_cut_as_a_border_and_lose_nobody() -> None:
    scores = [0, 59.9, 60, 61, 100, 100]
    found = score_bins(scores, cut=60)
    assert 60 in found.edges
    assert found.counts.sum() == len(scores)
    below = found.edges[:-1] < 60
    assert found.counts[below].sum() == 2
    odd = score_bins(scores, cut=61.5)
    assert 61.5 in odd.edges
    assert odd.counts.sum() == len(scores)


@pytest.mark.parametrize(("scores", "width"), [([101], 5), ([-1], 5), ([1], 0)])
def test_scores_off_the_scale_and_empty_widths_are_bugs(scores: list[float], width: float) -> None:
    with pytest.raises(ValueError, match=r"outside|width"):
        score_bins(scores, width=width)
