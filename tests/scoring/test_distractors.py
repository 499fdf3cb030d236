"""Option figures and score groups against another tool (R: CTT), and what must always hold."""

import csv
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.classical import analyse_items
from scoring.distractors import group_shares, groups_for, option_statistics, quantile_groups

TOLERANCE = 1e-6
GROUPS = ("lower", "mid50", "mid75", "upper")


def raw(shared: Path, name: str) -> tuple[list[str], list[list[str]], dict[str, str]]:
    """Return item names, the options persons chose (empty: none) and the key."""
    folder = shared / "reference" / "data"
    with (folder / f"{name}_raw.csv").open(encoding="utf-8") as file:
        names, *rows = list(csv.reader(file))
    with (folder / f"{name}_key.csv").open(encoding="utf-8") as file:
        key = {row["item"]: row["key"] for row in csv.DictReader(file)}
    return names, rows, key


def wanted_items(shared: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    path = shared / "reference" / "expected" / f"distractor_{name}.json"
    items: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return items


def test_options_and_quarters_agree_with_another_tool(shared: Path) -> None:
    name = "sat12"
    names, rows, key = raw(shared, name)
    given = np.array(rows)
    scored = np.column_stack(
        [given[:, place] == key[item] for place, item in enumerate(names)]
    ).astype(float)
    totals = scored.sum(axis=1)
    groups = quantile_groups(totals, len(GROUPS))
    wanted = wanted_items(shared, name)
    compared = 0
    for place, item in enumerate(names):
        options = wanted[item]
        chosen = np.column_stack(
            [given[:, place] == ("" if each["key"] == "omit" else each["key"]) for each in options]
        )
        found = option_statistics(chosen, totals - scored[:, place])
        # The other tool takes choosing the option, not the item's mark, from the total.
        theirs = [
            option_statistics(each[:, None], totals - each).correlations[0]
            for each in chosen.T.astype(float)
        ]
        curves = group_shares(chosen, groups, len(GROUPS))
        assert found.counts.tolist() == [each["n"] for each in options], item
        assert found.shares == pytest.approx([each["rspP"] for each in options], abs=TOLERANCE)
        named = [np.nan if each["pBis"] is None else each["pBis"] for each in options]
        assert theirs == pytest.approx(named, abs=TOLERANCE, nan_ok=True), item
        keyed = [bool(each["correct"]) for each in options].index(True)
        assert found.correlations[keyed] == pytest.approx(options[keyed]["pBis"], abs=TOLERANCE)
        for group, field in enumerate(GROUPS):
            assert curves[group] == pytest.approx([each[field] for each in options], abs=TOLERANCE)
        compared += len(options)
    assert compared > 100


def test_the_keys_figure_is_the_items_discrimination(shared: Path) -> None:
    names, rows, key = raw(shared, "sat12")
    given = np.array(rows)
    scored = np.column_stack(
        [given[:, place] == key[item] for place, item in enumerate(names)]
    ).astype(float)
    found = analyse_items(scored)
    for place in range(len(names)):
        rest = scored.sum(axis=1) - scored[:, place]
        statistics = option_statistics(scored[:, [place]], rest)
        assert statistics.correlations[0] == pytest.approx(found.item_rest_r[place])


SCORES = st.lists(st.integers(0, 100), min_size=1, max_size=60)


@given(SCORES, st.integers(1, 5))
def test_equal_scores_share_a_group_and_higher_ones_never_stand_lower(
    scores: list[int], n_groups: int
) -> None:
    groups = quantile_groups(scores, n_groups).tolist()
    assert all(0 <= group < n_groups for group in groups)
    pairs = sorted(zip(scores, groups, strict=True))
    for (score, group), (next_score, next_group) in itertools.pairwise(pairs):
        assert group <= next_group
        assert score != next_score or group == next_group


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=40))
def test_shares_of_a_single_choice_add_up_in_every_group_that_has_persons(
    persons: list[tuple[int, int]],
) -> None:
    chosen = np.array([[option == each for each in range(4)] for option, _ in persons])
    groups = quantile_groups([score for _, score in persons], 3)
    curves = group_shares(chosen, groups, 3)
    for group in range(3):
        if group in groups:
            assert curves[group].sum() == pytest.approx(1)
        else:
            assert np.isnan(curves[group]).all()


def test_an_option_nobody_or_everybody_chose_has_no_correlation() -> None:
    found = option_statistics([[0, 1], [0, 1]], [1.0, 2.0])
    assert np.isnan(found.correlations).all()
    assert found.counts.tolist() == [0, 2]


def test_thin_data_is_shown_in_thirds() -> None:
    assert [groups_for(n) for n in (20, 99, 100)] == [3, 3, 4]


def test_shapes_that_do_not_fit_are_a_bug() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        option_statistics([[1, 0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="groups"):
        quantile_groups([], 4)
