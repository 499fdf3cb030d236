"""What an export would lose is shown before the file is taken, and nothing is recorded yet."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from exam_server.bank.export_previews import Preview, preview
from exam_server.bank.exporting import Wanted
from exam_server.bank.models import Blueprint
from exam_server.bank.qti_exports import bank_package
from exam_server.bank.writing import create_item
from exam_server.errors import InvalidInputError
from tests.exam_server.bank.test_exporting import desk
from tests.factories import NOW
from tests.written_items import draft

ALL = Wanted(with_keys=True)
STEM = "<p>{U} V, {R} Ω: I?</p>"
DRAWN = {"parameters": {"U": ["10", "20"], "R": ["4", "5"]}, "formula": "U / R", "tolerance": "0"}
RANGE = {"tolerance_mode": "range", "least": "1"}


def bank(db: Session) -> Blueprint:
    writer, blueprint = desk(db)
    ways: list[tuple[str, dict[str, Any]]] = [
        ("S", {}),
        ("C", {"type": "calculation", "content": {"stem": STEM, "decimals": 1}, "key": DRAWN}),
        ("N", {"type": "numeric", "content": {"stem": "<p>I?</p>"}, "key": RANGE}),
    ]
    for code, given in ways:
        create_item(db, writer, blueprint, code, draft(**given), now=NOW)
    return blueprint


def told(found: Preview) -> dict[str, list[str] | str]:
    return {
        each.code: each.stays[1] if each.stays else [one[1] for one in each.losses]
        for each in found.told
    }


DECIMALS = "to how many decimals to round"
FIRST = "the first set of its values only"
COLUMNS = "the columns cannot hold it"
NOWHERE = "the format has no form for it"


@pytest.mark.parametrize(
    ("kind", "with_keys", "expected"),
    [
        ("json", True, {}),
        ("qti30", True, {"C": [DECIMALS]}),
        ("qti30", False, {"C": [FIRST, DECIMALS], "N": NOWHERE}),
        ("moodle", True, {"C": [DECIMALS], "N": NOWHERE}),
        ("xlsx", True, {"S": ["state (draft)"], "C": COLUMNS, "N": COLUMNS}),
    ],
)
def test_each_item_is_told_with_what_it_loses(
    db: Session, kind: str, *, with_keys: bool, expected: dict[str, Any]
) -> None:
    found = preview(db, bank(db), Wanted(with_keys=with_keys), kind)
    assert told(found) == expected
    assert (found.count, found.n_whole) == (3, 3 - len(expected))
    losing = [each for each in expected.values() if isinstance(each, list)]
    assert (len(found.losing), len(found.staying)) == (len(losing), len(expected) - len(losing))
    assert sum(n for _, n in found.by_loss) == sum(map(len, losing))


def test_what_is_shown_is_what_the_file_does(db: Session) -> None:
    blueprint = bank(db)
    assert preview(db, blueprint, ALL, "qti22").staying == []
    assert bank_package(db, blueprint, ALL, kind="qti22", by=None)
    bare = Wanted(with_keys=False)
    assert preview(db, blueprint, bare, "qti22").stops
    with pytest.raises(InvalidInputError) as refused:
        bank_package(db, blueprint, bare, kind="qti22", by=None)
    assert [each.where for each in refused.value.problems] == ["N"]
