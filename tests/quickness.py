"""Claims about how soon something comes, on a machine that may be busy with other things."""

import time
from collections.abc import Callable


def comes_within(seconds: float, act: Callable[[], object], *, tries: int = 5) -> bool:
    """Whether an act is once done so soon.

    What is slow by its own fault, as by asking too seldom, is so each time; a busy machine is not.
    """
    for _ in range(tries):
        began = time.monotonic()
        act()
        if time.monotonic() - began < seconds:
            return True
    return False
