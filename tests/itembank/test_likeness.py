"""How alike items are, and whether what is alike is found."""

from typing import Any

import numpy as np
import pytest

from itembank.likeness import candidate_pairs, fingerprint, likeness, said_by

STEM = "某车间三相异步电动机额定电流为15.4安，运行中测得电流为18安，应首先检查"
OPTIONS = ("负载是否过大", "电源电压是否过低", "轴承是否损坏", "接线是否松动")


def item(stem: str = STEM, options: tuple[str, ...] = OPTIONS) -> dict[str, Any]:
    named = zip("ABCD", options, strict=False)
    return {"stem": f"<p>{stem}</p>", "options": [{"id": i, "content": t} for i, t in named]}


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (item(), "same"),
        (item(options=OPTIONS[::-1]), "same"),  # the order of options says nothing
        (item(STEM.replace("15.4", "22").replace("18", "31.5")), "numbers"),
        (item(STEM.replace("某车间", "某工厂")), "near"),
        (item(options=("接地", "停机", "报告班组长并记录在案", "更换熔断器")), "stem"),
        (item("用游标卡尺测量外径时，读数应估读到", ("0.1 mm", "0.2 mm", "0.05 mm", "1 mm")), None),
        (item(f"{STEM}<img src='media:{'a' * 64}'>".replace("'", '"')), "near"),
    ],
)
def test_two_items_are_alike_in_a_way(other: dict[str, Any], kind: str | None) -> None:
    one, two = said_by("single", item()), said_by("single", other)
    found = likeness(one, two)
    assert (found.kind if found else None) == kind
    assert found == likeness(two, one)
    agreeing = (fingerprint(one) == fingerprint(two)).any()
    assert agreeing == (kind is not None)


def test_a_translation_changes_nothing() -> None:
    translated = {**item(), "translations": {"en": {"stem": "A motor"}}}
    assert said_by("single", translated) == said_by("single", item())


def test_what_is_alike_among_many_is_found() -> None:
    rng = np.random.default_rng(7)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    stems = ["".join(rng.choice(characters, size=40)) for _ in range(300)]
    twins = [f"{stem[:20]}改{stem[21:]}" for stem in stems]
    bands = np.array([fingerprint(said_by("numeric", item(each, ()))) for each in stems + twins])
    wanted = {(place, place + 300) for place in range(300)}
    for agreeing, most_missed in ((1, 0), (2, 3)):
        found = {tuple(pair) for pair in candidate_pairs(bands, agreeing=agreeing).tolist()}
        assert len(wanted - found) <= most_missed
        assert len(found - wanted) < 30
    late = candidate_pairs(bands, first_new=590)
    assert len(late) >= 10
    assert late[:, 1].min() >= 590


def test_a_fingerprint_never_changes_for_it_is_stored() -> None:
    assert fingerprint(said_by("single", item()))[:3].tolist() == [
        2540925600,
        2782088107,
        2531139805,
    ]
