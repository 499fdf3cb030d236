"""What the grid's script says, in the reader's language; ``{name}`` is filled in there."""

from flask_babel import gettext

from exam_server.web import sentence
from exam_server.wording import component_words


def grid_words() -> dict[str, str]:
    """Return the words of the grid by key."""
    problems = {
        code: sentence(code, {"value": "{value}"})
        for code in ("mark_not_a_number", "mark_out_of_range", "mark_decimals")
    }
    return {
        **problems,
        "practical": component_words("practical"),
        "performance": component_words("performance"),
        "absent": gettext("absent"),
        "void": gettext("void"),
        "withdrawn": gettext("withdrawn"),
        "count": gettext("{done} of {total} entered"),
        "all_saved": gettext("✓ All saved"),
        "saving": gettext("⋯ Saving ({count})"),
        "typing": gettext("⋯ Typing"),
        "kept": gettext(
            "⚠ Line lost. {count} marks are kept on this computer. Go on, they are sent later"
        ),
        "refused": gettext("⚠ Not saved: {message} What you typed is kept on this computer"),
        "wrong": gettext("✕ {count} cells need a look"),
        "restored": gettext(
            "{count} marks typed earlier had not been saved; they are being saved now."
        ),
        "saved_by": gettext("{by} {at}"),
        "cell_saving": gettext("saving"),
        "cell_kept": gettext("kept on this computer"),
        "conflict": gettext("Meanwhile {by} entered {other} ({at}). You typed {mine}."),
        "conflict_cleared": gettext("Meanwhile the mark was withdrawn. You typed {mine}."),
        "keep_mine": gettext("Enter {mine}"),
        "take_other": gettext("Leave {other}"),
        "nothing": gettext("nothing"),
        "undone": gettext("Undone: {count} cells"),
        "undo": gettext("Undo"),
        "paste_reading": gettext("Reading what was pasted…"),
        "paste_failed": gettext("The server did not answer; nothing was entered. Paste again."),
        "paste_by_ticket": gettext("{marks} marks for {people} candidates, matched by ticket."),
        "paste_in_order": gettext(
            "{marks} marks for {people} candidates, in the order of the rows from this cell "
            "downwards. There are no tickets to check them by: compare the first and the last."
        ),
        "paste_changed": gettext("{count} replace a mark that stands."),
        "paste_same": gettext("{count} are there already."),
        "paste_wrong": gettext("{count} are no marks and will not be entered."),
        "paste_unmatched": gettext("Lines that name nobody of this batch: {list}."),
        "paste_repeated": gettext("Lines that name somebody again; the first counts: {list}."),
        "paste_surplus": gettext("{count} lines have no row left."),
        "paste_nothing": gettext("Nothing in it can be entered."),
        "paste_enter": gettext("Enter {count} marks"),
        "line": gettext("Line"),
        "ticket": gettext("Ticket"),
        "component": gettext("Component"),
        "now": gettext("Now"),
        "then": gettext("Then"),
        "leave": gettext("Marks have not reached the server yet."),
    }
