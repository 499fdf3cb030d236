"""A child process dies with its parent: a killed supervisor leaves nothing behind on its ports."""

import ctypes
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends; only Linux can."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)  # it ended before the system knew
