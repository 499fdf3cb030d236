"""The pass decision: the one place where a mark meets a pass mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from scoring.composite import exact_mark

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


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
    standings: Mapping[str, str] = NOTHING,
) -> Decision:
    """Decide on one person; marks are compared as they are published, after rounding.

    ``standings`` says of which components a person was ``absent`` and which were made ``void``.
    Void decides alone, then absence, whatever marks there are. Reasons: ``void_<component>``,
    ``absent_<component>``, ``missing_<component>``, ``below_minimum_<component>``,
    ``below_pass_mark``.

    Raises
    ------
    ValueError
        If a mark is no finite Decimal.

    Examples
    --------
    >>> decide(Decimal("60.0"), Decimal(60))
    Decision(outcome='pass', reasons=())
    >>> decide(Decimal("77.1"), Decimal(60), below_minimum=["practical"])
    Decision(outcome='fail', reasons=('below_minimum_practical',))
    >>> decide(None, Decimal(60), missing=["practical"], standings={"practical": "absent"})
    Decision(outcome='absent', reasons=('absent_practical',))
    """
    for outcome in ("void", "absent"):
        named = [name for name, standing in standings.items() if standing == outcome]
        if named:
            return Decision(outcome, tuple(f"{outcome}_{name}" for name in named))
    reasons = [f"below_minimum_{name}" for name in below_minimum]
    if missing or composite is None:
        return Decision("incomplete", (*(f"missing_{name}" for name in missing), *reasons))
    if exact_mark(composite, "the composite") < exact_mark(pass_mark, "the pass mark"):
        reasons.append("below_pass_mark")
    return Decision("fail" if reasons else "pass", tuple(reasons))
