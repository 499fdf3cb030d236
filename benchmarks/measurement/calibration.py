"""Calibration of simulated 2PL data beside the Python packages mirt and girth.

    .venv/bin/python -m benchmarks.measurement.calibration PYTHON [--sizes 1000x50 …] [--skip girth]

PYTHON is that of an environment with ``mirt`` and ``girth`` (``pip install mirt girth``); the
product needs neither. Every program is a process of its own, of one thread, that
reads the same file. One
evaluator of 61 points judges the log likelihood of the parameters that each found; mirt is
tightened until it is within 0.5 of the best, or gets no nearer.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

OURS = """
from scoring.calibrate import Settings, calibrate
found = calibrate(data, "2pl", settings=Settings(with_errors=with_errors))
a, b = found.slopes, found.difficulties
"""
MIRT = """
import mirt
found = mirt.fit_mirt(data.astype(int), model="2PL", n_quadpts=41, tol=tolerance, max_iter=2000,
                      compute_standard_errors=False)
a = found.model.parameters["discrimination"]
b = found.model.parameters["difficulty"]
"""
GIRTH = """
import girth
found = girth.twopl_mml(data.astype(int).T)
a, b = found["Discrimination"], found["Difficulty"]
"""
FRAME = """
import json, resource, sys, time
import numpy as np
data = np.load(sys.argv[1])
tolerance, with_errors = float(sys.argv[2]), sys.argv[2] == "1"
if sys.argv[3] == "ours":
    import scoring.calibrate
else:
    __import__(sys.argv[3])
wall, cpu = time.perf_counter(), time.process_time()
{program}
print(json.dumps({{
    "a": np.ravel(a).tolist(), "b": np.ravel(b).tolist(),
    "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
}}))
"""
SEED = 20261126
ONE_THREAD = os.environ | {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
CLOSE = 0.5
TIGHTER = (1e-4, 1e-5, 1e-6)


def simulated(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return responses, slopes and difficulties."""
    rng = np.random.default_rng(SEED)
    slopes, difficulties = np.exp(rng.normal(0, 0.3, m)), rng.normal(size=m)
    theta = rng.normal(size=(n, 1))
    chances = 1 / (1 + np.exp(-slopes * (theta - difficulties)))
    return (rng.random((n, m)) < chances).astype(float), slopes, difficulties


def log_likelihood(data: np.ndarray, slopes: np.ndarray, difficulties: np.ndarray) -> float:
    """Judge parameters: 61 equally spaced points from -6 to 6, weights of N(0, 1)."""
    points = np.linspace(-6, 6, 61)
    weights = np.exp(-(points**2) / 2)
    line = slopes[:, None] * (points - difficulties[:, None])
    base = np.log(weights / weights.sum()) - np.logaddexp(0, line).sum(axis=0)
    whole = 0.0
    for start in range(0, len(data), 4096):
        whole += float(np.logaddexp.reduce(data[start : start + 4096] @ line + base, axis=1).sum())
    return whole


def run(python: str, name: str, program: str, file: Path, option: float) -> dict[str, object]:
    """Run one program in a process of its own."""
    text = FRAME.format(program=program)
    asked = [python, "-c", text, str(file), str(option), name]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, env=ONE_THREAD)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(python: str, n: int, m: int, skipped: list[str]) -> None:
    """Print a line for each program."""
    data, slopes, difficulties = simulated(n, m)

    def shown(name: str, found: dict[str, object]) -> float:
        a, b = np.array(found["a"]), np.array(found["b"])
        value = log_likelihood(data, a, b)
        errors = [np.sqrt(((x - y) ** 2).mean()) for x, y in ((a, slopes), (b, difficulties))]
        times = f"wall {found['wall']:.2f} s, CPU {found['cpu']:.2f} s, {found['peak']:.0f} MB"
        print(f"{n}x{m} {name}: {times}, log likelihood {value:.2f}, ", end="")
        print(f"RMSE of a {errors[0]:.4f}, of b {errors[1]:.4f}", flush=True)
        return value

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.npy"
        np.save(file, data)
        best = shown("ours", run(sys.executable, "ours", OURS, file, 0))
        shown("ours with standard errors", run(sys.executable, "ours", OURS, file, 1))
        if "girth" not in skipped:
            shown("girth", run(python, "girth", GIRTH, file, 0))
        for tolerance in TIGHTER if "mirt" not in skipped else ():
            value = shown(f"mirt, {tolerance:.0e}", run(python, "mirt", MIRT, file, tolerance))
            if value > best - CLOSE:
                break


def main() -> None:
    """Compare at each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("python")
    parser.add_argument("--sizes", nargs="*", default=["1000x50", "10000x100", "100000x100"])
    parser.add_argument("--skip", nargs="*", default=[])
    asked = parser.parse_args()
    for size in asked.sizes:
        n, m = map(int, size.split("x"))
        compare(asked.python, n, m, asked.skip)


if __name__ == "__main__":
    main()
