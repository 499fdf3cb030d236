"""Uploaded files: bundled for the job, unpacked there, read as one pool."""

import csv
import io
import zipfile

from exam_server.errors import InvalidInputError
from exam_server.tables_in import workbook_rows
from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile, UnreadableError

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
    """Read the one question file among pictures.

    Raises InvalidInputError: ``one_question_file``, ``file_unreadable``.
    """
    pictures, questions = {}, []
    for name, body in files.items():
        if is_picture(name):
            mime = MIMES[name.rpartition(".")[2].lower()]
            pictures[name.rpartition("/")[2]] = PictureFile(body, mime)
        else:
            questions.append((name, body))
    if len(questions) != 1:
        raise InvalidInputError("one_question_file", count=len(questions))
    try:
        name, body = questions[0]
        return read_pool(_as_text(name, body), pictures, name)
    except UnreadableError as error:
        raise InvalidInputError(error.code, [], **error.detail) from None


def _as_text(name: str, body: bytes) -> bytes:
    """Return a workbook's first sheet as CSV; any other file as it is."""
    if name.rpartition(".")[2].lower() not in WORKBOOKS:
        return body
    text = io.StringIO()
    csv.writer(text).writerows(workbook_rows(body))
    return text.getvalue().encode("utf-8", "replace")
