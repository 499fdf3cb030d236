"""A conversion as it is frozen: what each raw mark of a form is worth on another, exact.

The equivalents come from floats once, when the table is frozen; from then on they are text of
four decimals, and everything that follows is decimal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any, Final

from scoring.composite import Rounding, rounded

Table = Mapping[str, Any]
UNIT: Final = Decimal("0.0001")
WHOLE: Final = Decimal(100)


def frozen(
    marks: Sequence[Decimal],
    equivalents: Sequence[float],
    most: Decimal,
    most_reference: Decimal,
    *,
    only_up: bool = False,
) -> dict[str, Any]:
    """Return a table to keep: within the reference's marks, never falling.

    ``only_up``: where a mark would be worth less than as it stands (as a share of the most), it
    stands as it is.

    Examples
    --------
    >>> marks = [Decimal(0), Decimal(1), Decimal(2)]
    >>> frozen(marks, [-0.3, 1.2, 1.1], Decimal(2), Decimal(2))["rows"]
    [['0', '0.0000'], ['1', '1.2000'], ['2', '1.2000']]
    >>> frozen(marks, [-0.3, 1.2, 1.1], Decimal(2), Decimal(2), only_up=True)["rows"]
    [['0', '0.0000'], ['1', '1.2000'], ['2', '2.0000']]
    """
    rows, least = [], Decimal(0)
    for mark, equivalent in zip(marks, equivalents, strict=True):
        worth = Decimal(repr(float(equivalent))).quantize(UNIT, ROUND_HALF_UP)
        if only_up:
            worth = max(worth, (mark * most_reference / most).quantize(UNIT, ROUND_CEILING))
        least = min(max(worth, least), most_reference).quantize(UNIT)
        rows.append([plain(mark), f"{least:f}"])
    return {"rows": rows, "most": plain(most), "most_reference": plain(most_reference)}


def digest(table: Table) -> str:
    """Return the hash of a frozen table: SHA-256 over its JSON, names sorted, without spaces."""
    written = json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def converted(table: Table, mark: Decimal, most: Decimal, rounding: Rounding) -> Decimal | None:
    """Return the theory mark of 100 that a raw mark is worth, rounded once; ``None`` off the table.

    Examples
    --------
    >>> table = {"rows": [["58", "60.2500"]], "most": "100", "most_reference": "100"}
    >>> converted(table, Decimal("58.0"), Decimal(100), Rounding("half_up", 1))
    Decimal('60.3')
    """
    if most != Decimal(table["most"]):
        return None
    worth = next((row[1] for row in table["rows"] if Decimal(row[0]) == mark), None)
    if worth is None:
        return None
    return rounded(Decimal(worth) * WHOLE / Decimal(table["most_reference"]), rounding)


def errors_by_mark(table: Table) -> dict[Decimal, Decimal | None]:
    """Return the standard error of each raw mark's equivalent, of 100; None: not known.

    Examples
    --------
    >>> errors_by_mark({"rows": [["0", "0.5"], ["1", "1.5"]], "errors": [None, "0.7000"]})
    {Decimal('0'): None, Decimal('1'): Decimal('0.7000')}
    """
    rows = table["rows"]
    errors = table.get("errors") or [None] * len(rows)
    return {
        Decimal(row[0]): None if error is None else Decimal(error)
        for row, error in zip(rows, errors, strict=True)
    }


def plain(mark: Decimal) -> str:
    """Return a mark without needless zeros.

    Examples
    --------
    >>> plain(Decimal("58.50")), plain(Decimal(100))
    ('58.5', '100')
    """
    text = f"{mark:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
