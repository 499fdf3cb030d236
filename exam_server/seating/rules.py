"""Rules of seating alone: who may release papers together."""

OFFICER = "exam_officer"


def may_release_together(first: str, second: str) -> bool:
    """Say whether holders of these roles may: two exam officers, or officer and chief proctor.

    Examples
    --------
    >>> may_release_together("exam_officer", "chief_proctor")
    True
    >>> may_release_together("chief_proctor", "chief_proctor")
    False
    """
    return OFFICER in {first, second}
