"""Words for roles."""

from flask_babel import gettext


def role_words(name: str) -> str:
    """Return the name of a role."""
    words: dict[str, str] = {
        "proctor": gettext("proctor"),
        "chief_proctor": gettext("chief proctor"),
        "item_writer": gettext("item writer"),
        "reviewer": gettext("reviewer"),
        "exam_officer": gettext("exam officer"),
        "examiner": gettext("examiner"),
        "panel_member": gettext("panel member"),
        "quality_supervisor": gettext("quality supervisor"),
        "administrator": gettext("administrator"),
        "auditor": gettext("auditor"),
    }
    return words.get(name, name)


def role_hint(name: str) -> str:
    """Return what a role may do, in a sentence."""
    words: dict[str, str] = {
        "proctor": gettext("Runs the rooms they are put on duty for."),
        "chief_proctor": gettext("Watches over all rooms of an exam session; releases papers."),
        "item_writer": gettext("Writes and imports items of the bank."),
        "reviewer": gettext("Approves items that others wrote, or sends them back."),
        "exam_officer": gettext("Plans batches, papers and exam sessions; decides results."),
        "examiner": gettext("Enters practical and performance marks."),
        "panel_member": gettext("Judges where the pass mark should lie, in panels named for it."),
        "quality_supervisor": gettext("Watches everything live; sees no keys and no answers."),
        "administrator": gettext("Looks after accounts; sees neither papers nor marks."),
        "auditor": gettext("Reads the audit record."),
    }
    return words.get(name, "")
