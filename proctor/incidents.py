"""Categories of incidents in a room, from a warning to what is not the candidate's fault."""

from typing import Final

# Violations by class (domain rules, 3.4), then faults that are nobody's violation, then plain notes
# of a proctor. Class V6 is found by the markers, after the exam.
CLASSES: Final = {
    "warning": "V0",
    "after_end": "V0",
    "subject_void": "V1",
    "cheating": "V2",
    "device": "V3",
    "impersonation": "V4",
    "disorder": "V5",
}
VIOLATIONS: Final = tuple(CLASSES)
FAULTS: Final = ("machine", "power", "network", "health", "paper", "other")
# What may make a sitting void: a warning (V0) alone may not.
VOIDING: Final = tuple(each for each, grade in CLASSES.items() if grade != "V0")
NOTES: Final = ("note",)
CATEGORIES: Final = (*FAULTS, *VIOLATIONS, *NOTES)


def is_violation(category: str) -> bool:
    """Say whether the category accuses the candidate.

    Examples
    --------
    >>> is_violation("device"), is_violation("power"), is_violation("note")
    (True, False, False)
    """
    if category not in CATEGORIES:
        msg = f"no such category: {category!r}"
        raise ValueError(msg)
    return category in VIOLATIONS
