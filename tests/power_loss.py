"""A power cut for files: what a program has written and not synced is gone.

A small library, compiled when a test asks for it and loaded before the program's own, keeps a
second copy of each file of a folder (the platter) and brings it up to date only when the program
syncs the file. After a kill the platter is what a disk would hold if nothing unsynced had reached
it. Each process syncs its own writes only: that is stricter than a real disk.
"""

import os
import shutil
from pathlib import Path

from tests.shims import compiled

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct range { int fd; off_t from; size_t length; };
static struct range *ranges; static size_t n_ranges, room;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int platter_name(int fd, char *out) {
    const char *from = getenv("POWER_FROM"), *to = getenv("POWER_TO");
    char link[64], path[PATH_MAX];
    if (!from || !to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    size_t head = strlen(from);
    if (strncmp(path, from, head) != 0 || !strstr(path, ".sqlite") || strstr(path, "-shm"))
        return 0;
    snprintf(out, PATH_MAX, "%s%s", to, path + head);
    return 1;
}

static void note(int fd, off_t from, ssize_t length) {
    char name[PATH_MAX];
    if (length <= 0 || !platter_name(fd, name)) return;
    pthread_mutex_lock(&lock);
    if (n_ranges == room) {
        room = room ? 2 * room : 256;
        ranges = realloc(ranges, room * sizeof *ranges);
    }
    ranges[n_ranges++] = (struct range){fd, from, (size_t)length};
    pthread_mutex_unlock(&lock);
}

static void keep(int fd) {
    char name[PATH_MAX];
    if (!platter_name(fd, name)) return;
    int out = open(name, O_RDWR | O_CREAT, 0644);
    if (out < 0) abort();
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite64");
    pthread_mutex_lock(&lock);
    size_t left = 0;
    for (size_t i = 0; i < n_ranges; i++) {
        char other[PATH_MAX];
        if (!platter_name(ranges[i].fd, other) || strcmp(name, other) != 0) {
            ranges[left++] = ranges[i];
            continue;
        }
        char *part = malloc(ranges[i].length);
        ssize_t n = pread(ranges[i].fd, part, ranges[i].length, ranges[i].from);
        if (n > 0 && real(out, part, (size_t)n, ranges[i].from) != n) abort();
        free(part);
    }
    n_ranges = left;
    pthread_mutex_unlock(&lock);
    close(out);
}

ssize_t pwrite64(int fd, const void *part, size_t length, off_t from) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite64");
    ssize_t n = real(fd, part, length, from);
    note(fd, from, n);
    return n;
}
ssize_t pwrite(int fd, const void *part, size_t length, off_t from) {
    return pwrite64(fd, part, length, from);
}
ssize_t write(int fd, const void *part, size_t length) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    off_t from = lseek(fd, 0, SEEK_CUR);
    ssize_t n = real(fd, part, length);
    if (from >= 0) note(fd, from, n);
    return n;
}
int fdatasync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    int done = real(fd);
    if (done == 0) keep(fd);
    return done;
}
int fsync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    int done = real(fd);
    if (done == 0) keep(fd);
    return done;
}
int ftruncate64(int fd, off_t length) {
    int (*real)(int, off_t) = dlsym(RTLD_NEXT, "ftruncate64");
    char name[PATH_MAX];
    int done = real(fd, length);
    if (done == 0 && platter_name(fd, name)) {
        int out = open(name, O_RDWR | O_CREAT, 0644);
        if (out >= 0) { if (real(out, length) != 0) abort(); close(out); }
    }
    return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
"""


def built_shim(folder: Path, var: Path, platter: Path) -> dict[str, str]:
    """Return the environment in which files of ``var`` are kept on the platter."""
    library = compiled(folder, "power_cut", SOURCE)
    names = {"LD_PRELOAD": str(library), "POWER_FROM": f"{var}/", "POWER_TO": f"{platter}/"}
    return {**os.environ, **names}


def platter_of(platter: Path, var: Path) -> None:
    """Put what the platter holds in the place of the store's files.

    A file that the program has removed stays so: the store syncs the folder after that.
    """
    for held in list(var.glob("*.sqlite*")):
        held.unlink()
        if (platter / held.name).exists():
            shutil.copy(platter / held.name, held)
