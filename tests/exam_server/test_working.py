import subprocess
import sys

from exam_server.commands import DESKS, main
from exam_server.working import JobFunctions

HEAVY = "scipy", "typst", "exam_server.demo"


def test_every_kind_of_long_work_is_found_by_its_name() -> None:
    functions = JobFunctions()
    assert {"bank.import", "forms.assemble", "results.mark"} <= set(functions)
    assert all(callable(functions[kind]) for kind in functions)
    assert "results.nothing" not in functions


def test_every_command_of_a_desk_is_found_by_its_name() -> None:
    context = main.make_context("exam-server", ["db"])
    assert set(DESKS) <= set(main.list_commands(context))
    for name in DESKS:
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_a_web_process_reads_no_solver_no_typesetter_and_no_sample_data() -> None:
    asked = f"import sys, exam_server.serving; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
