"""A problem of an item or a blueprint: where it is, its code, and facts for the sentence."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing wrong."""

    where: str
    code: str
    detail: dict[str, object] = field(default_factory=dict)
