"""A wall clock that stands elsewhere: to a server started with it, time has passed or gone back.

The monotonic clock is left as it is, so a running server notices nothing; one that starts does.
"""

from pathlib import Path

from tests.shims import compiled

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long shift(void) {
    const char *asked = getenv("WALL_CLOCK_SHIFT_S");
    return asked ? atol(asked) : 0;
}
int clock_gettime(clockid_t which, struct timespec *out) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(which, out);
    if (done == 0 && which == CLOCK_REALTIME) out->tv_sec += shift();
    return done;
}
int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    struct timespec now;
    (void)zone;
    int done = clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return done;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
"""


def clock_shim(folder: Path) -> Path:
    """Return the library that moves a program's wall clock."""
    return compiled(folder, "wall_clock", SOURCE)


def moved_by(shim: Path, seconds: int) -> dict[str, str]:
    """Return the environment in which the wall clock stands so far from the true one."""
    return {"LD_PRELOAD": str(shim), "WALL_CLOCK_SHIFT_S": str(seconds)}
