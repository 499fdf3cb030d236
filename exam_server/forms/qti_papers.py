"""A form taken away as a QTI package: its items, its sections, its marks as weights."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from exam_server.bank.exporting import picture_files, point_paths
from exam_server.errors import InvalidInputError, Problem
from exam_server.forms.custody import HeldItem, form_items
from exam_server.forms.models import Form
from exam_server.forms.titles import section_titles
from itembank.interchange.export_losses import QTI, Lost, losses_of, told, whole_types
from itembank.interchange.qti.item_writing import WRITERS
from itembank.interchange.qti.paper_writing import OutPaper, OutSection
from itembank.interchange.qti.writing import BankFacts, BankItem, written_package
from itembank.travelling import as_carried, types_in

EDITIONS = {"qti22": "2.2", "qti30": "3.0"}


def form_package(db: Session, form: Form, *, kind: str, with_keys: bool) -> bytes:
    """Return a form as a QTI package, values drawn for it put in.

    Raises InvalidInputError: ``items_not_carried``, with every item that has no place in QTI.
    """
    structure, items = form.run.paper_structure, form_items(db, form)
    blueprint = structure.blueprint
    paths = point_paths(blueprint)
    written = _written(items, paths, with_keys=with_keys)
    language = blueprint.language
    sections = [
        OutSection(
            section_titles(section, language)[language],
            [(n, e.mark) for n, e in enumerate(items, start=1) if e.section == number],
        )
        for number, section in enumerate(structure.demand["sections"], start=1)
    ]
    return written_package(
        BankFacts(structure.title, language, with_keys),
        written,
        picture_files(db, blueprint, [each.content for each in written]),
        EDITIONS[kind],
        OutPaper(f"FORM-{form.uid}", structure.title, structure.minutes, sections),
        lost=_lost(items, with_keys=with_keys),
    )


def _lost(items: Sequence[HeldItem], *, with_keys: bool) -> list[tuple[str, str, str]]:
    return told(
        [
            Lost(
                each.item_version.item.code,
                losses_of(
                    QTI, each.asked.type, each.asked.content, each.asked.key, with_keys=with_keys
                ),
            )
            for each in items
        ]
    )


def _written(
    items: Sequence[HeldItem], paths: dict[int, tuple[tuple[str, str], ...]], *, with_keys: bool
) -> list[BankItem]:
    written: list[BankItem] = []
    problems: list[Problem] = []
    for each in items:
        version = each.item_version
        asked = as_carried(*each.asked, whole_types(QTI, with_keys=with_keys))
        if asked is None:
            problems.append(Problem(version.item.code, "item_stays_here"))
            continue
        if other := [kind for kind in types_in(asked) if kind not in WRITERS]:
            problems.append(Problem(version.item.code, "type_has_no_place", {"type": other[0]}))
            continue
        written.append(
            BankItem(
                code=version.item.code,
                path=paths[version.item.point_id],
                type=asked.type,
                content=asked.content,
                key=asked.key,
                state=version.item.state,
                difficulty=version.difficulty,
                explanation=version.explanation,
                explanations=version.explanations,
            )
        )
    if problems:
        raise InvalidInputError("items_not_carried", problems, count=len(problems))
    return written
