"""The forms that an exam session's seats share: those of its run, or the fixed sets chosen."""

from exam_server.forms.models import Form
from exam_server.seating.models import ExamSession

NAMED, RANDOM, IN_TURN = "named", "random", "in_turn"


def forms_given(exam_session: ExamSession) -> list[Form]:
    """Return the forms that seats of an exam session share; none while sets are to be drawn."""
    run = exam_session.assembly_run
    if run is None or not run.is_fixed:
        return run.forms if run else []
    choice = exam_session.set_choice or {}
    codes = choice.get("drawn") or choice.get("sets") or []
    return [form for form in run.forms if form.code in codes]


def is_drawn_later(exam_session: ExamSession) -> bool:
    """Say whether the sets are drawn when the release is asked for."""
    choice = exam_session.set_choice or {}
    return choice.get("way") in (RANDOM, IN_TURN)
