"""The files of ``deploy/`` as their own programs read them, where these are installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MOST_EXPOSED = 5.0  # of 10, in systemd's own count


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_a_unit_and_calls_it_guarded(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed here")
    text = re.sub(r"(?m)^(Exec\w+=)\S+", rf"\1{shutil.which('true')}", unit.read_text("utf-8"))
    read = tmp_path / unit.name
    read.write_text(text, encoding="utf-8")
    checked = subprocess.run(
        [program, "verify", "--man=no", str(read)], check=False, capture_output=True, text=True
    )
    about_it = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert (checked.returncode, about_it) == (0, [])
    rated = subprocess.run(
        [program, "security", "--offline=true", "--no-pager", str(read)],
        check=False,
        capture_output=True,
        text=True,
    )
    level = re.search(r"exposure level for .*: ([\d.]+)", rated.stdout)
    assert level, rated.stderr
    assert float(level[1]) <= MOST_EXPOSED


def test_docker_understands_the_compose_file() -> None:
    docker = shutil.which("docker")
    has_compose = (
        docker
        and not subprocess.run(
            [docker, "compose", "version"], check=False, capture_output=True
        ).returncode
    )
    if not has_compose:
        pytest.skip("Docker with compose is not installed here")
    values = {"EXAM_HOST": "exam.example.cn", "EXAM_DATABASE_PASSWORD": "x"}
    checked = subprocess.run(
        ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"],
        check=False,
        env={**os.environ, **values},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr


def test_an_image_gets_nothing_that_one_machine_keeps_to_itself() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "var", "deploy/certificates", "**/*.pem"} <= set(left_out)
    assert "sh deploy/build.sh" in (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.mark.long
def test_what_the_image_is_made_by_makes_a_server_in_a_clean_folder(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=True, cwd=ROOT, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if not name.startswith(("tests/", "benchmarks/")) and (ROOT / name).is_file():
            (clean / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clean / name)
    own = {**os.environ, "EXAM_SERVER_VAR": str(tmp_path / "var")}
    subprocess.run(["sh", "deploy/build.sh"], check=True, cwd=clean, env=own)
    assert not (clean / "frontend" / "node_modules").exists()
    program = clean / ".venv" / "bin" / "exam-server"
    subprocess.run([program, "db", "upgrade"], check=True, cwd=clean, env=own)
    out = str(tmp_path / "tickets.csv")
    asked = ("rehearsal", "create", "--seats", "1", "--items", "1", "--minutes", "1", "--out", out)
    subprocess.run([program, *asked], check=True, cwd=clean, env=own)
