"""Categories of incidents in a room, from a warning to what is not the candidate's fault."""

from typing import Final

# Violations by class (domain rules, 3.4), then faults that are nobody's violation.
VIOLATIONS: Final = ("warning", "after_end", "subject_void", "cheating", "device", "impersonation")
FAULTS: Final = ("machine", "power", "network", "health", "paper", "other")
CATEGORIES: Final = (*FAULTS, *VIOLATIONS)


def is_violation(category: str) -> bool:
    """Say whether the category accuses the candidate.

    Examples
    --------
    >>> is_violation("device"), is_violation("power")
    (True, False)
    """
    if category not in CATEGORIES:
        msg = f"no such category: {category!r}"
        raise ValueError(msg)
    return category in VIOLATIONS
