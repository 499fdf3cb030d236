"""Uploaded files: bundled for the job, unpacked there, read as one pool."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from exam_server.bank.bare_pictures import bare_picture
from exam_server.errors import InvalidInputError
from exam_server.tables_in import workbook_rows
from itembank.interchange.checking import checked
from itembank.interchange.detect import read_pool
from itembank.interchange.guards import archive_of, is_archive
from itembank.interchange.qti.reading import is_loose, read_qti_files
from itembank.interchange.report import DraftItem, Parsed, PictureFile, RowFinding, UnreadableError

MIMES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
WORKBOOKS = {"xlsx", "xls", "ods"}


def packed(files: dict[str, bytes]) -> bytes:
    """Return uploaded files as one bundle for the job."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return bundle.getvalue()


def unpacked(bundle: bytes) -> dict[str, bytes]:
    """Return the files of a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def is_picture(name: str) -> bool:
    """Say whether a file's name is that of a picture items may show."""
    return name.rpartition(".")[2].lower() in MIMES


def read_files(files: dict[str, bytes]) -> Parsed:
    """Read the one question file among pictures; files of QTI may be several.

    Raises InvalidInputError: ``one_question_file``, ``file_unreadable``.
    """
    pictures, questions = {}, []
    for name, body in files.items():
        if is_picture(name):
            mime = MIMES[name.rpartition(".")[2].lower()]
            pictures[name.rpartition("/")[2]] = PictureFile(body, mime)
        else:
            questions.append((name, body))
    is_loose_qti = len(questions) > 1 and all(is_loose(body, name) for name, body in questions)
    if len(questions) != 1 and not is_loose_qti:
        raise InvalidInputError("one_question_file", count=len(questions))
    try:
        if is_loose_qti:
            return with_bare_pictures(checked(read_qti_files(dict(questions), pictures)))
        name, body = questions[0]
        return with_bare_pictures(read_pool(_as_text(name, body), pictures, name))
    except UnreadableError as error:
        raise InvalidInputError(error.code, [], **error.detail) from None


def with_bare_pictures(parsed: Parsed) -> Parsed:
    """Return what was read with pictures as they may be stored; items with a broken one refused."""
    bare: dict[str, PictureFile | InvalidInputError] = {}
    kept, refused = [], list(parsed.refused)
    for item in parsed.items:
        for name, picture in item.pictures.items():
            if name not in bare:
                bare[name] = _bare(picture)
        found = {name: bare[name] for name in item.pictures}
        broken = [each for each in found.values() if isinstance(each, InvalidInputError)]
        whole = {name: each for name, each in found.items() if isinstance(each, PictureFile)}
        if broken:
            detail = dict(broken[0].detail)
            refused.append(RowFinding(item.row, item.code, "pictures", broken[0].code, detail))
        else:
            kept.append(_renamed(item, whole))
    return replace(parsed, items=tuple(kept), refused=tuple(refused))


def _bare(picture: PictureFile) -> PictureFile | InvalidInputError:
    try:
        made = bare_picture(picture.body)
    except InvalidInputError as refused:
        return refused
    return PictureFile(made.body, made.mime)


def _renamed(item: DraftItem, bare: Mapping[str, PictureFile]) -> DraftItem:
    """Return an item that shows its pictures under the names of what is stored."""
    names = {name: hashlib.sha256(picture.body).hexdigest() for name, picture in bare.items()}
    said = json.dumps(item.content, ensure_ascii=False)
    for name, new in names.items():
        said = said.replace(f"media:{name}", f"media:{new}")
    pictures = {names[name]: picture for name, picture in bare.items()}
    return replace(item, content=json.loads(said), pictures=pictures)


def _as_text(name: str, body: bytes) -> bytes:
    """Return a workbook's first sheet as CSV; any other file as it is."""
    if name.rpartition(".")[2].lower() not in WORKBOOKS:
        return body
    if is_archive(body):
        try:
            archive_of(body)  # refuses what would unpack beyond all bounds
        except UnreadableError as error:
            if error.code == "zip_broken":
                raise InvalidInputError("sheet_unreadable") from None
            raise
    text = io.StringIO()
    csv.writer(text).writerows(workbook_rows(body, fills_merged=True))
    return text.getvalue().encode("utf-8", "replace")
