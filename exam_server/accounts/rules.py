"""Roles, and how wrong passwords slow an account."""

from datetime import timedelta

ROLES = (
    "proctor",
    "chief_proctor",
    "item_writer",
    "reviewer",
    "exam_officer",
    "examiner",
    "quality_supervisor",
    "administrator",
    "auditor",
)
FREE_TRIES = 3
SHORTEST_PASSWORD = 10
LONGEST_WAIT = timedelta(minutes=2)


def wait_after(failed_count: int) -> timedelta:
    """Return how long an account must wait after so many wrong passwords in a row.

    Three tries are free; then the wait doubles from two seconds to two minutes. An address is
    never slowed: thirty identical PCs of one room share one.

    Examples
    --------
    >>> [int(wait_after(n).total_seconds()) for n in (1, 3, 4, 5, 6, 20)]
    [0, 0, 2, 4, 8, 120]
    """
    excess = min(failed_count - FREE_TRIES, 12)
    return min(timedelta(seconds=2**excess), LONGEST_WAIT) if excess > 0 else timedelta()
