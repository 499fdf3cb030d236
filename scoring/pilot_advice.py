"""What a trial says of an item: fit for use, back to its writer, or more answers first."""

from typing import Final, Literal

from scoring.item_flags import FEWEST, SEVERITIES, SOUND_R, Flag

Advice = Literal["active", "back", "more"]
NOTES: Final = frozenset(code for code, severity in SEVERITIES.items() if severity == "note")


def pilot_advice(n: int, r: float | None, flags: tuple[Flag, ...]) -> Advice:
    """Return what to do with an item after a trial.

    ``back``
        A finding that chance hardly explains speaks against it; ``too_easy`` and ``unused`` do
        not, they are notes.
    ``more``
        Fewer than ``FEWEST`` persons answered it, or its correlation lies below ``SOUND_R``
        but not surely (then a flag says so).
    ``active``
        Neither: it tells the strong from the weak as far as can be seen.

    Parameters
    ----------
    n : int
        Persons who were presented it.
    r : float or None
        Correlation with the scored total; None where it is undefined.
    flags : tuple of Flag
        As ``scoring.item_flags.flags_of`` raises them.

    Examples
    --------
    >>> pilot_advice(20, 0.5, ()), pilot_advice(80, 0.15, ()), pilot_advice(80, 0.35, ())
    ('more', 'more', 'active')
    >>> pilot_advice(80, -0.4, (Flag("negative"),))
    'back'
    """
    if any(flag.code not in NOTES for flag in flags):
        return "back"
    if n < FEWEST or r is None:
        return "more"
    return "active" if r >= SOUND_R else "more"
