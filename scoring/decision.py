"""The pass decision: the one place where a mark meets a pass mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Decision:
    """Outcome ``pass``, ``fail``, ``absent``, ``void`` or ``incomplete``; codes of the reasons."""

    outcome: str
    reasons: tuple[str, ...]


def decide(
    composite: Decimal | None,
    pass_mark: Decimal,
    *,
    missing: Sequence[str] = (),
    below_minimum: Sequence[str] = (),
    is_absent: bool = False,
    is_void: bool = False,
) -> Decision:
    """Decide on one person; marks are compared as they are published, after rounding.

    Reasons: ``void``, ``absent``, ``missing_<component>``, ``below_minimum_<component>``,
    ``below_pass_mark``. A void sitting decides alone, whatever marks there are.

    Examples
    --------
    >>> decide(Decimal("60.0"), Decimal(60))
    Decision(outcome='pass', reasons=())
    >>> decide(Decimal("77.1"), Decimal(60), below_minimum=["practical"])
    Decision(outcome='fail', reasons=('below_minimum_practical',))
    """
    if is_void:
        return Decision("void", ("void",))
    if is_absent:
        return Decision("absent", ("absent",))
    reasons = [f"below_minimum_{name}" for name in below_minimum]
    if missing or composite is None:
        return Decision("incomplete", (*(f"missing_{name}" for name in missing), *reasons))
    if composite < pass_mark:
        reasons.append("below_pass_mark")
    return Decision("fail" if reasons else "pass", tuple(reasons))
